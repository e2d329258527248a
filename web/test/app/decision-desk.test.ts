import { beforeEach, describe, expect, test } from "vitest";
import type { FrameEnd } from "../../src/app/answer-editor";
import { type Assignment, PortalApi } from "../../src/app/api";
import { ServerClock } from "../../src/app/clock";
import { type Decided, DecisionDesk } from "../../src/app/decision-desk";
import { LocalDrafts } from "../../src/app/drafts";
import type { JsonObject } from "../../src/app/json";
import { type QueuedSubmission, SubmissionQueue } from "../../src/app/submission-queue";
import { WorkSession } from "../../src/app/work-session";
import { anAssignment, at, NOW } from "./assignments";
import { ManualClock, settle } from "./manual-clock";
import { MemoryStore } from "./memory-store";
import { anAnswer, said } from "./reviewed-answers";
import { jsonReply, ScriptedServer, type SeenRequest } from "./scripted-server";

const CONTENT = { mood: { label: "Glad" }, notes: "short" };

/** A template's frame: has a default of its own that is no part of the answer, and hands in what it shows. */
class FakeFrame implements FrameEnd {
  content: JsonObject;
  mode = "edit";
  incomplete = false;
  desk: DecisionDesk | null = null;
  unplaced: JsonObject = {};

  constructor(start: JsonObject) {
    this.content = { size: "", ...start };
  }

  async collect(): Promise<JsonObject> {
    this.desk?.frameSays({
      type: "draft",
      seq: 1,
      data: this.content,
      unplaced: this.unplaced,
      collectId: "c",
    });
    return this.content;
  }

  load(content: JsonObject): void {
    this.content = { size: "", ...content };
  }

  setMode(mode: string): void {
    this.mode = mode;
  }

  submit(): void {
    const { size, ...answer } = this.content;
    if (this.incomplete) this.desk?.frameSays({ type: "invalid", count: 1, first: "Fill in this field" });
    else {
      const shown = size ? { ...answer, size } : answer;
      this.desk?.frameSays({ type: "submit", answer: shown, userGesture: true });
    }
  }
}

function receipt(request: SeenRequest) {
  return jsonReply({
    submission_id: request.body.submission_id,
    assignment_id: "a1",
    submitted_at: at(1),
  });
}

function strictRefusal(): Response {
  const problem = {
    type: "https://loupe.example/problems/bad-request",
    title: "Bad request",
    status: 422,
    detail: "label_verdicts /notes: has no verdict",
    errors: [{ field: "label_verdicts /notes", message: "has no verdict" }],
  };
  return new Response(JSON.stringify(problem), {
    status: 422,
    headers: { "content-type": "application/problem+json" },
  });
}

async function setUp(changes: Partial<Assignment> = {}) {
  const clock = new ManualClock(NOW);
  const serverClock = new ServerClock(clock);
  const server = new ScriptedServer();
  server.reply = (request) =>
    request.path.endsWith("/draft") ? jsonReply({ saved_at: at(1) }) : receipt(request);
  const api = new PortalApi(server.fetch, clock, serverClock);
  const queue = new SubmissionQueue({
    api,
    store: new MemoryStore<QueuedSubmission>(),
    clock,
    serverClock,
    exclusive: (send) => send(),
    random: () => 0,
  });
  await queue.start("u1");
  const localDrafts = new LocalDrafts(new MemoryStore(), serverClock);
  const parts = { api, clock, serverClock, queue, localDrafts, newSubmissionId: () => "s1" };
  const assignment = anAssignment({ kind: "review", answers: [anAnswer(CONTENT)], ...changes });
  const session = new WorkSession(assignment, "u1", parts, true);
  session.start();
  let frame: FakeFrame | null = null;
  const desk = new DecisionDesk({ session, queue, clock, frame: () => frame });
  frame = new FakeFrame(desk.editor.original);
  frame.desk = desk;
  await desk.editor.ready();
  const events: (string | Decided)[] = [];
  desk.addEventListener("blocked", () => events.push("blocked"));
  desk.addEventListener("decided", (event) => events.push((event as CustomEvent<Decided>).detail));
  return { clock, server, queue, desk, frame, events };
}

type SetUp = Awaited<ReturnType<typeof setUp>>;

