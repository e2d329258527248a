import { expect, test } from "vitest";
import { PortalApi } from "../../src/app/api";
import { ServerClock } from "../../src/ui/clock";
import { NextTask } from "../../src/work/next-task";
import { ManualClock, settle } from "../app/manual-clock";
import { jsonReply, problemReply, ScriptedServer } from "../app/scripted-server";
import { anAssignment, NOW } from "./assignments";

const QUEUE = { project: "receipts", stage: "annotate" };

function setUp() {
  const clock = new ManualClock(NOW);
  const serverClock = new ServerClock(clock);
  const server = new ScriptedServer();
  const answered = new Set<string>();
  const queue = { answers: async ({ id }: { id: string }) => answered.delete(id) };
  const next = new NextTask(new PortalApi(server.fetch, clock, serverClock), queue, clock, serverClock);
  const ahead = (id: string, token: string, seconds = 120) =>
    jsonReply({
      ...anAssignment({ id }),
      accepted_at: null,
      hold_until: null,
      lease: { token, expires_at: new Date(clock.now() + seconds * 1000).toISOString() },
    });
  return { clock, server, next, ahead, answered };
}

test("it asks without accepting, and hands over what it got once", async () => {
  const { server, next, ahead } = setUp();
  server.reply = () => ahead("a2", "7");
  await next.fetch(QUEUE, () => true);
  expect(server.sent("/next")[0]?.body).toEqual({ ...QUEUE, prefetch: true });
  expect(next.take()?.id).toBe("a2");
  expect(next.take()).toBeNull();
});

test("while the person works the lease is renewed before it ends", async () => {
  const { clock, server, next, ahead } = setUp();
  let count = 0;
  server.reply = () => ahead("a2", `${++count}`);
  await next.fetch(QUEUE, () => true);
  await clock.advance(89_000);
  expect(server.sent("/next")).toHaveLength(1);
  await clock.advance(2_000);
  expect(server.sent("/next")).toHaveLength(2);
  expect(next.take()?.lease.token).toBe("2");
});

test("when the person pauses it goes back", async () => {
  const { clock, server, next, ahead } = setUp();
  server.reply = (request) =>
    request.path.endsWith("/release") ? new Response(null, { status: 204 }) : ahead("a2", "7");
  await next.fetch(QUEUE, () => false);
  await clock.advance(91_000);
  expect(server.sent("/a2/release")[0]?.body).toEqual({ lease_token: "7" });
  expect(next.waiting).toBeNull();
});

test("leaving gives it back, also where the answer comes only then, and is over when the server has it", async () => {
  const { server, next, ahead } = setUp();
  let arrive: (reply: Response) => void = () => {};
  server.reply = (request) =>
    request.path.endsWith("/release")
      ? new Response(null, { status: 204 })
      : new Promise<Response>((resolve) => {
          arrive = resolve;
        });
  void next.fetch(QUEUE, () => true);
  let over = false;
  const released = next.release().then(() => {
    over = true;
  });
  await settle();
  expect(over).toBe(false);
  arrive(ahead("a2", "7"));
  await released;
  expect(server.sent("/a2/release")).toHaveLength(1);
  expect(next.waiting).toBeNull();
});

test("what is on its way can be waited for, and is handed over then", async () => {
  const { server, next, ahead } = setUp();
  let arrive: (reply: Response) => void = () => {};
  server.reply = () =>
    new Promise<Response>((resolve) => {
      arrive = resolve;
    });
  void next.fetch(QUEUE, () => true);
  const settled = next.settled();
  await settle();
  expect(next.waiting).toBeNull();
  arrive(ahead("a2", "7"));
  await settled;
  expect(next.take()?.id).toBe("a2");
});

test("a lease that is about to end is not handed over", async () => {
  const { clock, server, next, ahead } = setUp();
  server.reply = () => ahead("a2", "7", 10);
  await next.fetch(QUEUE, () => true);
  server.reply = () => "network-lost";
  await clock.advance(6_000);
  expect(next.take()).toBeNull();
});

test("without the network, or with too many tasks, nothing is fetched and nothing fails", async () => {
  const { server, next } = setUp();
  server.reply = () => "network-lost";
  await next.fetch(QUEUE, () => true);
  server.reply = () => problemReply(409, "limit-exceeded");
  await next.fetch(QUEUE, () => true);
  expect(next.take()).toBeNull();
});

test("work whose answer is still on its way is not fetched again", async () => {
  const { server, next, ahead, answered } = setUp();
  const offered = [ahead("a1", "8"), ahead("a2", "3")];
  server.reply = () => offered.shift() ?? new Response(null, { status: 204 });
  answered.add("a1");
  await next.fetch(QUEUE, () => true);
  expect(next.waiting?.id).toBe("a2");
});
