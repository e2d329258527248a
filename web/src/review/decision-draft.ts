import type { LabelVerdict, Problem, ReviewedAnswer } from "../app/api";
import { describeProblem } from "../ui/error-text";
import type { JsonObject } from "../ui/json";

/**
 * What a person said so far towards a decision on the answers of others, and what was refused of it. Fires `change`.
 */
export abstract class DecisionDraft extends EventTarget {
  /** What is wrong with the decision as a whole. */
  problems: string[] = [];
  protected text = "";
  protected rejecting = false;

  constructor(readonly answers: ReviewedAnswer[]) {
    super();
  }

  get comment(): string {
    return this.text;
  }

  set comment(text: string) {
    this.text = text;
    this.changed();
  }

  /** True where the person is about to reject, or to find no consensus. */
  get rejects(): boolean {
    return this.rejecting;
  }

  set rejects(on: boolean) {
    this.rejecting = on;
    this.changed();
  }

  /** True once anything was said or changed. */
  abstract get begun(): boolean;

  /** All that was said so far, to be kept as a draft. */
  abstract toDraft(): JsonObject;

  /** Takes over a draft. */
  abstract restore(draft: JsonObject): void;

  answer(number: number): ReviewedAnswer | undefined {
    return this.answers.find((answer) => answer.answer === number);
  }

  /** Shows what the server refused. */
  refuse(problem: Problem, _sent: readonly LabelVerdict[]): void {
    this.clearProblems();
    const { what, todo } = describeProblem(problem);
    this.problems = problem.errors.map(({ field, message }) => `${field}: ${message}`);
    if (problem.status === 413) this.problems = [`${what} ${TOO_LARGE}`];
    else if (this.problems.length === 0) this.problems = [`${sentence(what)} ${todo}`];
    this.changed();
  }

  /** Shows one thing that is wrong with the decision as a whole. */
  complain(text: string): void {
    this.clearProblems();
    this.problems = [text];
    this.changed();
  }

  protected clearProblems(): void {
    this.problems = [];
  }

  protected changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

const TOO_LARGE =
  "Nothing was decided, and what you said is kept. Shorten the comments, or make what you changed smaller.";

/** A message with a capital letter and a full stop. */
function sentence(message: string): string {
  if (message === "") return message;
  return `${message[0]?.toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? "" : "."}`;
}
