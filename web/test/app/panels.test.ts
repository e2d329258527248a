import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PreviousReview } from "../../src/app/api";
import { DecisionDesk } from "../../src/app/decision-desk";
import { HotkeyRegistry } from "../../src/app/hotkeys";
import { Announcer } from "../../src/app/portal";
import "../../src/app/decision-panel";
import "../../src/app/previous-reviews";
import "../../src/app/review-panel";
import type { Assignment, HandIn } from "../../src/app/api";
import type { JsonObject } from "../../src/app/json";
import type { FirstAttempt } from "../../src/app/submission-queue";
import { anAssignment, at } from "./assignments";
import { ManualClock, settle } from "./manual-clock";
import { anAnswer } from "./reviewed-answers";

/** Takes every decision; there is no template. */
class TakingSession {
  readonly decided: HandIn[] = [];
  readonly draft = { content: null, save: async () => {} } as never;
  outcome: FirstAttempt = { name: "accepted" };

  constructor(readonly assignment: Assignment) {}

  async decide(handIn: HandIn): Promise<FirstAttempt> {
    this.decided.push(handIn);
    return this.outcome;
  }
}

let hotkeys: HotkeyRegistry;
let announcer: Announcer;
let session: TakingSession;
let desk: DecisionDesk;
let panel: HTMLElement;

const press = (key: string, target: Element = document.body, init: KeyboardEventInit = {}) =>
  target.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true, ...init }),
  );
const onKey = (event: KeyboardEvent) => hotkeys.handle(event);

beforeEach(() => {
  hotkeys = new HotkeyRegistry(false);
  announcer = new Announcer();
  window.addEventListener("keydown", onKey);
});

afterEach(() => {
  window.removeEventListener("keydown", onKey);
  document.body.replaceChildren();
});

async function show(tag: string, assignment: Partial<Assignment>): Promise<void> {
  session = new TakingSession(anAssignment(assignment));
  desk = new DecisionDesk({
    session,
    frame: () => null,
    queue: { discard: async () => {} },
    clock: new ManualClock(),
  });
  panel = document.createElement(tag);
  Object.assign(panel, { portal: { hotkeys, announcer }, desk, enabled: true });
  document.body.append(panel);
  await rendered();
}

async function rendered(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await settle();
}

/** Elements in the panel and the components within it. */
function all(selector: string, root: ParentNode = panel.shadowRoot as ShadowRoot): Element[] {
  const nested = [...root.querySelectorAll("*")].flatMap((element) =>
    element.shadowRoot === null ? [] : all(selector, element.shadowRoot),
  );
  return [...root.querySelectorAll(selector), ...nested];
}

function button(name: string): HTMLButtonElement {
  const named = (element: Element) =>
    (element.getAttribute("aria-label") ?? element.textContent ?? "").replace(/\s+/g, " ").trim() === name;
  const found = all("button").find(named);
  if (found === undefined) throw new Error(`There is no button ${name}`);
  return found as HTMLButtonElement;
}

const texts = (selector: string) =>
  all(selector).map((element) => (element.textContent ?? "").replace(/\s+/g, " ").trim());

describe("reviewing", () => {
  beforeEach(async () => {
    const answer = anAnswer({ mood: { label: "Glad" }, notes: "short" }, { standing: { notes: "approve" } });
    await show("loupe-review-panel", { kind: "review", answers: [answer] });
  });

  test("shows every label with its value and the verdicts that stand", () => {
    expect(texts("h3")).toEqual(["mood", "notes"]);
    expect(texts(".value")).toEqual(["Glad", "short"]);
    expect(panel.shadowRoot?.textContent).toContain("1 of 2 labels have a verdict");
    expect(texts(".label").at(1)).toContain("Approved in an earlier review");
  });

  test("a verdict is shown as pressed and is taken back by the same button", async () => {
    button("Approve mood").click();
    await rendered();
    expect(button("Approve mood").getAttribute("aria-pressed")).toBe("true");
    expect(button("Reject mood").getAttribute("aria-pressed")).toBe("false");
    button("Approve mood").click();
    await rendered();
    expect(desk.review.judgement(1, "/mood").verdict).toBeNull();
  });

  test("goes by keys alone: a label rejected with a comment, and handed in", async () => {
    press("x");
    await rendered();
    const comment = all(".label textarea")[0] as HTMLTextAreaElement;
    press("a", comment);
    comment.value = "It is sad.";
    comment.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    press("Enter", comment, { ctrlKey: true });
    await rendered();
    expect(session.decided).toEqual([
      {
        action: "reject",
        comment: "",
        label_verdicts: [{ answer: 1, label: "/mood", verdict: "reject", comment: "It is sad." }],
      },
    ]);
  });

  test("R goes to the comment, after which Ctrl+Enter rejects; Escape takes that back", async () => {
    press("r");
    await rendered();
    const comment = all(".decide textarea")[0] as HTMLTextAreaElement;
    comment.value = "All of it";
    comment.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    press("Escape", comment);
    expect(desk.review.rejects).toBe(false);
    press("r");
    press("Enter", comment, { ctrlKey: true });
    await rendered();
    expect(session.decided.map(({ action }) => action)).toEqual(["reject"]);
  });

  test("A approves all", async () => {
    press("a");
    await rendered();
    expect(session.decided).toEqual([
      { action: "approve", comment: "", label_verdicts: [], approve_all: true },
    ]);
  });

  test("a refusal is told at its label, and in a live region", async () => {
    session.outcome = {
      name: "refused",
      submissionId: "s1",
      problem: {
        type: "x/bad-request",
        title: "",
        status: 422,
        detail: "",
        errors: [{ field: "label_verdicts /mood", message: "has no verdict" }],
      },
    };
    button("Approve").click();
    await rendered();
    expect(texts(".problem")).toEqual(["Has no verdict", ""]);
    expect(texts("[role=alert]")).toEqual(["One label needs your attention."]);
  });

  test("keys do nothing while the task does not show yet", async () => {
    Object.assign(panel, { enabled: false });
    await rendered();
    press("a");
    await rendered();
    expect(session.decided).toEqual([]);
    expect(announcer.text).toBe("The task is not ready yet.");
    expect(button("Approve").disabled).toBe(true);
  });

  test("every key of the panel is gone with it", () => {
    expect(hotkeys.list().length).toBeGreaterThan(5);
    panel.remove();
    expect(hotkeys.list()).toEqual([]);
  });
});

