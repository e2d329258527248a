import { expect, test } from "vitest";
import { Consensus } from "../../src/review/consensus";
import { decisionText } from "../../src/review/decision-text";
import { Review } from "../../src/review/review";
import { anAnswer } from "./reviewed-answers";

test("a review is told with its comments, verdicts and changes", () => {
  const review = new Review([anAnswer({ mood: "glad", notes: "short" })]);
  review.comment = "Look again.";
  review.judge(1, "/mood", { verdict: "reject", comment: "It is sad." });
  review.judge(1, "/notes", { verdict: "approve", comment: "" });
  review.edit(1, { notes: "long" });
  expect(decisionText(review.toDraft())?.split("\n")).toEqual([
    "Comment: Look again.",
    "mood (answer 1): rejected: It is sad.",
    "notes (answer 1): approved",
    "Answer 1 as changed: {",
    '  "notes": "long"',
    "}",
  ]);
});

test("a decision between answers is told with what was picked or merged", () => {
  const consensus = new Consensus(
    [anAnswer({ mood: "glad" }), anAnswer({ mood: "sad" }, { answer: 2 })],
    true,
  );
  consensus.pick(2);
  expect(decisionText(consensus.toDraft())?.split("\n")).toEqual([
    "Picked: answer 2",
    "Merged: {",
    '  "mood": "sad"',
    "}",
  ]);
});

test("an answer is no decision", () => {
  expect(decisionText({ mood: "glad" })).toBeNull();
});
