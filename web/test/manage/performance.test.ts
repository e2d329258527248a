import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DayFigures,
  figuresQuery,
  type PersonFigures,
  periodOf,
  secondsText,
  sorted,
} from "../../src/manage/performance-shapes";
import { buckets, shareTrendText, workText } from "../../src/manage/performance-trend";

const DAY = 86_400_000;
const NOW = new Date("2026-11-21T19:30:00Z");
const COUNTS = { submitted: 0, reviewed: 0, approved_at_once: 0, rejections: 0, reviews: 0, approvals: 0 };

function person(name: string, figures: Partial<PersonFigures>): PersonFigures {
  return {
    ...COUNTS,
    id: name,
    name,
    email: `${name}@example.org`,
    role: "annotator",
    disabled: false,
    first_pass_approval: null,
    task_seconds_median: null,
    task_seconds_mean: null,
    review_seconds_median: null,
    review_seconds_mean: null,
    days: [],
    ...figures,
  };
}

function day(at: number, counts: Partial<DayFigures>): DayFigures {
  return { ...COUNTS, day: new Date(at).toISOString(), task_seconds: null, review_seconds: null, ...counts };
}

describe("the period of an address", () => {
  const asked = (address: string) => {
    const { since, until } = periodOf(new URLSearchParams(address), NOW);
    return [since.toISOString().slice(0, 10), until?.toISOString().slice(0, 10) ?? null];
  };

  it("is the last 30 days, today included, unless it says otherwise", () => {
    expect(asked("")).toEqual(["2026-10-23", null]);
    expect(asked("period=7")).toEqual(["2026-11-15", null]);
    expect(asked("period=1000")).toEqual(["2026-10-23", null]);
  });

  it("includes both days that are chosen, and is never the wrong way round", () => {
    expect(asked("from=2026-02-01&to=2026-02-28")).toEqual(["2026-02-01", "2026-03-01"]);
    expect(asked("from=2026-02-01")).toEqual(["2026-02-01", null]);
    expect(asked("from=2026-02-02&to=2026-02-01")).toEqual(["2026-10-23", null]);
    expect(asked("from=soon")).toEqual(["2026-10-23", null]);
  });

  it("goes to the API with the stage", () => {
    const query = figuresQuery(
      new URLSearchParams("from=2026-02-01&to=2026-02-01&stage=a b&sort=reviews"),
      NOW,
    );
    expect(Object.fromEntries(query)).toEqual({
      since: "2026-02-01T00:00:00.000Z",
      until: "2026-02-02T00:00:00.000Z",
      stage: "a b",
    });
  });
});

describe("the order of people", () => {
  const people = [
    person("Cy", { submitted: 5, first_pass_approval: 0.5 }),
    person("Ann", { submitted: 5 }),
    person("Bo", { submitted: 9, first_pass_approval: 0.9, reviews: 3, approvals: 1 }),
  ];
  const names = (...order: Parameters<typeof sorted> extends [unknown, ...infer Rest] ? Rest : never) =>
    sorted(people, ...order).map(({ name }) => name);

  it("is by the figure, then by name", () => {
    expect(names("name", false)).toEqual(["Ann", "Bo", "Cy"]);
    expect(names("name", true)).toEqual(["Cy", "Bo", "Ann"]);
    expect(names("submitted", true)).toEqual(["Bo", "Ann", "Cy"]);
    expect(names("rejected", true)).toEqual(["Bo", "Ann", "Cy"]);
  });

  it("puts those last who have no such figure, in both directions", () => {
    expect(names("first_pass_approval", false)).toEqual(["Cy", "Bo", "Ann"]);
    expect(names("first_pass_approval", true)).toEqual(["Bo", "Cy", "Ann"]);
  });
});

describe("a trend", () => {
  const first = Date.UTC(2026, 0, 1);

  it("loses no work and has at most 30 parts, whatever the period", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.array(fc.record({ at: fc.nat(399), submitted: fc.nat(9), reviews: fc.nat(9) }), { maxLength: 50 }),
        (length, work) => {
          const days = work
            .filter(({ at }) => at < length)
            .map(({ at, ...counts }) => day(first + at * DAY, counts));
          const parts = buckets(days, new Date(first), new Date(first + length * DAY));
          expect(parts.length).toBeLessThanOrEqual(30);
          const total = days.reduce((sum, each) => sum + each.submitted + each.reviews, 0);
          expect(parts.reduce((sum, { work: done }) => sum + done, 0)).toBe(total);
        },
      ),
    );
  });

  it("counts the day that is not over", () => {
    const parts = buckets([day(first, { submitted: 2 })], new Date(first), new Date(first + DAY / 2));
    expect(parts.map(({ work }) => work)).toEqual([2]);
  });

  it("is told in words", () => {
    const days = [
      day(first, { submitted: 4, reviewed: 4, approved_at_once: 1 }),
      day(first + 2 * DAY, { submitted: 1, reviews: 1, reviewed: 2, approved_at_once: 2 }),
    ];
    const parts = buckets(days, new Date(first), new Date(first + 3 * DAY));
    expect(workText(parts)).toMatch(/: 4\. Something in 2 of 3, last 2$/);
    expect(shareTrendText(parts)).toMatch(/^From 25 % .* to 100 %/);
    expect(workText(buckets([], new Date(first), new Date(first + DAY)))).toBe("Nothing in this period");
    expect(shareTrendText([])).toBe("Nothing was reviewed in this period");
  });
});

describe("active time", () => {
  it.each([
    [null, "–"],
    [0.04, "0 s"],
    [3.25, "3.3 s"],
    [59.4, "59 s"],
    [59.6, "1 min"],
    [185, "3 min 5 s"],
    [3600, "1 h"],
    [4335, "1 h 12 min"],
  ])("%s seconds are %s", (seconds, text) => {
    expect(secondsText(seconds)).toBe(text);
  });
});
