import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnswerSource, type Parts, takeBoolean } from "../../src/crowd/answer-source";
import { PendingDraft } from "../../src/crowd/pending-draft";
import { find, form, showTemplate } from "./page";

const FORM = `<crowd-form>
  <crowd-input name="text"></crowd-input><crowd-text-area name="area"></crowd-text-area>
  <crowd-checkbox name="boxes" value="a"></crowd-checkbox><crowd-checkbox name="boxes" value="b"></crowd-checkbox>
  <crowd-slider name="slider"></crowd-slider><crowd-classifier name="class" categories="['x','y']"></crowd-classifier>
  <crowd-classifier-multi-select name="classes"></crowd-classifier-multi-select>
  <crowd-image-classifier name="image"></crowd-image-classifier>
  <input name="plain"><select name="select"><option></option><option>one</option></select>
</crowd-form>`;

const text = fc.string({ unit: "grapheme" }).filter((value) => !/[\r\n]/.test(value));
const anyDraft = fc.record({
  text,
  area: text,
  boxes: fc.record({ a: fc.boolean(), b: fc.boolean() }),
  slider: fc.integer({ min: 0, max: 100 }),
  class: fc.oneof(fc.record({ label: text }), fc.constant({})),
  classes: fc.record({ labels: fc.uniqueArray(text) }),
  image: fc.record({ label: text, workerComment: fc.string({ minLength: 1 }) }),
  plain: text,
  select: fc.constantFrom("", "one"),
});

describe("a draft", () => {
  it("comes back as it was set, whatever it replaces", async () => {
    await showTemplate(FORM);
    fc.assert(
      fc.property(anyDraft, (draft) => {
        const pending = new PendingDraft(draft);
        pending.place(form().sources());
        expect(pending.unplaced).toEqual({});
        expect(form().draft()).toEqual(draft);
      }),
    );
  });

  it("holds incomplete answers", async () => {
    await showTemplate(
      `<crowd-form><crowd-input name="a" required></crowd-input><crowd-classifier name="b" categories="['x']"></crowd-classifier></crowd-form>`,
    );
    expect(form().draft()).toEqual({ a: "", b: {} });
  });

  it("keeps parts without an element out of the answer and in later drafts", async () => {
    await showTemplate('<crowd-form><crowd-checkbox name="a" value="x"></crowd-checkbox></crowd-form>');
    const pending = new PendingDraft({ a: { x: true, removed: true }, gone: { label: "z" } });
    pending.place(form().sources());
    expect(pending.unplaced).toEqual({ a: { removed: true }, gone: { label: "z" } });
    expect(form().answer()).toEqual({ a: { x: true } });
    expect(pending.addTo(form().draft())).toEqual({ a: { x: true, removed: true }, gone: { label: "z" } });
  });

  it("waits for elements that a script adds", async () => {
    await showTemplate("<crowd-form></crowd-form>");
    const pending = new PendingDraft({ late: "typed before", boxes: { a: true } });
    pending.place(form().sources());
    form().innerHTML =
      '<crowd-input name="late"></crowd-input><crowd-checkbox name="boxes" value="a"></crowd-checkbox>';
    pending.place(form().sources());
    expect(pending.unplaced).toEqual({});
    expect(form().answer()).toEqual({ late: "typed before", boxes: { a: true } });
  });

  it("does not overwrite what the person chose in the meantime", async () => {
    await showTemplate('<crowd-form><select name="s"><option>now</option></select></crowd-form>');
    const pending = new PendingDraft({ s: "then" });
    pending.place(form().sources());
    expect(pending.addTo(form().draft())).toEqual({ s: "then" });
    pending.supersede("s");
    find("select").innerHTML = "<option>now</option><option>then</option>";
    pending.place(form().sources());
    expect(form().answer()).toEqual({ s: "now" });
    expect(pending.addTo(form().draft())).toEqual({ s: "now" });
  });

  it.each([
    ["text", { an: "object" }],
    ["slider", "ten"],
    ["class", "x"],
    ["classes", { labels: "x" }],
    ["image", { other: 1 }],
    ["boxes", { a: "yes" }],
    ["select", "not offered"],
  ])("stays unplaced where %s cannot take it", async (name, part) => {
    await showTemplate(FORM);
    const before = form().draft();
    const pending = new PendingDraft({ [name]: part });
    pending.place(form().sources());
    expect(pending.unplaced).toEqual({ [name]: part });
    expect(form().draft()).toEqual(before);
  });

  it("takes a flattened answer apart", async () => {
    await showTemplate(FORM);
    const pending = new PendingDraft({ "boxes.a": true, "boxes.c": true, "class.label": "x", text: "t" });
    pending.place(form().sources());
    expect(pending.unplaced).toEqual({ "boxes.c": true });
    expect(form().answer()).toMatchObject({ boxes: { a: true, b: false }, class: { label: "x" }, text: "t" });
  });

  it("loses no part, whatever elements there are", () => {
    const name = fc.constantFrom("a", "b", "c", "a.x");
    const key = fc.constantFrom("x", "y", "__proto__");
    const parts = fc.dictionary(
      name,
      fc.oneof(fc.dictionary(key, fc.boolean()), fc.string(), fc.constant(null)),
    );
    const boxes = fc.uniqueArray(fc.tuple(name, key), { selector: ([n, k]) => `${n}/${k}` });
    fc.assert(
      fc.property(parts, boxes, (draft, elements) => {
        const taken: Parts[] = [];
        const pending = new PendingDraft(draft);
        pending.place(elements.map(([n, k]) => box(n, k, (on) => taken.push({ name: n, key: k, on }))));
        const left = leaves(pending.unplaced).length;
        expect(left + taken.length).toBe(leaves(draft).length);
      }),
    );
  });
});

function box(name: string, key: string, set: (on: boolean) => void): AnswerSource {
  return {
    name,
    disabled: false,
    caption: name,
    readPart: () => undefined,
    answerPart: () => undefined,
    takePart: (part) => takeBoolean(part, key, set),
    reset: () => undefined,
    validate: () => "",
    focus: () => undefined,
    elementAt: () => null,
  };
}

function leaves(parts: Parts): unknown[] {
  return Object.values(parts).flatMap((part) =>
    part !== null && typeof part === "object" && Object.keys(part).length > 0 ? Object.values(part) : [part],
  );
}
