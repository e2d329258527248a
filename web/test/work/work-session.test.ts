import { expect, test } from "vitest";
import { type HandIn, PortalApi } from "../../src/app/api";
import { ServerClock } from "../../src/ui/clock";
import { LocalDrafts } from "../../src/work/drafts";
import { type QueuedSubmission, SubmissionQueue } from "../../src/work/submission-queue";
import { WorkSession } from "../../src/work/work-session";
import { ManualClock, settle } from "../app/manual-clock";
import { MemoryStore } from "../app/memory-store";
import { jsonReply, problemReply, ScriptedServer } from "../app/scripted-server";
import { anAssignment, at, NOW } from "./assignments";

async function setUp(changes = {}, unopened = false) {
  const clock = new ManualClock(NOW);
  const serverClock = new ServerClock(clock);
  const server = new ScriptedServer();
  const api = new PortalApi(server.fetch, clock, serverClock);
  const localDrafts = new LocalDrafts(new MemoryStore(), serverClock);
  const queue = new SubmissionQueue({
    api,
    store: new MemoryStore<QueuedSubmission>(),
    clock,
    serverClock,
    exclusive: (send) => send(),
    random: () => 0,
  });
  await queue.start("u1");
  const parts = { api, clock, serverClock, queue, localDrafts, newSubmissionId: () => "s1" };
  const session = new WorkSession(anAssignment(changes), "u1", parts, true, unopened);
  return { clock, server, session, queue, localDrafts };
}

test("a person is warned two minutes before the hold ends, once", async () => {
  const { clock, session } = await setUp({ hold_until: at(600), time_limit_seconds: 600 });
  let warnings = 0;
  session.addEventListener("warning", () => {
    warnings += 1;
  });
  session.start();
  await clock.advance(479_000);
  expect(warnings).toBe(0);
  await clock.advance(1_000);
  expect(warnings).toBe(1);
  await clock.advance(119_000);
  expect(warnings).toBe(1);
});

test("handing in stops heartbeats and passes on answer, active time and the newest lease", async () => {
  const { clock, server, session } = await setUp();
  server.reply = () => jsonReply({ lease: { token: "lease-2", expires_at: at(500) }, hold_until: at(3600) });
  session.start();
  await clock.advance(61_000);
  server.reply = () => "network-lost";
  await session.submit({ total: "1" });
  await settle();
  expect(server.sent("/submit")[0]?.body).toEqual({
    lease_token: "lease-2",
    submission_id: "s1",
    content: { total: "1" },
    active_seconds: 60,
  });
  await clock.advance(300_000);
  expect(server.sent("/heartbeat")).toHaveLength(1);
});

test("an answer that is faster than the opening of its task goes under the token that the opening gave", async () => {
  const { server, session } = await setUp({}, true);
  let opened = (_reply: Response) => {};
  server.reply = () =>
    new Promise((resolve) => {
      opened = resolve;
    });
  session.start();
  const submitted = session.submit({ total: "1" });
  await settle();
  server.reply = () => "network-lost";
  opened(jsonReply(anAssignment({ lease: { token: "lease-2", expires_at: at(500) } })));
  await submitted;
  await settle();
  expect(server.sent("/submit")[0]?.body.lease_token).toBe("lease-2");
});

test("an answer does not wait for long for an opening that nobody answers", async () => {
  const { clock, server, session, queue } = await setUp({}, true);
  server.reply = () => new Promise(() => {});
  session.start();
  void session.submit({ total: "1" });
  await settle();
  expect(queue.waiting).toHaveLength(0);
  await clock.advance(2_000);
  expect(queue.waiting).toHaveLength(1);
});

test("an answer on its way stays on the device as a draft, in case it is refused", async () => {
  const { session, localDrafts } = await setUp();
  session.start();
  await session.submit({ total: "1" });
  expect((await localDrafts.find("u1", "a1"))?.content).toEqual({ total: "1" });
});

const REJECTION: HandIn = { action: "reject", comment: "Look again", label_verdicts: [] };

