import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/app/api";
import { Review } from "../../src/review/review";
import { anAnswer, said } from "./reviewed-answers";

const CONTENT = { mood: { label: "Glad" }, notes: "short" };

function aReview(standing: Record<string, "approve" | "reject"> = {}): Review {
  return new Review([anAnswer(CONTENT, { standing })]);
}

function refusal(...errors: [field: string, message: string][]): Problem {
  return {
    type: "https://loupe.example/problems/bad-request",
    title: "Bad request",
    status: 422,
    detail: "",
    errors: errors.map(([field, message]) => ({ field, message })),
  };
}

describe("an approval", () => {
  test("carries the verdicts that were given and the comment, and nothing of an edit", () => {
    const review = aReview();
    review.judge(1, "/mood", { verdict: "approve", comment: " clear " });
    review.comment = " fine ";
    expect(review.approval(false, [])).toEqual({
      comment: "fine",
      label_verdicts: [said("/mood", "approve", { comment: "clear" })],
    });
  });

  test("of all says so", () => {
    expect(aReview().approval(true, [])).toEqual({ comment: "", label_verdicts: [], approve_all: true });
  });

  test("is not made while a label is rejected, which is told at that label", () => {
    const review = aReview();
    review.judge(1, "/mood", { verdict: "reject", comment: "" });
    expect(review.approval(true, [])).toBeNull();
    expect(review.problemOf(1, "/mood")).toContain("You rejected this label");
    expect(review.problemOf(1, "/notes")).toBe("");
    review.judge(1, "/mood", { verdict: "approve", comment: "" });
    expect(review.problemOf(1, "/mood")).toBe("");
    expect(review.approval(true, [])).not.toBeNull();
  });

  test("does not pass over what was rejected earlier and is unchanged, unless all is approved", () => {
    const review = aReview({ mood: "reject" });
    expect(review.approval(false, [])).toBeNull();
    expect(review.problemOf(1, "/mood")).toContain("rejected earlier");
    expect(review.approval(true, [])?.label_verdicts).toEqual([said("/mood", "approve")]);
  });

  test("of an edited answer says nothing of what was changed, also where that was rejected", () => {
    const review = aReview({ notes: "reject" });
    review.judge(1, "/mood", { verdict: "reject", comment: "no" });
    const edited = { answer: 1, content: { mood: { label: "Sad" }, notes: "long" } };
    expect(review.approval(false, [edited])).toEqual({ comment: "", label_verdicts: [], ...edited });
  });

  test("of an edited answer keeps verdicts on what is unchanged, also where it moved in its list", () => {
    const content = { spans: [{ start: 1 }, { start: 5 }] };
    const labels = content.spans.map((value, at) => ({
      label: `/spans/${at}`,
      value,
      verdict: null,
      comment: "",
    }));
    const review = new Review([{ answer: 1, content, labels }]);
    review.judge(1, "/spans/0", { verdict: "approve", comment: "" });
    review.judge(1, "/spans/1", { verdict: "approve", comment: "" });
    const approval = review.approval(false, [{ answer: 1, content: { spans: [{ start: 5 }] } }]);
    expect(approval?.label_verdicts).toEqual([said("/spans/0", "approve")]);
  });
});

test("an approval carries the one answer that was edited, or all of several", () => {
  const review = new Review([1, 2].map((answer) => anAnswer(CONTENT, { answer })));
  review.judge(2, "/mood", { verdict: "approve", comment: "" });
  const edits = [1, 2].map((answer) => ({ answer, content: { ...CONTENT, notes: "long" } }));
  expect(review.approval(false, edits)).toEqual({
    comment: "",
    label_verdicts: [said("/mood", "approve", { answer: 2 })],
    edits,
  });
  expect(review.approval(false, edits.slice(1))).toMatchObject({ answer: 2, content: edits[1]?.content });
});

describe("a rejection", () => {
  test("needs a comment, on the whole or on a rejected label", () => {
    const review = aReview();
    review.judge(1, "/mood", { verdict: "reject", comment: "" });
    expect(review.rejection()).toBeNull();
    expect(review.problems[0]).toContain("Say what has to change");
    review.judge(1, "/mood", { verdict: "reject", comment: "It is sad." });
    expect(review.rejection()).toEqual({
      comment: "",
      label_verdicts: [said("/mood", "reject", { comment: "It is sad." })],
    });
  });

  test("that marks no label rejects them all", () => {
    const review = aReview({ mood: "approve" });
    review.comment = "All wrong";
    expect(review.rejection()).toEqual({
      comment: "All wrong",
      label_verdicts: [said("/mood", "reject"), said("/notes", "reject")],
    });
  });

  test("rejects what is left where some labels are approved", () => {
    const review = aReview();
    review.comment = "The rest is wrong";
    review.judge(1, "/mood", { verdict: "approve", comment: "" });
    expect(review.rejection()?.label_verdicts).toEqual([said("/mood", "approve"), said("/notes", "reject")]);
  });

  test("of nothing is not made", () => {
    const review = aReview();
    review.comment = "Hm";
    for (const label of ["/mood", "/notes"]) review.judge(1, label, { verdict: "approve", comment: "" });
    expect(review.rejection()).toBeNull();
    expect(review.problems[0]).toContain("All labels are approved");
  });
});

