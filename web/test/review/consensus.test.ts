import { describe, expect, test } from "vitest";
import { Consensus } from "../../src/review/consensus";
import type { JsonObject } from "../../src/ui/json";
import { anAnswer } from "./reviewed-answers";

const ANSWERS = [
  anAnswer({ mood: "glad", topic: "tea" }, { answer: 1 }),
  anAnswer({ mood: "sad", topic: "pots" }, { answer: 2 }),
  anAnswer({ mood: "sad", topic: "kettles", note: "?" }, { answer: 3 }),
];
const refining = () => new Consensus(ANSWERS, true);

describe("a merged draft", () => {
  test("begins with what most answers say; of equally many, with the earliest", () => {
    expect(refining().merged).toEqual({ mood: "sad", topic: "tea" });
  });

  test("takes an answer as a whole, then single fields, also ones that are left out", () => {
    const consensus = refining();
    consensus.pick(3);
    expect(consensus.merged).toEqual(ANSWERS[2]?.content);
    expect(consensus.picked).toBe(3);
    consensus.take("/topic", 1);
    expect(consensus.merged).toEqual({ mood: "sad", topic: "tea", note: "?" });
    expect(consensus.picked).toBeNull();
    consensus.take("/note", 1);
    expect(consensus.merged).toEqual({ mood: "sad", topic: "tea" });
    expect(consensus.takes("/note", 2)).toBe(true);
    expect(consensus.takes("/note", 3)).toBe(false);
    expect(consensus.edited).toBe(false);
  });

  test("of a data group is merged question by question of each tile", () => {
    const tile = (answer: number, left: JsonObject) => ({
      answer,
      content: { left },
      labels: Object.entries(left).map(([question, value]) => ({
        label: `/left/${question}`,
        value,
        verdict: null,
        comment: "",
      })),
    });
    const [yes, no] = [
      { value: "Yes", nested: {} },
      { value: "No", nested: { why: "torn" } },
    ];
    const consensus = new Consensus(
      [tile(1, { ok: yes, sharp: yes }), tile(2, { ok: yes, sharp: no })],
      true,
    );
    expect(consensus.fields.map(({ pointer, agreeing }) => [pointer, agreeing])).toEqual([
      ["/left/ok", 2],
      ["/left/sharp", 1],
    ]);
    consensus.take("/left/sharp", 2);
    expect(consensus.merged).toEqual({ left: { ok: yes, sharp: no } });
  });

  test("follows what is typed, and goes back where that is taken back", () => {
    const consensus = refining();
    consensus.pick(1);
    consensus.type({ mood: "glad", topic: "coffee" });
    expect([consensus.edited, consensus.picked]).toEqual([true, null]);
    consensus.take("/mood", 2);
    expect(consensus.merged).toEqual({ mood: "sad", topic: "coffee" });
    expect(consensus.edited).toBe(true);
    consensus.type({ mood: "sad", topic: "teapots" });
    consensus.type(null);
    expect(consensus.merged.topic).toBe("coffee");
    consensus.reset();
    expect([consensus.begun, consensus.edited]).toEqual([false, false]);
  });

  test("comes back from a draft with all that was picked, taken and typed", () => {
    for (const act of [
      (consensus: Consensus) => consensus.pick(3),
      (consensus: Consensus) => consensus.take("/topic", 2),
      (consensus: Consensus) => consensus.type({ mood: "merry" }),
    ]) {
      const consensus = refining();
      consensus.comment = "so far";
      act(consensus);
      const restored = refining();
      restored.restore(JSON.parse(JSON.stringify(consensus.toDraft())));
      expect(restored.toDraft()).toEqual(consensus.toDraft());
      expect(restored.merged).toEqual(consensus.merged);
      expect(restored.edited).toBe(consensus.edited);
    }
  });

  test("takes a plain answer for something that was typed", () => {
    const consensus = refining();
    consensus.restore({ mood: "merry" });
    expect([consensus.merged, consensus.edited]).toEqual([{ mood: "merry" }, true]);
  });
});

test("where one answer is to win, nothing is merged", () => {
  const consensus = new Consensus(ANSWERS, false);
  consensus.take("/topic", 2);
  expect(consensus.begun).toBe(false);
  consensus.pick(9);
  expect(consensus.picked).toBeNull();
  consensus.pick(2);
  const restored = new Consensus(ANSWERS, false);
  restored.restore(consensus.toDraft());
  expect(restored.picked).toBe(2);
});
