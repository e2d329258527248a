import { expect, test } from "vitest";
import { ApiRefusal, PortalApi } from "../../src/app/api";
import { ServerClock } from "../../src/ui/clock";
import { AssignmentLease, heartbeatDelay } from "../../src/work/lease";
import { ManualClock } from "../app/manual-clock";
import { jsonReply, problemReply, ScriptedServer } from "../app/scripted-server";
import { anAssignment, at, NOW } from "./assignments";

function setUp(changes = {}, unopened = false) {
  const clock = new ManualClock(NOW);
  const serverClock = new ServerClock(clock);
  const server = new ScriptedServer();
  const lease = new AssignmentLease(
    anAssignment(changes),
    new PortalApi(server.fetch, clock, serverClock),
    clock,
    serverClock,
    unopened,
  );
  const grant = (token: string) => {
    const expires = new Date(clock.now() + 120_000).toISOString();
    return { ...anAssignment(), lease: { token, expires_at: expires } };
  };
  return { clock, server, lease, grant };
}

test("a heartbeat comes after half of the lease, and after 15 s at the soonest", () => {
  expect(heartbeatDelay(120_000)).toBe(60_000);
  expect(heartbeatDelay(10_000)).toBe(15_000);
  expect(heartbeatDelay(-5_000)).toBe(15_000);
});

test("heartbeats renew the lease again and again under the newest token", async () => {
  const { clock, server, lease, grant } = setUp();
  let beats = 0;
  server.reply = () => jsonReply(grant(`lease-${++beats + 1}`));
  lease.start();
  await clock.advance(181_000);
  expect(server.sent("/heartbeat").map((request) => request.body.lease_token)).toEqual([
    "lease-1",
    "lease-2",
    "lease-3",
  ]);
  lease.stop();
  await clock.advance(600_000);
  expect(beats).toBe(3);
});

test("a lease that lapsed while the server was away is taken anew without a word", async () => {
  const { clock, server, lease, grant } = setUp();
  lease.start();
  await clock.advance(200_000);
  expect(lease.reachable).toBe(false);
  server.reply = (request) => {
    if (request.path.endsWith("/open")) return jsonReply(grant("lease-2"));
    return request.body.lease_token === "lease-2"
      ? jsonReply(grant("lease-2"))
      : problemReply(409, "lease-lost");
  };
  await clock.advance(20_000);
  expect(lease.loss).toBeNull();
  expect(lease.reachable).toBe(true);
  expect(lease.current.token).toBe("lease-2");
});

test("a lease refused before its end was taken by another tab: it is lost, not taken back", async () => {
  const { clock, server, lease } = setUp();
  server.reply = () => problemReply(409, "lease-lost");
  lease.start();
  await clock.advance(61_000);
  expect(lease.loss).toBe("opened-elsewhere");
  expect(server.sent("/open")).toEqual([]);
});

test("a closed visit is told apart", async () => {
  const { clock, server, lease } = setUp();
  server.reply = () => problemReply(409, "visit-closed");
  lease.start();
  await clock.advance(61_000);
  expect(lease.loss).toBe("closed");
});

test("the end of the hold ends the lease, also while the server is away", async () => {
  const { clock, lease } = setUp({ hold_until: at(100) });
  lease.start();
  await clock.advance(99_000);
  expect(lease.loss).toBeNull();
  await clock.advance(2_000);
  expect(lease.loss).toBe("hold-ended");
  expect(clock.pending).toEqual([]);
});

test("work that was fetched ahead is opened under its own token before anything else", async () => {
  const { clock, server, lease, grant } = setUp({}, true);
  server.reply = () => jsonReply({ ...grant("lease-2"), accepted_at: at(4) });
  lease.start();
  const used = await lease.use(async (token) => token);
  expect(used).toBe("lease-2");
  expect(lease.acceptedAt).toBe(at(4));
  expect(server.sent("/open").map(({ body }) => body)).toEqual([{ lease_token: "lease-1" }]);
  await clock.advance(61_000);
  expect(server.sent("/heartbeat")).toHaveLength(1);
});

test("taking the work anew gives a page with new links; what was refused under the old token meanwhile is done again", async () => {
  const { server, lease, grant } = setUp();
  lease.start();
  let opened = false;
  server.reply = (request) => {
    if (request.path.endsWith("/heartbeat")) return jsonReply(grant("lease-1"));
    opened = true;
    return jsonReply({ ...grant("lease-2"), frame_url: "/frame/a1?t=new" });
  };
  const reopened = lease.reopen();
  while (!opened) await Promise.resolve();
  const used: string[] = [];
  const refused = { type: "/problems/lease-lost", title: "", status: 409, detail: "", errors: [] };
  await lease.use(async (token) => {
    used.push(token);
    if (token === "lease-1") throw new ApiRefusal(refused);
  });
  expect(await reopened).toBe("/frame/a1?t=new");
  expect([used, lease.loss]).toEqual([["lease-1", "lease-2"], null]);
  lease.stop();
});

test("work that another tab has by now is not taken anew", async () => {
  const { server, lease } = setUp();
  lease.start();
  server.reply = () => problemReply(409, "lease-lost");
  await expect(lease.reopen()).rejects.toThrow();
  expect([lease.loss, server.sent("/open")]).toEqual(["opened-elsewhere", []]);
});

test("work that was fetched ahead and opened by another tab is not taken", async () => {
  const { clock, server, lease } = setUp({}, true);
  server.reply = () => problemReply(409, "lease-lost");
  lease.start();
  await clock.advance(0);
  expect(lease.loss).toBe("not-taken");
});

test("while the server is away, opening what was fetched ahead is tried again", async () => {
  const { clock, server, lease, grant } = setUp({}, true);
  server.reply = () => "network-lost";
  lease.start();
  await clock.advance(1_000);
  expect([lease.loss, lease.reachable]).toEqual([null, false]);
  server.reply = () => jsonReply(grant("lease-2"));
  await clock.advance(70_000);
  expect([lease.loss, lease.reachable, lease.current.token]).toEqual([null, true, "lease-2"]);
});
