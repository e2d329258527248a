import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFrameMessage } from "../../src/work/frame-messages";

const READY = {
  type: "ready",
  nonce: "n",
  shortcuts: [{ keys: "1", label: "Yes" }],
  hasInstructions: true,
  unplaced: { old: [1] },
};

describe("well-formed messages", () => {
  test.each([
    [READY, READY],
    [
      { type: "ready", nonce: "n" },
      { type: "ready", nonce: "n", shortcuts: [], hasInstructions: false, unplaced: {} },
    ],
    [
      { type: "height", px: 812.5 },
      { type: "height", px: 812.5 },
    ],
    [
      { type: "draft", seq: 3, data: { a: 1 } },
      { type: "draft", seq: 3, data: { a: 1 }, unplaced: null, collectId: null },
    ],
    [
      { type: "draft", seq: 3, data: {}, unplaced: {}, collectId: "c1" },
      { type: "draft", seq: 3, data: {}, unplaced: {}, collectId: "c1" },
    ],
    [
      { type: "submit", answer: { a: { b: [null, true] } }, userGesture: true },
      { type: "submit", answer: { a: { b: [null, true] } }, userGesture: true },
    ],
    [
      { type: "invalid", count: 2, first: "Total" },
      { type: "invalid", count: 2, first: "Total" },
    ],
    [
      { type: "hotkey", id: "submit" },
      { type: "hotkey", id: "submit" },
    ],
    [
      { type: "error", message: "image did not load" },
      { type: "error", message: "image did not load" },
    ],
    [{ type: "activity" }, { type: "activity" }],
    [
      { type: "scrolled", top: 0.5 },
      { type: "scrolled", top: 0.5 },
    ],
  ])("%j is read", (raw, message) => {
    expect(parseFrameMessage(raw)).toEqual({ message });
  });

  test("carry any JSON answer through unchanged", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (answer) => {
        const plain = JSON.parse(JSON.stringify(answer));
        expect(parseFrameMessage({ type: "submit", answer: plain, userGesture: false })).toEqual({
          message: { type: "submit", answer: plain, userGesture: false },
        });
      }),
    );
  });
});

describe("everything else is a problem, never an exception", () => {
  test.each([
    undefined,
    null,
    42,
    "submit",
    [],
    {},
    { type: 7 },
    { type: "navigate", to: "https://elsewhere.example" },
    { type: "ready", nonce: 5 },
    { type: "ready", nonce: "n", shortcuts: [{ keys: ["1"], label: "Yes" }] },
    { type: "ready", nonce: "n", unplaced: [1] },
    { type: "height", px: -1 },
    { type: "height", px: Number.POSITIVE_INFINITY },
    { type: "draft", seq: 1, data: [] },
    { type: "draft", data: {} },
    { type: "submit", answer: "text" },
    { type: "submit", answer: null },
    { type: "submit", answer: new Map([["a", 1]]).values },
    { type: "invalid", count: "2" },
    { type: "hotkey", id: "release" },
    { type: "error" },
    { type: "submit", answer: { n: 1n } },
  ])("%#", (raw) => {
    expect(parseFrameMessage(raw)).toHaveProperty("problem");
  });

  test("a message that refers to itself", () => {
    const circle: Record<string, unknown> = { type: "submit" };
    circle.answer = circle;
    expect(parseFrameMessage(circle)).toHaveProperty("problem");
  });

  test("anything that fast-check thinks of", () => {
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        const parsed = parseFrameMessage(raw);
        expect("message" in parsed || parsed.problem.length > 0).toBe(true);
      }),
    );
  });
});

test("the size limit counts bytes, not characters", () => {
  const message = (text: string) => parseFrameMessage({ type: "error", message: text }, 1024);
  expect(message("x".repeat(900))).toHaveProperty("message");
  expect(message("x".repeat(1024))).toHaveProperty("problem");
  expect(message("ü".repeat(600))).toHaveProperty("problem");
});

test("long texts are cut so that a template cannot flood the page", () => {
  const parsed = parseFrameMessage({ type: "error", message: "x".repeat(50_000) });
  expect("message" in parsed && parsed.message.type === "error" && parsed.message.message.length).toBe(2_000);
});
