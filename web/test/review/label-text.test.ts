import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labelName, placeOf, valueAt, valueText, withValue } from "../../src/review/label-text";
import type { JsonObject } from "../../src/ui/json";

test.each([
  ["/mood", "mood"],
  ["/ship/boundingBoxes/0", "ship › boundingBoxes 1"],
  ["/spans/11", "spans 12"],
  ["/a~1b~0c", "a/b~c"],
])("%s is called %s", (pointer, name) => {
  expect(labelName(pointer)).toBe(name);
});

test.each([
  [{ value: "no", nested: { "What's wrong?": "two cars" } }, "no\nWhat's wrong? two cars"],
  [{ value: "yes", nested: {} }, "yes"],
  ["text", "text"],
  ["", "(empty)"],
  [{ label: "Positive" }, "Positive"],
  [{ labels: ["Sea", "Sun"] }, "Sea, Sun"],
  [{ on: true }, "on: yes"],
  [{ adult: true, minor: false }, "adult: yes, minor: no"],
  [3, "3"],
  [null, "null"],
  [[], "[]"],
  [{}, "{}"],
])("the value %j reads %s", (value, text) => {
  expect(valueText(value)).toBe(text);
});

test("a pointer leads to the member of any name", () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (name, value) => {
      const json = JSON.parse(JSON.stringify(value ?? null));
      const pointer = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      expect(valueAt({ [name]: json }, pointer)).toEqual(json);
    }),
  );
});

test("a pointer to nothing is undefined", () => {
  expect(valueAt({ a: [1] }, "/a/1")).toBeUndefined();
  expect(valueAt({ a: [1] }, "/a/length")).toBeUndefined();
  expect(valueAt({ a: "x" }, "/a/0")).toBeUndefined();
  expect(valueAt({}, "/toString")).toBeUndefined();
});

describe("where an unchanged label is after an edit", () => {
  const boxes = (...tops: number[]): JsonObject => ({
    ship: { boundingBoxes: tops.map((top) => ({ top })) },
  });

  test("its own place comes first", () => {
    expect(placeOf(boxes(1, 1), "/ship/boundingBoxes/1", { top: 1 })).toBe("/ship/boundingBoxes/1");
  });

  test("within a list it may have moved", () => {
    expect(placeOf(boxes(5, 2), "/ship/boundingBoxes/0", { top: 2 })).toBe("/ship/boundingBoxes/1");
  });

  test("a changed or removed one has none", () => {
    expect(placeOf(boxes(5), "/ship/boundingBoxes/0", { top: 2 })).toBeNull();
    expect(placeOf({ mood: "glad" }, "/mood", "sad")).toBeNull();
    expect(placeOf({ other: "sad" }, "/mood", "sad")).toBeNull();
  });
});

describe("a value put at a pointer", () => {
  const content = { left: { ok: "Yes", sharp: "No" }, mood: "glad" };

  test("is there, and everything else stays; taken out, it is gone, with what it leaves empty", () => {
    expect(withValue(content, "/left/sharp", "Yes")).toEqual({
      ...content,
      left: { ok: "Yes", sharp: "Yes" },
    });
    expect(withValue(content, "/right/ok", "No")).toEqual({ ...content, right: { ok: "No" } });
    expect(withValue(content, "/mood", undefined)).toEqual({ left: content.left });
    expect(withValue({ left: { ok: "Yes" } }, "/left/ok", undefined)).toEqual({});
  });

  test("is found there again, whatever the names, and the content of before is left alone", () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text !== "__proto__");
    const escaped = (text: string) => text.replaceAll("~", "~0").replaceAll("/", "~1");
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 2 }), fc.integer(), (names, value) => {
        const pointer = names.map((part) => `/${escaped(part)}`).join("");
        const before = JSON.stringify(content);
        expect(valueAt(withValue(content, pointer, value), pointer)).toBe(value);
        expect(JSON.stringify(content)).toBe(before);
      }),
    );
  });
});
