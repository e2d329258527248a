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
/** Those who see what administrators set up, and the administrators. */
export const SETTERS: readonly Role[] = ["admin", "viewer"];
/** Those who see all and the ones who also change it. */
export const OVERSEERS: readonly Role[] = ["admin", "team_manager", "viewer"];

/** In the order of the navigation and of the tabs; the first path that fits is taken. */
export const PAGES: readonly Page[] = [
  {
    path: "/projects",
    tag: "loupe-projects-page",
    title: "Projects",
    roles: OVERSEERS,
    menu: "Projects",
    load: () => import("../manage/projects-page"),
  },
  {
    path: "/projects/new",
    tag: "loupe-new-project",
    title: "New project",
    roles: ADMINISTRATORS,
    load: () => import("../setup/project-new-page"),
  },
  {
    path: "/projects/:project",
    tag: "loupe-overview-page",
    title: "Overview",
    roles: OVERSEERS,
    tab: "Overview",
    load: () => import("../manage/overview-page"),
  },
  {
    path: "/projects/:project/queue",
    tag: "loupe-queue-page",
    title: "Queue",
    roles: OVERSEERS,
    tab: "Queue",
    load: () => import("../manage/queue-page"),
  },
  {
    path: "/projects/:project/graph",
    tag: "loupe-graph-page",
    title: "Graph",
    roles: OVERSEERS,
    tab: "Graph",
    load: () => import("../manage/graph-page"),
  },
  {
    path: "/projects/:project/people",
    tag: "loupe-people-figures",
    title: "People",
    roles: OVERSEERS,
    tab: "People",
    load: () => import("../manage/people-figures-page"),
  },
  {
    path: "/projects/:project/problems",
    tag: "loupe-problems-page",
    title: "Problems",
    roles: OVERSEERS,
    tab: "Problems",
    load: () => import("../manage/problems-page"),
  },
  {
    path: "/projects/:project/labels",
    tag: "loupe-labels",
    title: "Labels",
    roles: OVERSEERS,
    tab: "Labels",
    load: () => import("../setup/labels-page"),
  },
  {
    path: "/projects/:project/settings",
    tag: "loupe-project-settings",
    title: "Settings",
    roles: MANAGERS,
    tab: "Settings",
    load: () => import("../setup/project-settings-page"),
  },
  {
    path: "/people",
    tag: "loupe-people-page",
    title: "People",
    roles: MANAGERS,
    menu: "People",
    load: () => import("../setup/people-page"),
  },
  {
    path: "/teams",
    tag: "loupe-teams-page",
    title: "Teams",
    roles: MANAGERS,
    menu: "Teams",
    load: () => import("../setup/teams-page"),
  },
  {
    path: "/flow-definitions",
    tag: "loupe-flow-definitions-page",
    title: "Flow definitions",
    roles: SETTERS,
    menu: "Flow definitions",
    load: () => import("../setup/flow-definitions-page"),
  },
  {
    path: "/flow-definitions/new",
    tag: "loupe-new-flow-definition",
    title: "New flow definition",
    roles: ADMINISTRATORS,
    load: () => import("../setup/flow-definition-new-page"),
  },
  {
    path: "/human-task-uis",
    tag: "loupe-human-task-uis-page",
    title: "Task UIs",
    roles: SETTERS,
    menu: "Task UIs",
    load: () => import("../setup/human-task-uis-page"),
  },
  {
    path: "/human-task-uis/new",
    tag: "loupe-new-human-task-ui",
    title: "New task UI",
    roles: ADMINISTRATORS,
    load: () => import("../setup/human-task-ui-new-page"),
  },
  {
    path: "/human-task-uis/:name",
    tag: "loupe-human-task-ui",
    title: "Task UI",
    roles: SETTERS,
    load: () => import("../setup/human-task-ui-page"),
  },
  {
    path: "/access-keys",
    tag: "loupe-access-keys-page",
    title: "Access keys",
    roles: ADMINISTRATORS,
    menu: "Access keys",
    load: () => import("../setup/access-keys-page"),
  },
  {
    path: "/tasks/:task",
    tag: "loupe-task-page",
    title: "Task",
    roles: OVERSEERS,
    load: () => import("../manage/task-page"),
  },
];

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
