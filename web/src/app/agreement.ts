import type { ReviewedAnswer } from "./api";
import { canonicalJson, type Json } from "./json";

/** How many of the answers give this label the same value. */
export function agreeing(answers: ReviewedAnswer[], label: string, value: Json): number {
  const wanted = canonicalJson(value);
  return answers.filter((answer) =>
    answer.labels.some((own) => own.label === label && canonicalJson(own.value) === wanted),
  ).length;
}

/** The number of the answer whose labels most others share; of several the first. */
export function mostAgreed(answers: ReviewedAnswer[]): number | undefined {
  const shared = (answer: ReviewedAnswer) =>
    answer.labels.reduce((sum, { label, value }) => sum + agreeing(answers, label, value) - 1, 0);
  const [first, ...rest] = answers;
  if (first === undefined) return undefined;
  return rest.reduce((best, answer) => (shared(answer) > shared(best) ? answer : best), first).answer;
}
