import { expect, test, vi } from "vitest";
import { PortalApi } from "../../src/app/api";
import { dayStart } from "../../src/setup/labels-page";
import { completedItems, readItems } from "../../src/setup/project-benchmark-items";
import { ImportRun } from "../../src/setup/project-import-run";
import { base64Url } from "../../src/setup/template-preview";
import { ServerClock } from "../../src/ui/clock";
import { SettledRequest } from "../../src/ui/settled-request";
import { ManualClock, settle } from "../app/manual-clock";
import { jsonReply, problemReply, type Reply, ScriptedServer } from "../app/scripted-server";

function portal() {
  const clock = new ManualClock();
  const server = new ScriptedServer();
  const api = new PortalApi(server.fetch, clock, new ServerClock(clock));
  return { clock, server, api };
}

test("a preview is asked for once nothing has changed for a moment, and the last question counts", async () => {
  const { clock, server, api } = portal();
  const replies: ((reply: Reply) => void)[] = [];
  server.reply = () => new Promise((resolve) => replies.push(resolve));
  let answers = 0;
  const request = new SettledRequest<{ template: string }, { page: string }>(
    { api, clock },
    "/v1/templates/preview",
    () => {
      answers += 1;
    },
  );
  request.ask({ template: "o" });
  request.ask({ template: "one" });
  await clock.advance(400);
  await settle();
  request.ask({ template: "two" });
  await clock.advance(400);
  await settle();
  expect(server.requests.map(({ body }) => body.template)).toEqual(["one", "two"]);
  replies[1]?.(jsonReply({ problems: [], page: "two", signature: "s" }));
  await settle();
  replies[0]?.(jsonReply({ problems: [], page: "one", signature: "s" }));
  await settle();
  expect([request.answer?.page, answers, request.busy]).toEqual(["two", 1, false]);
});

test("a check that fails says so, and keeps what was known before", async () => {
  const { clock, server, api } = portal();
  const request = new SettledRequest<object, object>({ api, clock }, "/v1/graphs/check", () => {});
  server.reply = () => jsonReply({ problems: [], svg: null, outline: null });
  request.ask({ document: "{}" });
  await clock.advance(400);
  await settle();
  server.reply = () => problemReply(503, "unavailable");
  request.ask({ document: "{ }", teams: { A: "crew" } });
  await clock.advance(400);
  await vi.waitFor(() => expect(request.error).not.toBeNull());
  expect(server.requests.at(-1)?.body).toEqual({ document: "{ }", teams: { A: "crew" } });
  expect(request.answer).toEqual({ problems: [], svg: null, outline: null });
});

test("an import that stopped goes on behind the last piece that was taken", async () => {
  const { server, api } = portal();
  const tasks = Array.from({ length: 1500 }, (_, at) => ({ name: `t${at}`, input: at }));
  const outcomes = (count: number) =>
    jsonReply({ items: Array(count).fill({ name: "t", outcome: "created" }) });
  let progress = 0;
  const run = new ImportRun(api, "my birds", tasks, () => {
    progress += 1;
  });
  server.reply = () => (server.requests.length === 1 ? outcomes(1000) : "network-lost");
  await expect(run.go()).rejects.toThrow();
  expect([run.done, run.outcomes.length, progress]).toEqual([false, 1000, 1]);
  server.reply = () => jsonReply({ items: Array(500).fill({ name: "t", outcome: "refused", detail: "no" }) });
  await run.go();
  expect(server.requests.map(({ body }) => (body.tasks as unknown[]).length)).toEqual([1000, 500, 500]);
  expect(server.requests[0]?.path).toBe("/v1/projects/my%20birds/tasks");
  expect([run.done, run.count("created"), run.refused().length]).toEqual([true, 1000, 500]);
});

test("benchmark items come from JSON or from completed tasks", async () => {
  expect(readItems('[{"input": 1, "label": {"a": 2}}]')).toEqual([{ input: 1, label: { a: 2 } }]);
  expect(readItems('{"input": 1}\n{"input": 2}')).toHaveLength(2);
  expect(readItems('[{"label": {}}]')).toBe("Item 1 is no object with an input.");
  expect(readItems("{")).toContain("no JSON");

  const { server, api } = portal();
  server.reply = ({ path }) => {
    if (path.endsWith("/labels/1")) return jsonReply({ input: "one", label: { a: 1 } });
    if (path.endsWith("/labels/2")) return jsonReply({ input: "two", labels: [{}, {}] });
    const second = path.includes("cursor=next");
    return jsonReply({ items: [{ task_id: second ? "2" : "1" }], next_cursor: second ? null : "next" });
  };
  expect(await completedItems(api, "birds")).toEqual([{ input: "one", label: { a: 1 } }, { input: "two" }]);
});

test("a page goes to its frame in base64url, of its UTF-8 bytes", () => {
  const page = `<p>ü€😀${"x".repeat(100_000)}</p>`;
  const text = base64Url(page);
  expect(text).toMatch(/^[A-Za-z0-9_-]+=*$/);
  expect(Buffer.from(text, "base64url").toString("utf8")).toBe(page);
});

test("a day begins at midnight here, and what is no day is nothing", () => {
  expect(dayStart("2026-02-28", 1)).toBe(new Date(2026, 2, 1).toISOString());
  expect(dayStart("", 0)).toBeNull();
  expect(dayStart("yesterday", 0)).toBeNull();
});
