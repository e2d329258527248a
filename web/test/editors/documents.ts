import fc from "fast-check";
import type { GroupDocument, Layout, Question, Tile } from "../../src/editors/group-document";

export const QUESTIONS: Question[] = ["Prediction correct?", "Summary correct?"].map((name) => ({
  name,
  required: true,
  options: [
    { value: "yes", label: "YES!", nested: [] },
    { value: "no", label: null, nested: [{ name: "What's wrong?", required: true }] },
  ],
}));

export const tile = (key: string, more: Partial<Tile> = {}): Tile => ({
  key,
  type: "image",
  title: key,
  readOnly: false,
  fps: null,
  url: `http://portal/media/${key}`,
  problem: "",
  ...more,
});

/** A text to be read above two pictures side by side. */
export const groupDocument = (more: Partial<GroupDocument> = {}): GroupDocument => ({
  layout: {
    direction: "column",
    percentage: 20,
    first: { key: "events" },
    second: { direction: "row", percentage: 50, first: { key: "left" }, second: { key: "right" } },
  },
  fixed: false,
  timeline: [],
  tiles: [tile("events", { readOnly: true }), tile("left"), tile("right")],
  questions: QUESTIONS,
  ...more,
});

/** Layouts of these keys, each in its place once. */
export function layouts(keys: string[]): fc.Arbitrary<Layout> {
  const [only = ""] = keys;
  const list: fc.Arbitrary<Layout> = fc.record({
    keys: fc.constant(keys),
    side: fc.constantFrom("left" as const, "right" as const, "top" as const, "bottom" as const),
    size: fc.integer({ min: 10, max: 70 }),
  });
  if (keys.length === 1) return fc.oneof(fc.constant<Layout>({ key: only }), list);
  const split: fc.Arbitrary<Layout> = fc.integer({ min: 1, max: keys.length - 1 }).chain((cut) =>
    fc.record({
      direction: fc.constantFrom("row" as const, "column" as const),
      percentage: fc.double({ min: 5, max: 95, noNaN: true }),
      first: layouts(keys.slice(0, cut)),
      second: layouts(keys.slice(cut)),
    }),
  );
  return fc.oneof({ weight: 4, arbitrary: split }, { weight: 1, arbitrary: list });
}
