import { findPage, type Page } from "./pages";

export type Route =
  | { name: "sign-in" }
  | { name: "my-work" }
  | { name: "work"; assignment: string }
  | { name: "page"; page: Page; params: Record<string, string>; path: string; query: string }
  | { name: "not-found"; path: string };

/** The route of an address: its path, and what stands behind the question mark. */
export function parseRoute(path: string, query = ""): Route {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  if (!parts.every((part) => part !== null)) return { name: "not-found", path };
  const [first, second] = parts;
  if (first === undefined) return { name: "my-work" };
  if (first === "login" && parts.length === 1) return { name: "sign-in" };
  if (first === "work" && second !== undefined && parts.length === 2)
    return { name: "work", assignment: second };
  const found = findPage(parts);
  return found === null ? { name: "not-found", path } : { name: "page", ...found, path, query };
}

export function routePath(route: Route): string {
  switch (route.name) {
    case "sign-in":
      return "/login";
    case "my-work":
      return "/";
    case "work":
      return `/work/${encodeURIComponent(route.assignment)}`;
    case "page":
      return route.path + route.query;
    case "not-found":
      return route.path;
  }
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/** The part of `window` that the router needs. */
export interface AddressBar extends Pick<EventTarget, "addEventListener"> {
  readonly location: Pick<Location, "pathname" | "search" | "hash">;
  readonly history: Pick<History, "pushState" | "replaceState">;
}

/** History routing. Fires `change` after the route has changed. */
export class Router extends EventTarget {
  route: Route;
  /** Runs before a page is left, for example to save what was typed; the change waits for it. */
  beforeLeave: (() => Promise<void>) | null = null;
  /** Asked before people go elsewhere by a link or by the browser's back and forward: false keeps them here. */
  readonly guards = new Set<() => boolean>();

  constructor(private readonly window: AddressBar) {
    super();
    this.route = this.readAddress();
    window.addEventListener("popstate", () => void this.followAddress());
  }

  async go(route: Route, { replace = false } = {}): Promise<void> {
    await this.leave();
    if (replace) this.window.history.replaceState(null, "", routePath(route));
    else this.window.history.pushState(null, "", routePath(route));
    await this.show(route);
  }

  /** Goes to an address of this app, such as `/projects/moods/queue?status=open`. */
  async goTo(address: string, { replace = false } = {}): Promise<void> {
    if (!this.mayLeave()) return;
    const { pathname, search } = new URL(address, "http://app.invalid");
    await this.go(parseRoute(pathname, search), { replace });
  }

  /** Changes what stands behind the question mark of the page that shows; null or "" takes a name away. */
  setQuery(changes: Record<string, string | null>): void {
    if (this.route.name !== "page") return;
    const query = new URLSearchParams(this.route.query);
    for (const [name, value] of Object.entries(changes))
      if (value === null || value === "") query.delete(name);
      else query.set(name, value);
    const text = query.toString();
    this.route = { ...this.route, query: text === "" ? "" : `?${text}` };
    this.window.history.replaceState(null, "", routePath(this.route));
    this.dispatchEvent(new Event("change"));
  }

  /** Lets the page that shows now finish, without showing another one yet. */
  async leave(): Promise<void> {
    const finish = this.beforeLeave;
    this.beforeLeave = null;
    await finish?.();
  }

  private mayLeave(): boolean {
    return [...this.guards].every((guard) => guard());
  }

  private async followAddress(): Promise<void> {
    if (this.mayLeave()) await this.show(this.readAddress());
    else this.window.history.pushState(null, "", routePath(this.route));
  }

  private readAddress(): Route {
    return parseRoute(this.window.location.pathname, this.window.location.search);
  }

  private async show(route: Route): Promise<void> {
    await this.leave();
    this.route = route;
    this.dispatchEvent(new Event("change"));
  }
}

/** Takes a one-time sign-in token out of `/login#token=...` and removes it from the address bar at once. */
export function takeLoginToken(window: AddressBar): string | null {
  const token = new URLSearchParams(window.location.hash.replace(/^#/, "")).get("token");
  if (token === null || token === "") return null;
  window.history.replaceState(null, "", window.location.pathname);
  return token;
}
