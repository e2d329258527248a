import type { Role, SessionInfo } from "./api";
import type { Portal } from "./portal";

/** What a page of the registry is given; a page reads its own part of the address. */
export interface PageElement extends HTMLElement {
  portal: Portal;
  info: SessionInfo;
  /** The named parts of the path, by name without the colon. */
  params: Record<string, string>;
  /** What stands behind the question mark: filters, sorting, the open tab. */
  query: URLSearchParams;
}

/** A screen for those who manage or set up; its code loads when it is opened. */
export interface Page {
  /** Parts that begin with a colon are named: `/projects/:project/queue`. */
  path: string;
  tag: string;
  title: string;
  roles: readonly Role[];
  /** The word in the main navigation; pages without one are reached from others. */
  menu?: string;
  /** The word in the tabs of a project, whose paths begin with `/projects/:project`. */
  tab?: string;
  load: () => Promise<unknown>;
}

export const MANAGERS: readonly Role[] = ["admin", "team_manager"];
export const ADMINISTRATORS: readonly Role[] = ["admin"];
/** Those who see all and the ones who also change it. */
export const OVERSEERS: readonly Role[] = ["admin", "team_manager", "viewer"];

/** In the order of the navigation and of the tabs; the first path that fits is taken. */
export const PAGES: readonly Page[] = [];

/** The page at a path and what the path's named parts say; null where no page is. */
export function findPage(
  parts: readonly string[],
  pages: readonly Page[] = PAGES,
): { page: Page; params: Record<string, string> } | null {
  for (const page of pages) {
    const params = match(page.path.split("/").slice(1), parts);
    if (params !== null) return { page, params };
  }
  return null;
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, name] of pattern.entries()) {
    const part = parts[index] ?? "";
    if (name.startsWith(":")) params[name.slice(1)] = part;
    else if (name !== part) return null;
  }
  return params;
}

/** Fills the named parts of a page's path. */
export function pagePath(path: string, params: Record<string, string>): string {
  return path
    .split("/")
    .map((part) => (part.startsWith(":") ? encodeURIComponent(params[part.slice(1)] ?? "") : part))
    .join("/");
}
