import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GroupAnswers } from "../../src/editors/group-answers";
import { QUESTIONS } from "./documents";

const TILES = ["left", "right"];
const [PREDICTION = "", SUMMARY = ""] = QUESTIONS.map(({ name }) => name);
const WRONG = "What's wrong?";
const answers = () => new GroupAnswers(QUESTIONS, TILES);

test("an answer has the chosen options, and the texts that they ask for", () => {
  const made = answers();
  made.choose("left", PREDICTION, "no");
  made.setText("left", PREDICTION, WRONG, "two cars");
  made.choose("left", SUMMARY, "yes");
  expect(made.content()).toEqual({
    left: {
      [PREDICTION]: { value: "no", nested: { [WRONG]: "two cars" } },
      [SUMMARY]: { value: "yes", nested: {} },
    },
  });
  expect(made.answered("left")).toBe(2);
});

test("what is missing is told in order, down to the text", () => {
  const made = answers();
  made.choose("left", PREDICTION, "no");
  made.setText("left", PREDICTION, WRONG, "  ");
  made.choose("left", SUMMARY, "yes");
  made.choose("right", SUMMARY, "yes");
  expect(made.missing()).toEqual([
    { tile: "left", question: PREDICTION, text: WRONG },
    { tile: "right", question: PREDICTION, text: null },
  ]);
  expect([made.answered("left"), made.answered("right")]).toEqual([1, 1]);
});

test("who changes their mind twice still has their text, and hands in none that is not asked for", () => {
  const made = answers();
  made.choose("left", PREDICTION, "no");
  made.setText("left", PREDICTION, WRONG, "two cars");
  made.choose("left", PREDICTION, "yes");
  expect(made.content()).toEqual({ left: { [PREDICTION]: { value: "yes", nested: {} } } });
  made.choose("left", PREDICTION, "no");
  expect(made.text("left", PREDICTION, WRONG)).toBe("two cars");
});

describe("content that is loaded", () => {
  test("replaces what was there; what belongs nowhere is kept apart and stays in the draft", () => {
    const made = answers();
    made.choose("right", SUMMARY, "yes");
    made.load({
      left: { [PREDICTION]: { value: "no", nested: { [WRONG]: "x" } }, Mood: { value: "glad", nested: {} } },
      right: { [SUMMARY]: { value: "perhaps", nested: {} } },
      above: 7,
    });
    expect(made.content()).toEqual({ left: { [PREDICTION]: { value: "no", nested: { [WRONG]: "x" } } } });
    expect(made.unplaced).toEqual({
      left: { Mood: { value: "glad", nested: {} } },
      right: { [SUMMARY]: { value: "perhaps", nested: {} } },
      above: 7,
    });
    expect(made.draft()).toEqual({
      left: { [PREDICTION]: { value: "no", nested: { [WRONG]: "x" } }, Mood: { value: "glad", nested: {} } },
      right: { [SUMMARY]: { value: "perhaps", nested: {} } },
      above: 7,
    });
  });

  const answer = fc.oneof(
    fc.constant({ value: "yes", nested: {} }),
    fc
      .string({ minLength: 1 })
      .map((text) => ({ value: "no", nested: text.trim() === "" ? {} : { [WRONG]: text } })),
  );
  const part = fc.dictionary(fc.constantFrom(PREDICTION, SUMMARY), answer, { minKeys: 1 });
  const content = fc.dictionary(fc.constantFrom(...TILES), part);

  test("comes back as it was", () => {
    fc.assert(
      fc.property(content, (given) => {
        const made = answers();
        made.load(given);
        expect(made.content()).toEqual(given);
        expect(made.unplaced).toEqual({});
      }),
    );
  });

  test("survives anything, and nothing of it is lost", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...TILES, "above"), fc.jsonValue()), (given) => {
        const made = answers();
        made.load(given);
        // A tile without any answer says nothing.
        const said = Object.entries(given).filter(
          ([tile, part]) => !TILES.includes(tile) || JSON.stringify(part) !== "{}",
        );
        expect(made.draft()).toEqual(Object.fromEntries(said));
      }),
    );
  });
});