function sent({ server }: SetUp, action: string): Record<string, unknown>[] {
  return server
    .sent(`/${action}`)
    .map(({ body: { lease_token: _lease, submission_id: _id, active_seconds: _seconds, ...body } }) => body);
}

describe("a review", () => {
  let here: SetUp;

  beforeEach(async () => {
    here = await setUp();
  });

  test("of what was not touched is approved without content, defaults of the template or not", async () => {
    await here.desk.approve({ all: true });
    expect(sent(here, "approve")).toEqual([{ comment: "", label_verdicts: [], approve_all: true }]);
    expect(here.events).toEqual([{ name: "accepted" }]);
  });

  test("of an edited answer is approved with the answer that the template gives", async () => {
    here.frame.content = { ...here.frame.content, mood: { label: "Sad" } };
    await here.desk.approve();
    const content = { mood: { label: "Sad" }, notes: "short" };
    expect(sent(here, "approve")).toEqual([{ comment: "", label_verdicts: [], answer: 1, content }]);
  });

  test("of a change that makes no other answer is approved without content", async () => {
    here.frame.content = { ...here.frame.content, size: null };
    await here.desk.approve({ all: true });
    expect(sent(here, "approve")[0]).not.toHaveProperty("content");
  });

  test("keeps parts for which the template has no field in what is edited", async () => {
    here.frame.unplaced = { old: 1, mood: { sure: true } };
    here.frame.content = { ...here.frame.content, mood: { label: "Sad" } };
    await here.desk.approve();
    expect(sent(here, "approve")[0]?.content).toEqual({
      mood: { sure: true, label: "Sad" },
      notes: "short",
      old: 1,
    });
  });

  test("of an edit that is incomplete is not handed in", async () => {
    here.frame.content = { ...here.frame.content, notes: "" };
    here.frame.incomplete = true;
    await here.desk.approve();
    expect(here.events).toEqual(["blocked"]);
    expect(sent(here, "approve")).toEqual([]);
    expect(here.desk.busy).toBe(false);
  });

  test("goes on after a refusal, which is shown at its label; the outbox holds nothing of it", async () => {
    here.server.reply = strictRefusal;
    await here.desk.approve();
    expect(here.events).toEqual(["blocked"]);
    expect(here.desk.review.problemOf(1, "/notes")).toBe("Has no verdict");
    expect(here.queue.refused).toEqual([]);
    here.server.reply = receipt;
    here.desk.review.judge(1, "/notes", { verdict: "approve", comment: "" });
    await here.desk.approve();
    expect(here.events.at(-1)).toEqual({ name: "accepted" });
  });

  test("that the network loses waits in the outbox and is on its way", async () => {
    here.server.reply = () => "network-lost";
    await here.desk.approve({ all: true });
    expect(here.events).toEqual([{ name: "waiting" }]);
    expect(here.queue.waiting.map((entry) => entry.handIn.action)).toEqual(["approve"]);
  });

  test("is rejected by the same key that approves, once a label is rejected", async () => {
    here.desk.review.judge(1, "/mood", { verdict: "reject", comment: "It is sad." });
    await here.desk.decide();
    expect(sent(here, "reject")).toEqual([
      { comment: "", label_verdicts: [said("/mood", "reject", { comment: "It is sad." })] },
    ]);
    expect(sent(here, "approve")).toEqual([]);
  });

  test("is approved by the template's own button, but not by its scripts", async () => {
    here.desk.frameSays({ type: "submit", answer: CONTENT, userGesture: false });
    await settle();
    expect(sent(here, "approve")).toEqual([]);
    here.desk.frameSays({ type: "submit", answer: CONTENT, userGesture: true });
    await settle();
    expect(sent(here, "approve")).toHaveLength(1);
  });

  test("is kept as a draft a second after the last word, and comes back from it", async () => {
    here.desk.review.comment = "Hm";
    here.desk.review.judge(1, "/mood", { verdict: "approve", comment: "" });
    await here.clock.advance(1_000);
    const drafts = here.server.sent("/draft").map((request) => request.body.content as JsonObject);
    expect(drafts).toHaveLength(1);
    const again = await setUp();
    again.desk.restore(drafts[0] ?? null, null);
    expect(again.desk.review.comment).toBe("Hm");
    expect(again.desk.review.judgement(1, "/mood").verdict).toBe("approve");
  });

  test("that nobody touched is no draft", async () => {
    expect(await here.desk.unfinished()).toBeNull();
    await here.clock.advance(50_000);
    expect(here.server.sent("/draft")).toEqual([]);
  });
});

