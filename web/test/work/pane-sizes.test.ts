import { describe, expect, test } from "vitest";
import { parseFrameMessage } from "../../src/work/frame-messages";
import { keepPanes, keptPanes } from "../../src/work/pane-sizes";

function memory(start: Record<string, string> = {}) {
  const kept = new Map(Object.entries(start));
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

describe("sizes of panes", () => {
  test("are kept by layout, the latest of them", () => {
    const storage = memory();
    for (let number = 0; number < 25; number++) keepPanes(storage, `layout ${number}`, { "": 10 + number });
    keepPanes(storage, "layout 24", { "12": 33.5 });
    expect(Object.keys(keptPanes(storage))).toHaveLength(20);
    expect(keptPanes(storage)["layout 24"]).toEqual({ "12": 33.5 });
    expect(keptPanes(storage)["layout 0"]).toBeUndefined();
  });

  test.each(["", "[]", "7", '{"a":{"":2}}', '{"a":{"x":50}}', '{"a":7}'])(
    "that were spoilt are none: %s",
    (text) => {
      expect(keptPanes(memory({ "loupe.panes": text }))).toEqual({});
    },
  );

  test("come from frames only as such", () => {
    const message = { type: "panes", layout: "1x", sizes: { "": 50, "21": 5 } };
    expect(parseFrameMessage(message)).toEqual({ message });
    for (const sizes of [null, [], { "": 4 }, { "": "50" }, { a: 50 }, { "": null }])
      expect(parseFrameMessage({ ...message, sizes })).toHaveProperty("problem");
    expect(parseFrameMessage({ ...message, layout: "x".repeat(41) })).toHaveProperty("problem");
  });
});
