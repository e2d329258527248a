import { afterEach, expect, test } from "vitest";
import type { SessionInfo } from "../../src/app/api";
import { PageOutlet } from "../../src/app/page-outlet";
import type { Page } from "../../src/app/pages";
import type { Portal } from "../../src/app/portal";
import { settle } from "./manual-clock";

const info: SessionInfo = {
  user: { id: "p1", email: "ann@example.com", name: "Ann", role: "admin", teams: [] },
  team_rules: [],
};
let failing = false;

const page = (path: string): Page => ({
  path,
  tag: "loupe-page-under-test",
  title: path,
  roles: ["admin"],
  load: async () => {
    if (failing) throw new TypeError("Failed to fetch dynamically imported module");
  },
});
const pages = { here: page("/here"), there: page("/there") };
const route = (shown: Page) => ({
  name: "page" as const,
  page: shown,
  params: {},
  path: shown.path,
  query: "",
});

async function go(outlet: PageOutlet, shown: Page): Promise<void> {
  outlet.route = route(shown);
  await outlet.updateComplete;
  await settle();
  await outlet.updateComplete;
}

const problem = (outlet: PageOutlet) => outlet.renderRoot.querySelector("loupe-error");
const shown = (outlet: PageOutlet) => outlet.renderRoot.querySelector("loupe-page-under-test");

afterEach(() => {
  failing = false;
  document.body.replaceChildren();
});

test("a page whose code does not load says so, and the one before comes back", async () => {
  const outlet = new PageOutlet();
  outlet.portal = {} as Portal;
  outlet.info = info;
  outlet.route = route(pages.here);
  document.body.append(outlet);
  await go(outlet, pages.here);
  const first = shown(outlet);
  expect(first).not.toBeNull();
  failing = true;
  await go(outlet, pages.there);
  expect([problem(outlet) === null, shown(outlet)]).toEqual([false, null]);
  await go(outlet, pages.here);
  expect([problem(outlet), shown(outlet)]).toEqual([null, first]);
});
