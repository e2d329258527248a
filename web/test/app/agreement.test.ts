import { expect, test } from "vitest";
import { agreeing, mostAgreed } from "../../src/app/agreement";
import { anAnswer } from "./reviewed-answers";

const ANSWERS = [
  anAnswer({ mood: { a: 1, b: 2 }, size: "big" }, { answer: 1 }),
  anAnswer({ mood: { b: 2, a: 1 }, size: "small" }, { answer: 2 }),
  anAnswer({ mood: { a: 9 }, size: "small" }, { answer: 3 }),
];

test("counts the answers that say the same of a label, whatever the order of keys", () => {
  expect(agreeing(ANSWERS, "/mood", { a: 1, b: 2 })).toBe(2);
  expect(agreeing(ANSWERS, "/size", "big")).toBe(1);
  expect(agreeing(ANSWERS, "/gone", "big")).toBe(0);
});

test("the most agreed answer shares most labels with others, of several it is the first", () => {
  expect(mostAgreed(ANSWERS)).toBe(2);
  expect(mostAgreed(ANSWERS.slice(0, 1))).toBe(1);
  expect(mostAgreed([anAnswer({ a: 1 }, { answer: 4 }), anAnswer({ a: 2 }, { answer: 5 })])).toBe(4);
  expect(mostAgreed([])).toBeUndefined();
});
