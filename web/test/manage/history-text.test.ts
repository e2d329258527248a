import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { byVisit, entryText, type HistoryEntry } from "../../src/manage/history-text";

const entry = (type: string, changes: Partial<HistoryEntry> = {}): HistoryEntry => ({
  at: "2026-11-21T10:00:00Z",
  type,
  opening: 1,
  visit: 1,
  stage: "annotate",
  person: null,
  data: {},
  ...changes,
});
const ann = { worker_id: "w", name: "Ann", email: "ann@x.example" };

test("entries are sentences about who did what", () => {
  const said = [
    entry("loupe.assignment.submitted", { person: ann, data: { decision: "rejected", active_seconds: 4.4 } }),
    entry("loupe.task.prioritised", { person: ann, data: { before: 50, priority: 90 } }),
    entry("loupe.assignment.assigned", { data: { to: ann } }),
    entry("loupe.label.reject", { person: ann, data: { label: "/mood", answer: 1 } }),
    entry("loupe.agent.called", {
      data: { via: "http", attempt: 2, outcome: "failed", error: "refused", status: 500 },
    }),
  ].map(entryText);
  expect(said).toEqual([
    "Ann handed in: rejected, 4 s of work",
    "Ann changed the priority from 50 to 90",
    "Reserved for Ann",
    "Ann rejected mood of answer 1",
    "Agent asked (over HTTP), attempt 2: failed, refused (HTTP 500)",
  ]);
});

test("every event that the database writes about tasks has a sentence", () => {
  const store = join(__dirname, "../../../store");
  const files = [store, join(store, "migrations")].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".sql"))
      .map((name) => readFileSync(join(folder, name), "utf8")),
  );
  const written = new Set(files.flatMap((text) => text.match(/'loupe\.[a-z_]+\.[a-z_]+[a-z]'/g) ?? []));
  const ofTasks = [...written]
    .map((quoted) => quoted.slice(1, -1))
    .filter((type) => /^loupe\.(task|visit|assignment|label|agent|submission|issue|problem)\./.test(type))
    .filter((type) => type !== "loupe.agent.secret_replaced");
  expect(ofTasks.length).toBeGreaterThan(20);
  expect(ofTasks.filter((type) => entryText(entry(type)) === type)).toEqual([]);
});

test("gathering by visit loses nothing and keeps the order", () => {
  const entries = fc.array(
    fc.record({ opening: fc.integer({ min: 1, max: 2 }), visit: fc.option(fc.integer({ min: 1, max: 3 })) }),
  );
  fc.assert(
    fc.property(entries, (places) => {
      const all = places.map((place) => entry("loupe.visit.closed", place));
      const groups = byVisit(all);
      expect(groups.flatMap((group) => group.entries)).toEqual(all);
      for (const group of groups)
        for (const each of group.entries)
          expect([each.opening, each.visit]).toEqual([group.opening, group.visit]);
    }),
  );
});