describe("deciding between answers", () => {
  const answers = [1, 2, 3].map((answer) => anAnswer({ mood: answer === 1 ? "glad" : "sad" }, { answer }));
  const buttons = () => texts(".decide button");

  test("offers what the stage asks for", async () => {
    await show("loupe-decision-panel", { kind: "consensus", answers, decision: "determine" });
    expect(buttons()).toEqual(["This one wins", "No consensus"]);
    panel.remove();
    await show("loupe-decision-panel", { kind: "consensus", answers, decision: "refine" });
    expect(buttons()).toEqual(["Agreed", "No consensus"]);
    panel.remove();
    await show("loupe-decision-panel", { kind: "consensus", answers });
    expect(buttons()).toEqual(["This one wins", "Agreed", "No consensus"]);
  });

  test("shows who agrees, and the winner is picked by keys", async () => {
    await show("loupe-decision-panel", { kind: "consensus", answers, decision: "determine" });
    expect(texts("li p")).toEqual(["Only this answer says so."]);
    press("3");
    await rendered();
    expect(texts("li p")).toEqual(["2 of 3 answers say this."]);
    expect(button("Answer 3").getAttribute("aria-pressed")).toBe("true");
    press("w");
    await rendered();
    expect(session.decided).toMatchObject([{ action: "approve", answer: 3, content: { mood: "sad" } }]);
  });

  test("says that there is no consensus", async () => {
    await show("loupe-decision-panel", { kind: "consensus", answers });
    button("No consensus").click();
    await rendered();
    expect(session.decided).toEqual([{ action: "reject", comment: "", label_verdicts: [] }]);
  });
});

describe("earlier reviews", () => {
  const review = (changes: Partial<PreviousReview>): PreviousReview => ({
    visit: 2,
    stage: "Review",
    kind: "review",
    decision: "rejected",
    comment: "",
    at: at(0),
    verdicts: [],
    ...changes,
  });

  async function showPrevious(properties: {
    previous: PreviousReview[];
    content?: JsonObject;
    rework?: boolean;
  }) {
    panel = document.createElement("loupe-previous-reviews");
    Object.assign(panel, properties);
    document.body.append(panel);
    await rendered();
  }

  test("show the author what was rejected, with what they answered", async () => {
    const verdicts = [
      { answer: 1, label: "/notes", verdict: "approve" as const, comment: "" },
      { answer: 1, label: "/mood", verdict: "reject" as const, comment: "It is sad." },
    ];
    await showPrevious({
      previous: [review({ comment: "Look again.", verdicts })],
      content: { mood: { label: "Glad" } },
      rework: true,
    });
    expect(texts("h2")).toEqual(["What the reviewer said"]);
    expect(texts("article > blockquote")).toEqual(["Look again."]);
    expect(texts("li")).toEqual(["mood: rejected Your answer: Glad It is sad.", "notes: approved"]);
    expect(all("li.reject")).toHaveLength(1);
  });

  test("come latest first, older ones folded", async () => {
    await showPrevious({ previous: [review({ comment: "first" }), review({ visit: 4, comment: "second" })] });
    expect(texts("section > article blockquote")).toEqual(["second"]);
    expect(texts("details summary")).toEqual(["1 earlier review"]);
    expect(texts("details blockquote")).toEqual(["first"]);
  });

  test("are nothing where there are none", async () => {
    await showPrevious({ previous: [] });
    expect(all("section")).toEqual([]);
  });
});