test("a decision that is refused leaves the work going on, under its lease", async () => {
  const { clock, server, session } = await setUp();
  session.start();
  server.reply = () => problemReply(422, "bad-request");
  expect(await session.decide(REJECTION, { comment: "Look again" })).toMatchObject({ name: "refused" });
  await clock.advance(61_000);
  expect(server.sent("/heartbeat")).toHaveLength(1);
});

test("a decision that the server takes its time over counts as on its way, and ends the work here", async () => {
  const { clock, server, session, localDrafts } = await setUp();
  session.start();
  server.reply = () => new Promise(() => {});
  const decided = session.decide(REJECTION, { comment: "Look again" });
  await clock.advance(5_000);
  expect(await decided).toEqual({ name: "waiting" });
  expect((await localDrafts.find("u1", "a1"))?.content).toEqual({ comment: "Look again" });
  await clock.advance(50_000);
  expect(server.sent("/heartbeat")).toEqual([]);
});

test("leaving keeps the draft on the device at once and waits for the server only a moment", async () => {
  const { clock, server, session, localDrafts } = await setUp();
  server.reply = () => new Promise(() => {});
  session.start();
  let left = false;
  void session.pause({ note: "x" }).then(() => {
    left = true;
  });
  await settle();
  expect((await localDrafts.find("u1", "a1"))?.content).toEqual({ note: "x" });
  expect(left).toBe(false);
  await clock.advance(1_500);
  expect(left).toBe(true);
});

test("declining drops the local draft; a refused decline drops nothing", async () => {
  const { server, session, localDrafts } = await setUp();
  session.start();
  await session.keepOnDevice({ note: "x" });
  server.reply = () => problemReply(503, "busy");
  await expect(session.decline("blurred")).rejects.toThrow("busy happened");
  expect(await localDrafts.find("u1", "a1")).toBeDefined();
  server.reply = () => new Response(null, { status: 204 });
  await session.decline("blurred");
  expect(server.sent("/decline").at(-1)?.body).toEqual({ lease_token: "lease-1", reason: "blurred" });
  expect(await localDrafts.find("u1", "a1")).toBeUndefined();
});

test("the timer runs on the server's clock from acceptance", async () => {
  const { clock, session } = await setUp();
  await clock.advance(154_000);
  expect(session.elapsed()).toBe(154_000);
  expect(session.limit()).toBe(3_600_000);
  expect(session.remaining()).toBe(3_446_000);
});

test("more time moves the end and the warning, and tells how often it is left", async () => {
  const extension = { seconds: 600, left: 2 };
  const { clock, server, session } = await setUp({ hold_until: at(600), time_limit_seconds: 600, extension });
  let warnings = 0;
  session.addEventListener("warning", () => {
    warnings += 1;
  });
  session.start();
  const lease = { token: "lease-1", expires_at: at(2000) };
  server.reply = () => jsonReply({ lease, hold_until: at(1200), extension: { seconds: 600, left: 1 } });
  await session.extend();
  expect(session.extension?.left).toBe(1);
  await clock.advance(1_079_000);
  expect(warnings).toBe(0);
  await clock.advance(1_000);
  expect(warnings).toBe(1);
});

test("a problem is reported under the lease, and the work goes on", async () => {
  const { clock, server, session } = await setUp();
  session.start();
  const lease = { token: "lease-1", expires_at: at(300) };
  server.reply = (request) =>
    jsonReply(request.path.endsWith("/problems") ? { id: "p1" } : { lease, hold_until: at(3600) });
  await session.reportProblem("It is black", "");
  expect(server.sent("/problems")[0]?.body).toEqual({ lease_token: "lease-1", text: "It is black" });
  await clock.advance(61_000);
  expect(server.sent("/heartbeat")).toHaveLength(1);
});

test("skipping passes the reason on and ends the work here", async () => {
  const { clock, server, session } = await setUp();
  session.start();
  server.reply = () => new Response(null, { status: 204 });
  await session.skip("later");
  expect(server.sent("/skip")[0]?.body).toEqual({ lease_token: "lease-1", reason: "later" });
  await clock.advance(61_000);
  expect(server.sent("/heartbeat")).toEqual([]);
});
