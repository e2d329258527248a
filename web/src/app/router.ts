export type Route =
  | { name: "sign-in" }
  | { name: "my-work" }
  | { name: "work"; assignment: string }
  | { name: "task"; task: string }
  | { name: "not-found"; path: string };

export function parseRoute(path: string): Route {
  const parts = path.split("/").filter((part) => part !== "");
  const [first, second] = parts;
  if (first === undefined) return { name: "my-work" };
  if (first === "login" && parts.length === 1) return { name: "sign-in" };
  const id = parts.length === 2 ? decoded(second ?? "") : null;
  if (first === "work" && id !== null) return { name: "work", assignment: id };
  if (first === "tasks" && id !== null) return { name: "task", task: id };
  return { name: "not-found", path };
}

export function routePath(route: Route): string {
  switch (route.name) {
    case "sign-in":
      return "/login";
    case "my-work":
      return "/";
    case "work":
      return `/work/${encodeURIComponent(route.assignment)}`;
    case "task":
      return `/tasks/${encodeURIComponent(route.task)}`;
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
  readonly location: Pick<Location, "pathname" | "hash">;
  readonly history: Pick<History, "pushState" | "replaceState">;
}

/** History routing. Fires `change` after the route has changed. */
export class Router extends EventTarget {
  route: Route;
  /** Runs before a page is left, for example to save what was typed; the change waits for it. */
  beforeLeave: (() => Promise<void>) | null = null;

  constructor(private readonly window: AddressBar) {
    super();
    this.route = parseRoute(window.location.pathname);
    window.addEventListener("popstate", () => void this.show(parseRoute(window.location.pathname)));
  }

  async go(route: Route, { replace = false } = {}): Promise<void> {
    await this.leave();
    if (replace) this.window.history.replaceState(null, "", routePath(route));
    else this.window.history.pushState(null, "", routePath(route));
    await this.show(route);
  }

  /** Lets the page that shows now finish, without showing another one yet. */
  async leave(): Promise<void> {
    const finish = this.beforeLeave;
    this.beforeLeave = null;
    await finish?.();
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
