import { describe, expect, test } from "vitest";
import { ApiRefusal, PortalApi, ServerUnreachable } from "../../src/app/api";
import { ServerClock } from "../../src/ui/clock";
import { describeError } from "../../src/ui/error-text";
import { NOW } from "../work/assignments";
import { ManualClock } from "./manual-clock";
import { jsonReply, problemReply, ScriptedServer } from "./scripted-server";

function setUp() {
  const clock = new ManualClock(NOW);
  const serverClock = new ServerClock(clock);
  const server = new ScriptedServer();
  const api = new PortalApi(server.fetch, clock, serverClock);
  let sessionsOver = 0;
  api.addEventListener("session-over", () => {
    sessionsOver += 1;
  });
  return { clock, server, serverClock, api, sessionsOver: () => sessionsOver };
}

describe("requests", () => {
  test("carry the CSRF header exactly where they change something", async () => {
    const { server, api } = setUp();
    server.reply = () => jsonReply({ items: [] });
    await api.queues();
    await api.saveDraft("a/1", "lease-1", { note: "x" });
    expect(server.requests.map((request) => request.headers.get("X-Loupe-CSRF"))).toEqual([null, "1"]);
    expect(server.requests[1]?.path).toBe("/v1/assignments/a%2F1/draft");
  });

  test("read 204 from next as nothing to do", async () => {
    const { server, api } = setUp();
    server.reply = () => new Response(null, { status: 204 });
    expect(await api.next({ project: "p", stage: "s" })).toBeNull();
    expect(server.requests[0]?.body).toEqual({ project: "p", stage: "s" });
  });

  test("leave an empty reason out of a decline", async () => {
    const { server, api } = setUp();
    server.reply = () => new Response(null, { status: 204 });
    await api.decline("a1", "lease-1", "");
    expect(server.requests[0]?.body).toEqual({ lease_token: "lease-1" });
  });

  test("are given up after a minute without an answer", async () => {
    const clock = new ManualClock(NOW);
    const api = new PortalApi(
      (_path, init) =>
        new Promise((_resolve, reject) => {
          init.signal?.addEventListener("abort", () => reject(new DOMException("Aborted", "AbortError")));
        }),
      clock,
      new ServerClock(clock),
    );
    const outcome = api.queues().catch((error: unknown) => error);
    await clock.advance(60_000);
    expect(await outcome).toBeInstanceOf(ServerUnreachable);
  });
});

test("an answer without content is null; an empty page of something on the way is none", async () => {
  const { server, api } = setUp();
  for (const status of [202, 204]) {
    server.reply = () => new Response(status === 204 ? null : "", { status });
    expect(await api.send("DELETE", "/v1/flow-definitions/moods")).toBeNull();
  }
  server.reply = () => new Response("", { status: 200 });
  await expect(api.send("DELETE", "/v1/flow-definitions/moods")).rejects.toBeInstanceOf(ServerUnreachable);
  server.reply = () => new Response(JSON.stringify({ id: "e1" }), { status: 202 });
  expect(await api.send("POST", "/v1/projects/moods/exports")).toEqual({ id: "e1" });
});

describe("refusals", () => {
  test("carry the problem with its fields", async () => {
    const { server, api } = setUp();
    server.reply = () =>
      new Response(
        JSON.stringify({
          type: "about:blank",
          title: "Bad",
          status: 422,
          detail: "The password is too short.",
          errors: [{ field: "password", message: "at least 12 characters" }],
        }),
        { status: 422, headers: { "content-type": "application/problem+json" } },
      );
    const error = await api.setPassword("short").catch((caught: unknown) => caught);
    expect(describeError(error)).toEqual({
      what: "The password is too short.",
      todo: "Correct the answer and submit again.",
      fields: [{ field: "password", message: "at least 12 characters" }],
    });
  });

  test("need no problem document", async () => {
    const { server, api } = setUp();
    server.reply = () => new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" });
    const error = await api.queues().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiRefusal);
    expect((error as ApiRefusal).problem).toMatchObject({ status: 502, title: "Bad Gateway", errors: [] });
  });

  test("with 401 end the session, except while signing in", async () => {
    const { server, api, sessionsOver } = setUp();
    server.reply = () => problemReply(401, "signed-out");
    await expect(api.signInByPassword("kim@example.org", "wrong")).rejects.toBeInstanceOf(ApiRefusal);
    expect(sessionsOver()).toBe(0);
    await expect(api.held()).rejects.toBeInstanceOf(ApiRefusal);
    expect(sessionsOver()).toBe(1);
  });
});

test("every answer sets the server's clock", async () => {
  const { server, api, serverClock } = setUp();
  server.reply = () => jsonReply({ items: [] }, { date: new Date(NOW + 60_000).toUTCString() });
  await api.queues();
  expect(serverClock.now()).toBe(NOW + 60_500);
});
