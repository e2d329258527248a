import { beforeEach, describe, expect, test } from "vitest";
import { type Assignment, PortalApi } from "../../src/app/api";
import type { FrameEnd } from "../../src/review/answer-in-frame";
import { ConsensusDesk } from "../../src/review/consensus-desk";
import type { Decided, DecisionDesk, DecisionDeskParts } from "../../src/review/decision-desk";
import { ReviewDesk } from "../../src/review/review-desk";
import { ServerClock } from "../../src/ui/clock";
import type { JsonObject } from "../../src/ui/json";
import { LocalDrafts } from "../../src/work/drafts";
import { type QueuedSubmission, SubmissionQueue } from "../../src/work/submission-queue";
import { WorkSession } from "../../src/work/work-session";
import { ManualClock, settle } from "../app/manual-clock";
import { MemoryStore } from "../app/memory-store";
import { jsonReply, problemReply, ScriptedServer, type SeenRequest } from "../app/scripted-server";
import { anAssignment, at, NOW } from "../work/assignments";
import { anAnswer, said } from "./reviewed-answers";

const CONTENT = { mood: { label: "Glad" }, notes: "short" };

/** A template's frame: has a default of its own that is no part of the answer, and hands in what it shows. */
class FakeFrame implements FrameEnd {
  content: JsonObject;
  mode = "edit";
  pointed = "";
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