test("undoing an edit brings the answer back as it was given", async () => {
  const here = await setUp();
  here.frame.content = { ...here.frame.content, notes: "long" };
  await here.desk.editor.collect();
  expect([...here.desk.review.edits.keys()]).toEqual([1]);
  await here.desk.editor.undo();
  expect(here.frame.content).toEqual({ size: "", ...CONTENT });
  await here.desk.approve({ all: true });
  expect(sent(here, "approve")[0]).not.toHaveProperty("content");
});

test("what was refused while the page was closed is shown when the work is opened again", async () => {
  const { desk } = await setUp();
  const problem = { type: "x/bad-request", title: "", status: 422, detail: "" };
  const errors = [{ field: "label_verdicts /mood", message: "has no verdict" }];
  desk.restore(null, {
    problem: { ...problem, errors },
    handIn: { action: "approve", comment: "", label_verdicts: [] },
  });
  expect(desk.review.problemOf(1, "/mood")).toBe("Has no verdict");
});

describe("several answers", () => {
  const answers = [
    anAnswer({ mood: "glad" }, { answer: 1 }),
    anAnswer({ mood: "sad" }, { answer: 2 }),
    anAnswer({ mood: "sad" }, { answer: 3 }),
  ];

  test("are looked at one after the other, each with what was changed in it", async () => {
    const here = await setUp({ answers });
    here.frame.content = { ...here.frame.content, mood: "merry" };
    await here.desk.editor.collect();
    await here.desk.editor.show(2);
    expect(here.frame.content).toEqual({ size: "", mood: "sad" });
    await here.desk.editor.show(1);
    expect(here.frame.content).toEqual({ size: "", mood: "merry" });
  });

  test("are approved with the edit of one that is not shown right now", async () => {
    const here = await setUp({ answers });
    here.frame.content = { ...here.frame.content, mood: "merry" };
    await here.desk.editor.collect();
    await here.desk.editor.show(2);
    await here.desk.approve();
    expect(sent(here, "approve")[0]).toMatchObject({ answer: 1, content: { mood: "merry" } });
  });

  test("cannot be edited in two places at once", async () => {
    const here = await setUp({ answers });
    for (const answer of [1, 2]) {
      await here.desk.editor.show(answer);
      here.frame.content = { ...here.frame.content, mood: "merry" };
      await here.desk.editor.collect();
    }
    await here.desk.approve();
    expect(here.events).toEqual(["blocked"]);
    expect(here.desk.review.problems[0]).toContain("several answers");
  });
});

describe("a decision between answers", () => {
  const changes: Partial<Assignment> = {
    kind: "consensus",
    answers: [
      anAnswer({ mood: "glad" }, { answer: 1 }),
      anAnswer({ mood: "sad" }, { answer: 2 }),
      anAnswer({ mood: "sad" }, { answer: 3 }),
    ],
  };

  test("names the winner, which cannot be edited where one is only to be picked", async () => {
    const here = await setUp({ ...changes, decision: "determine" });
    expect(here.desk.editor.shown).toBe(1);
    expect(here.desk.editor.mode).toBe("readonly");
    await here.desk.editor.show(3);
    await here.desk.decide();
    expect(sent(here, "approve")).toEqual([
      { comment: "", label_verdicts: [], content: { mood: "sad" }, answer: 3 },
    ]);
  });

  test("begins with the most agreed answer and hands in what it was edited to", async () => {
    const here = await setUp({ ...changes, decision: "refine" });
    expect(here.desk.editor.shown).toBe(2);
    here.frame.content = { ...here.frame.content, mood: "merry" };
    here.desk.review.comment = "In between";
    await here.desk.approve();
    expect(sent(here, "approve")).toEqual([
      { comment: "In between", label_verdicts: [], content: { mood: "merry" } },
    ]);
  });

  test("says that there is none", async () => {
    const here = await setUp(changes);
    await here.desk.reject();
    expect(sent(here, "reject")).toEqual([{ comment: "", label_verdicts: [] }]);
  });
});
