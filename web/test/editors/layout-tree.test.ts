import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keysOf, type Layout, wholeLayout } from "../../src/editors/group-document";
import { arrange, clamped, layoutName, type Rectangle } from "../../src/editors/layout-tree";
import { groupDocument, layouts } from "./documents";

const KEYS = ["a", "b", "c", "d", "e", "f"];
const someKeys = fc.integer({ min: 1, max: KEYS.length }).map((count) => KEYS.slice(0, count));
const someLayout = someKeys.chain(layouts);
const area = ({ width, height }: Rectangle) => width * height;

describe("an arrangement", () => {
  test("puts the text above the pictures", () => {
    const { panes, borders } = arrange(groupDocument().layout, {});
    expect(panes.get("events")).toEqual({ left: 0, top: 0, width: 100, height: 20 });
    expect(panes.get("left")).toEqual({ left: 0, top: 20, width: 50, height: 80 });
    expect(panes.get("right")).toEqual({ left: 50, top: 20, width: 50, height: 80 });
    expect(borders.map(({ path, percentage, first, second }) => [path, percentage, first, second])).toEqual([
      ["", 20, ["events"], ["left", "right"]],
      ["2", 50, ["left"], ["right"]],
    ]);
  });

  test("takes what a person set before what the layout says", () => {
    const { panes } = arrange(groupDocument().layout, { "2": 30 });
    expect(panes.get("left")?.width).toBeCloseTo(30);
    expect(panes.get("right")?.left).toBeCloseTo(30);
  });

  test("fills the whole with all tiles, wherever they are", () => {
    fc.assert(
      fc.property(
        someLayout,
        fc.dictionary(fc.constantFrom("", "1", "2", "11"), fc.double({ noNaN: true })),
        (layout, sizes) => {
          const { panes, lists, borders } = arrange(layout, sizes);
          expect([...panes.keys()].sort()).toEqual([...keysOf(layout)].sort());
          const places = new Set([...panes.values()].map((pane) => JSON.stringify(pane)));
          const taken = [...places].reduce((sum, pane) => sum + area(JSON.parse(pane) as Rectangle), 0);
          const listed = lists.reduce((sum, list) => sum + area(list.area), 0);
          expect(taken + listed).toBeCloseTo(10_000, 4);
          for (const { percentage } of borders) expect(clamped(percentage)).toBe(percentage);
        },
      ),
    );
  });
});

test("layouts have one name whatever their percentages, and another where their tiles differ", () => {
  const withoutSizes = (layout: Layout): Layout =>
    "first" in layout
      ? { ...layout, percentage: 50, first: withoutSizes(layout.first), second: withoutSizes(layout.second) }
      : layout;
  fc.assert(
    fc.property(someLayout, (layout) => {
      expect(layoutName(withoutSizes(layout))).toBe(layoutName(layout));
    }),
  );
  expect(layoutName({ key: "a" })).not.toBe(layoutName({ key: "b" }));
});

test("what is only on the timeline stands side by side below", () => {
  const group = groupDocument({ timeline: ["x", "left", "y"] });
  const { panes } = arrange(wholeLayout(group), {});
  expect(panes.get("x")).toEqual({ left: 0, top: 75, width: 50, height: 25 });
  expect(panes.get("y")).toEqual({ left: 50, top: 75, width: 50, height: 25 });
  expect(panes.get("left")?.top).toBeCloseTo(15);
});