describe("what the server refuses", () => {
  test("is shown at the labels that it names, until they are judged", () => {
    const review = aReview();
    review.refuse(refusal(["label_verdicts /mood", "has no verdict"], ["comment", "is too long"]), []);
    expect(review.problemOf(1, "/mood")).toBe("Has no verdict");
    expect(review.problems).toEqual(["comment: is too long"]);
    expect(review.wrongLabels).toBe(1);
    review.judge(1, "/mood", { verdict: "approve", comment: "" });
    expect(review.wrongLabels).toBe(0);
  });

  test("is shown at the label of the verdict that it counts", () => {
    const review = aReview();
    const sent = [said("/mood", "approve"), said("/notes", "approve")];
    review.refuse(refusal(["label_verdicts.1.label", "has a verdict already"]), sent);
    expect(review.problemOf(1, "/notes")).toBe("Has a verdict already");
  });

  test("is shown at the answers where the label has no verdict yet", () => {
    const review = new Review([1, 2].map((answer) => anAnswer(CONTENT, { answer })));
    review.judge(1, "/mood", { verdict: "approve", comment: "" });
    review.refuse(refusal(["label_verdicts /mood", "has no verdict"]), []);
    expect(review.problemOf(1, "/mood")).toBe("");
    expect(review.problemOf(2, "/mood")).toBe("Has no verdict");
  });

  test("without named fields is shown as a whole", () => {
    const review = aReview();
    review.refuse({ ...refusal(), detail: "this is work to annotate: submit it" }, []);
    expect(review.problems[0]).toContain("This is work to annotate: submit it.");
  });
});

test("an answer over the limit says what to do, and keeps what was said", () => {
  const review = aReview();
  review.comment = "long";
  review.refuse({ ...refusal(), status: 413, detail: "content: 9 bytes, at most 8 are taken" }, []);
  expect(review.problems).toHaveLength(1);
  expect(review.problems[0]).toContain("content: 9 bytes, at most 8 are taken");
  expect(review.problems[0]).toContain("what you said is kept");
  expect(review.comment).toBe("long");
});

describe("a draft of a review", () => {
  test("brings back what was said and changed", () => {
    const review = aReview();
    review.comment = "so far";
    review.judge(1, "/mood", { verdict: "reject", comment: "no" });
    review.judge(1, "/notes", { verdict: null, comment: "hm" });
    review.edit(1, { mood: { label: "Sad" } });
    const draft = JSON.parse(JSON.stringify(review.toDraft()));
    const restored = aReview();
    restored.restore(draft);
    expect(restored.toDraft()).toEqual(draft);
    expect(restored.judgement(1, "/mood")).toEqual({ verdict: "reject", comment: "no" });
    expect(restored.edits.get(1)).toEqual({ mood: { label: "Sad" } });
    expect(restored.begun).toBe(true);
  });

  test("that is a plain answer counts as a change of the first answer", () => {
    const review = aReview();
    review.restore({ mood: { label: "Sad" } });
    expect([...review.edits]).toEqual([[1, { mood: { label: "Sad" } }]]);
  });
});

test("a label counts as edited once its value is another one in what was changed", () => {
  const review = aReview();
  const [mood, notes] = review.answers[0]?.labels ?? [];
  if (mood === undefined || notes === undefined) throw new Error("no labels");
  expect(review.isEdited(1, mood)).toBe(false);
  review.edit(1, { size: "", mood: { label: "Sad" }, notes: "short" });
  expect([mood, notes].map((label) => review.isEdited(1, label))).toEqual([true, false]);
});

test("taking everything back leaves a review that was not begun", () => {
  const review = aReview();
  review.judge(1, "/mood", { verdict: "approve", comment: "" });
  review.edit(1, { mood: null });
  review.judge(1, "/mood", { verdict: null, comment: "" });
  review.edit(1, null);
  expect(review.begun).toBe(false);
});
