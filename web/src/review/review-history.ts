import type { JudgedLabel, PreviousReview, ReviewedAnswer } from "../app/api";
import type { Json } from "../ui/json";
import { placeOf, valueAt } from "./label-text";

/** What became of a rejected label; `changed` without a value where it is gone, or one of a list that has no place. */
export type Since = { name: "unchanged" } | { name: "changed"; now: Json | undefined };

/** How an author answered to a rejection; null where that is not known. */
export function since(
  { answer, label, value }: JudgedLabel,
  answers: readonly ReviewedAnswer[],
): Since | null {
  const now = answers.find((each) => each.answer === answer)?.content;
  if (now === undefined || value === null) return null;
  if (placeOf(now, label, value) !== null) return { name: "unchanged" };
  return { name: "changed", now: isOfList(label) ? undefined : valueAt(now, label) };
}

/** The last rejection of a label that has a place of its own; null where there was none. */
export function lastRejection(
  previous: readonly PreviousReview[],
  answer: number,
  label: string,
): JudgedLabel | null {
  if (isOfList(label)) return null;
  const said = previous.flatMap(({ verdicts }) => verdicts);
  const own = said.filter((each) => each.answer === answer && each.label === label);
  return own.reverse().find(({ verdict }) => verdict === "reject") ?? null;
}

// Where an item stands in its list means nothing.
function isOfList(label: string): boolean {
  return /\/\d+$/.test(label);
}
