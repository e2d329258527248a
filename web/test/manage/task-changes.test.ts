import { beforeEach, expect, test } from "vitest";
import { PortalApi } from "../../src/app/api";
import {
  allThatMatch,
  type Change,
  ChangeRun,
  type ChosenTask,
  countTexts,
  planMove,
} from "../../src/manage/task-changes";
import { ServerClock } from "../../src/ui/clock";
import { ManualClock } from "../app/manual-clock";
import { jsonReply, problemReply, ScriptedServer } from "../app/scripted-server";

const tasks: ChosenTask[] = Array.from({ length: 450 }, (_, n) => ({ id: `t${n}`, name: `task ${n}` }));
let server: ScriptedServer;
let api: PortalApi;

beforeEach(() => {
  const clock = new ManualClock();
  server = new ScriptedServer();
  api = new PortalApi(server.fetch, clock, new ServerClock(clock));
  server.reply = ({ body }) =>
    jsonReply({ items: (body.tasks as string[]).map((id) => ({ id, outcome: "done", detail: null })) });
});

function changing(change: Change, progressed: (run: ChangeRun) => void = () => {}): ChangeRun {
  let keys = 0;
  const newKey = () => `key-${++keys}`;
  const run = new ChangeRun(api, "a b", tasks, change, newKey, () => progressed(run));
  return run;
}

test("each task is changed once, some at a time, in order", async () => {
  const told: number[] = [];
  const run = changing({ action: "priority", priority: 70 }, ({ outcomes }) => told.push(outcomes.length));
  await run.go();
  expect(run.outcomes.map(({ id }) => id)).toEqual(tasks.map(({ id }) => id));
  expect([told, run.done]).toEqual([[200, 400, 450], true]);
  expect(server.requests.map(({ path, body }) => [path, body.priority, body.action])).toEqual(
    Array(3).fill(["/v1/projects/a%20b/tasks/priority", 70, undefined]),
  );
});

test("one may stop in between, and go on where it was", async () => {
  const run = changing({ action: "cancel" }, () => run.stop());
  await run.go();
  expect([run.outcomes.length, server.requests.length, run.done]).toEqual([200, 1, false]);
  await run.go();
  await run.go();
  expect(run.outcomes.map(({ id }) => id)).toEqual(tasks.map(({ id }) => id));
  expect([server.requests.length, run.done]).toEqual([3, true]);
});

test("a call without an answer is sent again under its key, and those before it are not", async () => {
  const answer = server.reply;
  server.reply = (request) =>
    server.requests.length === 2 ? problemReply(503, "unavailable") : answer(request);
  const run = changing({ action: "release" });
  await expect(run.go()).rejects.toThrow("unavailable happened");
  expect([run.outcomes.length, run.done]).toEqual([200, false]);
  await run.go();
  expect(run.outcomes.map(({ id }) => id)).toEqual(tasks.map(({ id }) => id));
  expect(server.requests.map(({ headers }) => headers.get("Idempotency-Key"))).toEqual([
    "key-1",
    "key-2",
    "key-2",
    "key-3",
  ]);
});

test("all that match are read to the last page before anything is done with them", async () => {
  server.reply = ({ path }) => {
    const cursor = new URL(path, "http://x").searchParams.get("cursor");
    return jsonReply({
      items: [{ id: `t${cursor}`, name: `task ${cursor}` }],
      next_cursor: cursor === null ? "one" : cursor === "one" ? "two" : null,
    });
  };
  const found = await allThatMatch(api, "moods", new URLSearchParams("status=open&held=true"), () => true);
  expect(found.map(({ id }) => id)).toEqual(["tnull", "tone", "ttwo"]);
  expect(server.requests[1]?.path).toBe(
    "/v1/projects/moods/queue?status=open&held=true&limit=1000&cursor=one",
  );
});

test("a planned move is asked for in one go", async () => {
  server.reply = ({ body }) =>
    jsonReply({
      items: (body.tasks as string[]).map((id) => ({
        id,
        name: id,
        from_stage: "a",
        outcome: "pending",
        detail: null,
      })),
    });
  const plan = await planMove(api, "moods", tasks, "Review 1");
  expect([plan.length, server.requests[0]?.path, server.requests[0]?.body.stage]).toEqual([
    450,
    "/v1/projects/moods/tasks/move/plan",
    "Review 1",
  ]);
});

test("texts are counted, the most frequent first", () => {
  expect(countTexts(["held", "over", "held"])).toEqual([
    ["held", 2],
    ["over", 1],
  ]);
});
