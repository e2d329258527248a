import { beforeEach, describe, expect, test } from "vitest";
import "../../src/review/review-panel";
import { ReviewDesk } from "../../src/review/review-desk";
import { anIssue, deskScreen, rendered } from "./desk-screen";
import { anAnswer, aReview, said } from "./reviewed-answers";

const rework = deskScreen(ReviewDesk);

describe("reviewing", () => {
  const screen = deskScreen(ReviewDesk);
  const answer = anAnswer({ mood: { label: "Glad" }, notes: "short" }, { standing: { notes: "approve" } });
  const show = () => screen.show("loupe-review-panel", { kind: "review", answers: [answer] });

  beforeEach(show);

  test("shows every label with its value and the verdicts that stand", () => {
    expect(screen.texts("h3")).toEqual(["mood", "notes"]);
    expect(screen.texts(".value")).toEqual(["Glad", "short"]);
    expect(screen.panel.shadowRoot?.textContent).toContain("1 of 2 labels have a verdict");
    expect(screen.texts(".label").at(1)).toContain("Approved in an earlier review");
  });

  test("a verdict is shown as pressed and is taken back by the same button", async () => {
    screen.button("Approve mood").click();
    await rendered();
    expect(screen.button("Approve mood").getAttribute("aria-pressed")).toBe("true");
    expect(screen.button("Reject mood").getAttribute("aria-pressed")).toBe("false");
    screen.button("Approve mood").click();
    await rendered();
    expect(screen.desk.draft.judgement(1, "/mood").verdict).toBeNull();
  });

  test("goes by keys alone: a label rejected with a comment, and handed in", async () => {
    await screen.press("x");
    const comment = screen.all(".label textarea")[0];
    await screen.press("a", comment);
    await screen.type(comment, "It is sad.");
    await screen.press("Enter", comment, { ctrlKey: true });
    expect(screen.session.decided).toEqual([
      {
        action: "reject",
        comment: "",
        label_verdicts: [{ answer: 1, label: "/mood", verdict: "reject", comment: "It is sad." }],
      },
    ]);
  });

  test("A approves the label in focus, and arrows and brackets move the focus, which the task shows", async () => {
    const pointed: string[] = [];
    screen.desk.editor.point = (label) => pointed.push(label);
    await screen.press("]");
    await screen.press("ArrowDown", screen.all("loupe-label-review")[0]);
    await screen.press("a");
    await screen.press("[");
    expect(screen.desk.draft.judgement(1, "/notes").verdict).toBe("approve");
    expect(screen.desk.draft.judgement(1, "/mood").verdict).toBeNull();
    expect(pointed).toEqual(["/mood", "/notes", "/notes", "/mood"]);
    screen.button("Show notes in the task").click();
    expect(pointed.at(-1)).toBe("/notes");
  });

  test("R goes to the comment, after which Ctrl+Enter rejects; Escape takes that back", async () => {
    await screen.press("r");
    const comment = screen.all(".decide textarea")[0];
    await screen.type(comment, "All of it");
    await screen.press("Escape", comment);
    expect(screen.desk.draft.rejects).toBe(false);
    await screen.press("r");
    await screen.press("Enter", comment, { ctrlKey: true });
    expect(screen.session.decided.map(({ action }) => action)).toEqual(["reject"]);
  });

  test("Shift+A approves all", async () => {
    await screen.press("A", document.body, { shiftKey: true });
    expect(screen.session.decided).toEqual([
      { action: "approve", comment: "", label_verdicts: [], approve_all: true },
    ]);
  });

  test("E lets the labels be edited, and goes into the task", async () => {
    let focused = 0;
    screen.hotkeys.register({ id: "focus", keys: ["f"], label: "", run: () => (focused += 1) });
    expect(screen.desk.editor.mode).toBe("readonly");
    await screen.press("e");
    expect(screen.desk.editor.mode).toBe("review");
    expect(focused).toBe(1);
    screen.button("Stop editing").click();
    await rendered();
    expect(screen.desk.editor.mode).toBe("readonly");
  });

  test("a refusal is told at its label, and in a live region", async () => {
    screen.session.outcome = {
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
    screen.button("Approve").click();
    await rendered();
    expect(screen.texts(".problem")).toEqual(["Has no verdict", ""]);
    expect(screen.texts("[role=alert]")).toEqual(["One label needs your attention."]);
  });

  test("keys do nothing while the task does not show yet", async () => {
    Object.assign(screen.panel, { enabled: false });
    await rendered();
    await screen.press("A", document.body, { shiftKey: true });
    await screen.press("e");
    expect(screen.session.decided).toEqual([]);
    expect(screen.desk.editor.mode).toBe("readonly");
    expect(screen.announcer.text).toBe("The task is not ready yet.");
    expect(screen.button("Approve").disabled).toBe(true);
  });

  test("every key of the panel is gone with it", () => {
    expect(screen.hotkeys.list().length).toBeGreaterThan(5);
    screen.panel.remove();
    expect(screen.hotkeys.list()).toEqual([]);
  });
});

test("a label that was rejected and changed since shows what was said, and what it was", async () => {
  await rework.show("loupe-review-panel", {
    kind: "review",
    answers: [anAnswer({ mood: "sad", notes: "short" })],
    previous: [
      aReview([{ ...said("/mood", "reject", { comment: "Older." }), value: "merry" }]),
      aReview([{ ...said("/mood", "reject", { comment: "It is sad." }), value: "glad" }]),
      aReview([{ ...said("/notes", "approve"), value: null }]),
    ],
  });
  expect(rework.texts(".label").at(0)).toContain(
    "Rejected in an earlier review, changed since; it was glad.",
  );
  expect(rework.texts(".label blockquote")).toEqual(["It is sad."]);
});

describe("issues under review", () => {
  const screen = deskScreen(ReviewDesk);
  const answers = [anAnswer({ mood: "Glad", notes: "short" })];
  const show = () => screen.show("loupe-review-panel", { kind: "review", answers });

  test("stand at their label, and are resolved and opened again there", async () => {
    screen.server.issues = [
      anIssue({ tags: ["blur"] }),
      anIssue({ id: "i2", label: null, title: "Rotated" }),
    ];
    await show();
    expect(screen.texts("h4")).toEqual(["Open: Blurred"]);
    expect(screen.texts(".tag")).toEqual(["blur"]);
    screen.button("Resolve Blurred").click();
    await rendered();
    expect(screen.server.written).toEqual([{ path: "/v1/issues/i1/resolve", body: {} }]);
    screen.button("Reopen Blurred").click();
    await rendered();
    expect(screen.texts("h4")).toContain("Open: Blurred");
  });

  test("that cannot be read are no hindrance, and are read again on request", async () => {
    screen.server.away = true;
    await show();
    expect(screen.texts("[role=status]").join()).toContain("Issues on this task cannot be read");
    screen.server.away = false;
    screen.server.issues = [anIssue()];
    screen.button("Try again").click();
    await rendered();
    expect(screen.texts("h4")).toEqual(["Open: Blurred"]);
  });
});
