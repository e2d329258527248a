import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ReviewedAnswer } from "../../src/app/api";
import { fieldDifferences, overallAgreement } from "../../src/review/answer-differences";
import type { Json, JsonObject } from "../../src/ui/json";
import { anAnswer } from "./reviewed-answers";

function given(...contents: JsonObject[]): ReviewedAnswer[] {
  return contents.map((content, index) => anAnswer(content, { answer: index + 1 }));
}

/** An answer that is one list, each item a label of its own, as the server tells it. */
function listed(answer: number, items: Json[]): ReviewedAnswer {
  const labels = items.map((value, at) => ({ label: `/spans/${at}`, value, verdict: null, comment: "" }));
  return { answer, content: { spans: items }, labels };
}

const groups = (answers: ReviewedAnswer[]) =>
  fieldDifferences(answers).map(({ values }) => values.map(({ group }) => group));

describe("differences of answers", () => {
  test("group equal values, whatever the order of their members; left out is a value too", () => {
    const answers = given({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 }, b: 0 }, { a: "other" });
    expect(groups(answers)).toEqual([
      [0, 0, 1],
      [0, 1, 0],
    ]);
    expect(fieldDifferences(answers).map(({ agreeing }) => agreeing)).toEqual([2, 2]);
    expect(overallAgreement(fieldDifferences(answers), 3)).toBeCloseTo(2 / 3);
  });

  test("of lists of labels do not heed the order, and tell who has which item", () => {
    const [one, two] = [{ start: 1 }, { start: 2 }];
    const answers = [listed(1, [one, two]), listed(2, [two, one]), listed(3, [two])];
    expect(groups(answers)).toEqual([[0, 0, 1]]);
    expect(fieldDifferences(answers)[0]?.items).toEqual([
      { value: one, answers: [1, 2] },
      { value: two, answers: [1, 2, 3] },
    ]);
  });

  test("of answers without any field are none, and they agree", () => {
    expect(overallAgreement(fieldDifferences(given({}, {})), 2)).toBe(1);
  });

  test("of any answers: groups are classes of equality, and full agreement means equal answers", () => {
    const value = fc.constantFrom<Json>("a", "b", 1, null, { x: 1 });
    const content = fc.dictionary(fc.constantFrom("one", "two", "three"), value);
    fc.assert(
      fc.property(fc.array(content, { minLength: 1, maxLength: 5 }), (contents) => {
        const fields = fieldDifferences(given(...contents));
        for (const { pointer, values } of fields) {
          const name = pointer.slice(1);
          for (const [at, each] of values.entries()) {
            for (const [index, other] of values.entries()) {
              const same = JSON.stringify(contents[at]?.[name]) === JSON.stringify(contents[index]?.[name]);
              expect(each.group === other.group).toBe(same);
            }
          }
        }
        const agreement = overallAgreement(fields, contents.length);
        expect(agreement).toBeGreaterThan(0);
        expect(agreement === 1).toBe(fields.every(({ values }) => values.every(({ group }) => group === 0)));
      }),
    );
  });
});
