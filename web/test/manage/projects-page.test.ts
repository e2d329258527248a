import { afterEach, beforeEach, expect, test } from "vitest";
import { PortalApi, type Role } from "../../src/app/api";
import { Announcer, type Portal } from "../../src/app/portal";
import { ServerClock } from "../../src/ui/clock";
import "../../src/manage/projects-page";
import type { ListedProject } from "../../src/manage/overview-shapes";
import type { ProjectsPage } from "../../src/manage/projects-page";
import { ManualClock, settle } from "../app/manual-clock";
import { jsonReply, ScriptedServer } from "../app/scripted-server";

const project = (name: string): ListedProject => ({
  name,
  title: `Title of ${name}`,
  kind: "project",
  created_at: "2026-11-21T08:00:00Z",
  paused: false,
  deleting: false,
  counts: { open: 3 },
  starved: 0,
  oldest_at: "2026-11-21T08:00:00Z",
});
let server: ScriptedServer;
let portal: Portal;

async function show(role: Role): Promise<ShadowRoot> {
  const info = {
    user: { id: "p", email: "p@x.example", name: "P", role, teams: [] },
    contact: "Root (root@x.example)",
  };
  const page = Object.assign(document.createElement("loupe-projects-page"), {
    portal,
    info,
  }) as unknown as ProjectsPage;
  document.body.append(page);
  await settle();
  await page.updateComplete;
  return page.shadowRoot as ShadowRoot;
}

beforeEach(() => {
  const clock = new ManualClock();
  const serverClock = new ServerClock(clock);
  server = new ScriptedServer();
  portal = {
    api: new PortalApi(server.fetch, clock, serverClock),
    serverClock,
    announcer: new Announcer(),
  } as Portal;
});
afterEach(() => document.body.replaceChildren());

test("in an empty installation an administrator is led to the first project", async () => {
  server.reply = () => jsonReply({ items: [], next_cursor: null });
  const shown = await show("admin");
  const link = [...shown.querySelectorAll("a")].find(
    (each) => each.textContent === "Create your first project",
  );
  expect(link?.getAttribute("href")).toBe("/projects/new");
});

test("others are told whom to ask", async () => {
  server.reply = () => jsonReply({ items: [], next_cursor: null });
  const shown = await show("viewer");
  expect(shown.textContent).toContain("Ask Root (root@x.example) for the first one.");
  expect(shown.querySelector("a[href='/projects/new']")).toBeNull();
});

test("figures lead to their tasks, and more projects come below", async () => {
  server.reply = ({ path }) =>
    path.includes("cursor=next")
      ? jsonReply({ items: [project("b")], next_cursor: null })
      : jsonReply({ items: [project("a b")], next_cursor: "next" });
  const shown = await show("team_manager");
  const open = [...shown.querySelectorAll("a")].find((each) => each.textContent?.trim() === "3");
  expect(open?.getAttribute("href")).toBe("/projects/a%20b/queue?status=open");
  expect(open?.getAttribute("aria-label")).toBe("3 open in a b");
  [...shown.querySelectorAll("button")].find((each) => each.textContent?.includes("More"))?.click();
  await settle();
  await (shown.host as ProjectsPage).updateComplete;
  expect(shown.querySelectorAll("tbody tr")).toHaveLength(2);
});
