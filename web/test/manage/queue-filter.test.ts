import fc from "fast-check";
import { expect, test } from "vitest";
import {
  askFor,
  CONDITIONS,
  conditionOf,
  filterQuery,
  isNarrowed,
  withoutFilter,
} from "../../src/manage/queue-filter";

const address = fc
  .dictionary(
    fc.constantFrom(
      "status",
      "stage",
      "person",
      "name",
      "priority_from",
      "priority_to",
      "order",
      "nonsense",
      ...CONDITIONS.map(([condition]) => condition),
    ),
    fc.oneof(fc.constantFrom("", "true", "all", "open", "unfinished"), fc.string()),
  )
  .map((members) => new URLSearchParams(members));

function changed(before: URLSearchParams, changes: Record<string, string | null>): URLSearchParams {
  const after = new URLSearchParams(before);
  for (const [name, value] of Object.entries(changes))
    if (value === null) after.delete(name);
    else after.set(name, value);
  return after;
}

test("an address without a filter shows what is not over", () => {
  expect(filterQuery(new URLSearchParams()).toString()).toBe("status=unfinished");
  expect(filterQuery(new URLSearchParams("status=all&order=newest")).toString()).toBe("order=newest");
  expect(filterQuery(new URLSearchParams("status=open&held=true&starved=false&nonsense=1")).toString()).toBe(
    "status=open&held=true",
  );
});

test("asking for a condition asks for that one alone", () => {
  fc.assert(
    fc.property(
      address,
      fc.constantFrom(...CONDITIONS.map(([condition]) => condition)),
      (before, condition) => {
        const after = changed(before, askFor(condition));
        expect(conditionOf(after)).toBe(condition);
        expect(conditionOf(changed(after, askFor("")))).toBe("");
      },
    ),
  );
});

test("taking the filter away always comes back to all that is not over", () => {
  fc.assert(
    fc.property(address, (before) => {
      const after = changed(before, withoutFilter());
      expect(isNarrowed(after)).toBe(false);
      expect(filterQuery(after).get("status")).toBe("unfinished");
    }),
  );
});
