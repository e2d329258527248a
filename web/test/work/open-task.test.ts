import { beforeEach, expect, test } from "vitest";
import { PortalApi } from "../../src/app/api";
import type { Portal } from "../../src/app/portal";
import { ServerClock } from "../../src/ui/clock";
import type { FrameConnection } from "../../src/work/frame-connection";
import type { FrameMessage } from "../../src/work/frame-messages";
import { OpenTask } from "../../src/work/open-task";
import { TaskFrame } from "../../src/work/task-frame";
import type { TemplateFrame } from "../../src/work/template-frame";
import { ManualClock } from "../app/manual-clock";
import { jsonReply, ScriptedServer } from "../app/scripted-server";
import { anAssignment, NOW } from "./assignments";

/** What the portal said to the template's frame. */
let told: unknown[];
let clock: ManualClock;
let server: ScriptedServer;
let task: OpenTask;

beforeEach(() => {
  told = [];
  clock = new ManualClock(NOW);
  server = new ScriptedServer();
  server.reply = () => jsonReply(anAssignment({ frame_url: null }));
  const serverClock = new ServerClock(clock);
  const api = new PortalApi(server.fetch, clock, serverClock);
  const connection = {
    giveLinks: (links: unknown) => told.push({ links }),
    setMode: (mode: string) => told.push(mode),
    submit: () => told.push("submit"),
    collect: async () => null,
  } as unknown as FrameConnection;
  const frame = new TaskFrame(anAssignment(), { chosen: null, other: null }, clock.now());
  frame.element = { connection } as TemplateFrame;
  const portal = { api, clock, serverClock, localDrafts: { save: async () => {} } } as unknown as Portal;
  const parts = { portal, userId: "u1", visible: true, unopened: false, wished: null, refused: undefined };
  task = new OpenTask(anAssignment(), frame, parts);
  task.start();
  task.heard({ type: "ready", nonce: "n", shortcuts: [], hasInstructions: false, unplaced: {} });
});

async function heardAfterAMinute(message: FrameMessage): Promise<boolean> {
  server.reply = () => jsonReply(anAssignment());
  await clock.advance(61_000);
  task.heard(message);
  return task.session.activeTime.attentive;
}

test("what a person does in the frame counts as work", async () => {
  expect(await heardAfterAMinute({ type: "activity" })).toBe(true);
});

test("errors of a template and drafts that the portal asked for do not", async () => {
  expect(await heardAfterAMinute({ type: "error", message: "oops" })).toBe(false);
  const draft = { type: "draft", seq: 1, data: { a: 1 }, unplaced: null } as const;
  task.heard({ ...draft, collectId: "c1" });
  expect(task.session.activeTime.attentive).toBe(false);
  task.heard({ ...draft, collectId: null });
  expect(task.session.activeTime.attentive).toBe(true);
});

test("a form that locked itself over an answer that never came can be handed in again", () => {
  told = [];
  task.submit();
  expect(told).toEqual(["edit", "submit"]);
});

test("a frame that asks for links hears of it also where there are none", async () => {
  task.heard({ type: "renew" });
  while (told.length === 0) await Promise.resolve();
  expect(told).toEqual([{ links: {} }]);
});