  show(pointer: string): void {
    this.pointed = pointer;
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

async function setUp<D extends DecisionDesk>(
  open: new (parts: DecisionDeskParts) => D,
  changes: Partial<Assignment> = {},
) {
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
  const desk = new open({ session, queue, clock, frame: () => frame });
  frame = new FakeFrame(desk.editor.original);
  frame.desk = desk;
  await desk.editor.ready();
  const events: (string | Decided)[] = [];
  desk.addEventListener("blocked", () => events.push("blocked"));
  desk.addEventListener("decided", (event) => events.push((event as CustomEvent<Decided>).detail));
  return { clock, server, queue, desk, frame, events };
}

const reviewing = (changes: Partial<Assignment> = {}) => setUp(ReviewDesk, changes);
const deciding = (changes: Partial<Assignment> = {}) =>
  setUp(ConsensusDesk, { kind: "consensus", ...changes });

/** What the person who reviews changes in the template. */
async function change(
  { desk, frame }: Awaited<ReturnType<typeof reviewing>>,
  content: JsonObject,
): Promise<void> {
  desk.editor.edit();
  frame.content = { ...frame.content, ...content };
  await desk.editor.collect();
}

function sent({ server }: { server: ScriptedServer }, action: string): Record<string, unknown>[] {
  return server
    .sent(`/${action}`)
    .map(({ body: { lease_token: _lease, submission_id: _id, active_seconds: _seconds, ...body } }) => body);
}

describe("a review", () => {
  let here: Awaited<ReturnType<typeof reviewing>>;

  beforeEach(async () => {
    here = await reviewing();
  });

  test("of what was not touched is approved without content, defaults of the template or not", async () => {
    await here.desk.approve({ all: true });
    expect(sent(here, "approve")).toEqual([{ comment: "", label_verdicts: [], approve_all: true }]);
    expect(here.events).toEqual([{ name: "accepted" }]);
  });

  test("shows the answer as it was left, taking no input until its labels are to be edited", async () => {
    expect(here.desk.editor.mode).toBe("readonly");
    here.frame.content = { ...here.frame.content, notes: "typed all the same" };
    await here.desk.editor.collect();
    expect(here.desk.draft.edits.size).toBe(0);
    here.desk.editor.edit();
    expect(here.frame.mode).toBe("review");
  });

  test("shows a label in the frame", () => {
    here.desk.editor.point("/notes");
    expect(here.frame.pointed).toBe("/notes");
  });

  test("of an edited answer is approved with the answer that the template gives", async () => {
    await change(here, { mood: { label: "Sad" } });
    await here.desk.approve();
    const content = { mood: { label: "Sad" }, notes: "short" };
    expect(sent(here, "approve")).toEqual([{ comment: "", label_verdicts: [], answer: 1, content }]);
  });

  test("of a change that makes no other answer is approved without content", async () => {
    await change(here, { size: null });
    await here.desk.approve({ all: true });
    expect(sent(here, "approve")[0]).not.toHaveProperty("content");
  });

  test("keeps parts for which the template has no field in what is edited", async () => {
    here.frame.unplaced = { old: 1, mood: { sure: true } };
    await change(here, { mood: { label: "Sad" } });
    await here.desk.approve();
    expect(sent(here, "approve")[0]?.content).toEqual({
      mood: { sure: true, label: "Sad" },
      notes: "short",
      old: 1,
    });
  });

  test("of an edit that is incomplete is not handed in", async () => {
    here.frame.incomplete = true;
    await change(here, { notes: "" });
    await here.desk.approve();
    expect(here.events).toEqual(["blocked"]);
    expect(sent(here, "approve")).toEqual([]);
    expect(here.desk.busy).toBe(false);
  });

  test("of an edit to which the template is silent is not handed in, and says what to do", async () => {
    here.frame.submit = () => {};
    await change(here, { notes: "long" });
    const approving = here.desk.approve();
    await here.clock.advance(5_000);
    await approving;
    expect(here.desk.draft.problems[0]).toContain("undo your changes");
    expect(sent(here, "approve")).toEqual([]);
  });

  test("goes on after a refusal, which is shown at its label; the outbox holds nothing of it", async () => {
    here.server.reply = strictRefusal;
    await here.desk.approve();
    expect(here.events).toEqual(["blocked"]);
    expect(here.desk.draft.problemOf(1, "/notes")).toBe("Has no verdict");
    expect(here.queue.refused).toEqual([]);
    here.server.reply = receipt;
    here.desk.draft.judge(1, "/notes", { verdict: "approve", comment: "" });
    await here.desk.approve();
    expect(here.events.at(-1)).toEqual({ name: "accepted" });
  });

  test("that the network loses waits in the outbox and is on its way", async () => {
    here.server.reply = () => "network-lost";
    await here.desk.approve({ all: true });
    expect(here.events).toEqual([{ name: "waiting" }]);
    expect(here.queue.waiting.map((entry) => entry.handIn.action)).toEqual(["approve"]);
  });

  test("that somebody else closed, or that was opened elsewhere, is lost with what was said of it", async () => {
    const losses: Record<string, string> = { "visit-closed": "closed", "lease-lost": "opened-elsewhere" };
    for (const [type, loss] of Object.entries(losses)) {
      const lost = await reviewing();
      lost.desk.draft.comment = "So far";
      lost.server.reply = () => problemReply(409, type);
      await lost.desk.approve({ all: true });
      expect(lost.events).toMatchObject([{ name: "lost", loss }]);
      expect(lost.desk.draft.toDraft().comment).toBe("So far");
    }
  });

  test("whose time is over says so, whatever else the server says", async () => {
    const late = await reviewing({ hold_until: at(-1) });
    late.server.reply = () => problemReply(409, "lease-lost");
    await late.desk.approve({ all: true });
    expect(late.events).toMatchObject([{ name: "lost", loss: "hold-ended" }]);
  });

  test("is rejected by the same key that approves, once a label is rejected", async () => {
    here.desk.draft.judge(1, "/mood", { verdict: "reject", comment: "It is sad." });
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
    here.desk.draft.comment = "Hm";
    here.desk.draft.judge(1, "/mood", { verdict: "approve", comment: "" });
    await here.clock.advance(1_000);
    const drafts = here.server.sent("/draft").map((request) => request.body.content as JsonObject);
    expect(drafts).toHaveLength(1);
    const again = await reviewing();
    again.desk.restore(drafts[0] ?? null, null);
    expect(again.desk.draft.comment).toBe("Hm");
    expect(again.desk.draft.judgement(1, "/mood").verdict).toBe("approve");
  });

  test("is kept at once where the page may be closed, but not where nothing was said", async () => {
    here.desk.saveNow();
    here.desk.draft.comment = "Hm";
    here.desk.saveNow();
    await settle();
    expect(here.server.sent("/draft")).toHaveLength(1);
  });

  test("that nobody touched is no draft", async () => {
    expect(await here.desk.unfinished()).toBeNull();
    await here.clock.advance(50_000);
    expect(here.server.sent("/draft")).toEqual([]);
  });
});

test("undoing an edit brings the answer back as it was given, and takes no more input", async () => {
  const here = await reviewing();
  await change(here, { notes: "long" });
  expect([...here.desk.draft.edits.keys()]).toEqual([1]);
  await here.desk.editor.undo();
  expect(here.frame.content).toEqual({ size: "", ...CONTENT });
  expect(here.frame.mode).toBe("readonly");
  await here.desk.approve({ all: true });
  expect(sent(here, "approve")[0]).not.toHaveProperty("content");
});

test("what was refused while the page was closed is shown when the work is opened again", async () => {
  const { desk } = await reviewing();
  const problem = { type: "x/bad-request", title: "", status: 422, detail: "" };
  const errors = [{ field: "label_verdicts /mood", message: "has no verdict" }];
  desk.restore(null, {
    problem: { ...problem, errors },
    handIn: { action: "approve", comment: "", label_verdicts: [] },
  });
  expect(desk.draft.problemOf(1, "/mood")).toBe("Has no verdict");
});

const ANSWERS = [
  anAnswer({ mood: "glad" }, { answer: 1 }),
  anAnswer({ mood: "sad" }, { answer: 2 }),
  anAnswer({ mood: "sad" }, { answer: 3 }),
];

describe("several answers", () => {
  test("are looked at one after the other, each with what was changed in it", async () => {
    const here = await reviewing({ answers: ANSWERS });
    await change(here, { mood: "merry" });
    await here.desk.editor.show(2);
    expect(here.frame.content).toEqual({ size: "", mood: "sad" });
    await here.desk.editor.show(1);
    expect(here.frame.content).toEqual({ size: "", mood: "merry" });
  });

  test("are approved with the edit of one that is not shown right now", async () => {
    const here = await reviewing({ answers: ANSWERS });
    await change(here, { mood: "merry" });
    await here.desk.editor.show(2);
    await here.desk.approve();
    expect(sent(here, "approve")[0]).toMatchObject({ answer: 1, content: { mood: "merry" } });
  });

  test("are edited and approved together", async () => {
    const here = await reviewing({ answers: ANSWERS });
    for (const answer of [1, 3]) {
      await here.desk.editor.show(answer);
      await change(here, { mood: `merry ${answer}` });
    }
    await here.desk.approve();
    const [approval] = sent(here, "approve");
    expect(approval).not.toHaveProperty("content");
    expect(approval?.edits).toEqual(
      expect.arrayContaining([
        { answer: 1, content: { mood: "merry 1" } },
        { answer: 3, content: { mood: "merry 3" } },
      ]),
    );
  });
});

describe("a decision between answers", () => {
  test("names the winner, once one was picked", async () => {
    const here = await deciding({ answers: ANSWERS, decision: "determine" });
    expect(here.desk.editor.mode).toBe("readonly");
    await here.desk.decide();
    expect(here.events).toEqual(["blocked"]);
    expect(here.desk.draft.problems[0]).toContain("Pick the answer that wins");
    await here.desk.editor.pick(3);
    await here.desk.decide();
    expect(sent(here, "approve")).toEqual([
      { comment: "", label_verdicts: [], content: { mood: "sad" }, answer: 3 },
    ]);
  });

  test("begins with what most answers say and hands in what it was edited to", async () => {
    const here = await deciding({ answers: ANSWERS, decision: "refine" });
    expect(here.frame.content).toEqual({ size: "", mood: "sad" });
    here.frame.content = { ...here.frame.content, mood: "merry" };
    here.desk.draft.comment = "In between";
    await here.desk.approve();
    expect(sent(here, "approve")).toEqual([
      { comment: "In between", label_verdicts: [], content: { mood: "merry" } },
    ]);
  });

  test("hands in a merge of values as the annotators gave them", async () => {
    const here = await deciding({
      answers: [
        anAnswer({ mood: "glad", topic: "tea" }),
        anAnswer({ mood: "sad", topic: "pots" }, { answer: 2 }),
      ],
      decision: "refine",
    });
    await here.desk.editor.take("/topic", 2);
    expect(here.frame.content).toEqual({ size: "", mood: "glad", topic: "pots" });
    await here.desk.approve();
    expect(sent(here, "approve")[0]?.content).toEqual({ mood: "glad", topic: "pots" });
  });

  test("keeps what was typed where a value is taken after it, and the template has to find both complete", async () => {
    const here = await deciding({
      answers: [
        anAnswer({ mood: "glad", topic: "tea" }),
        anAnswer({ mood: "sad", topic: "pots" }, { answer: 2 }),
      ],
      decision: "refine",
    });
    here.frame.content = { ...here.frame.content, topic: "" };
    await here.desk.editor.take("/mood", 2);
    expect(here.frame.content).toEqual({ size: "", mood: "sad", topic: "" });
    here.frame.incomplete = true;
    await here.desk.approve();
    expect(here.events).toEqual(["blocked"]);
    expect(sent(here, "approve")).toEqual([]);
  });

  test("says that there is none", async () => {
    const here = await deciding({ answers: ANSWERS });
    here.desk.draft.comment = "Both are right";
    await here.desk.reject();
    expect(sent(here, "reject")).toEqual([{ comment: "Both are right", label_verdicts: [] }]);
  });
});
