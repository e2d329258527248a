import { ApiRefusal, type FieldError, type Problem, ServerUnreachable } from "../app/api";

/** What went wrong and what the person can do about it. */
export interface ErrorText {
  what: string;
  todo: string;
  fields: FieldError[];
}

export function describeError(error: unknown): ErrorText {
  if (error instanceof ServerUnreachable)
    return {
      what: error.message,
      todo: "Check your connection. Loupe tries again by itself; what you typed is kept on this device.",
      fields: [],
    };
  if (error instanceof ApiRefusal) return describeProblem(error.problem);
  const detail = error instanceof Error ? error.message : String(error);
  return { what: `Something in this page went wrong: ${detail}`, todo: "Reload the page.", fields: [] };
}

export function describeProblem(problem: Problem): ErrorText {
  return {
    what: problem.detail || problem.title,
    todo: adviceFor(problem),
    fields: problem.errors,
  };
}

function adviceFor(problem: Problem): string {
  if (problem.type.endsWith("/lease-lost"))
    return "The task was opened elsewhere or its time ran out. Open it again from My work if it is still listed there.";
  if (problem.type.endsWith("/visit-closed"))
    return "This task takes no more answers. Take another one; your answer can still be copied.";
  if (problem.status >= 500) return "The fault is on the server. Try again in a moment.";
  return ADVICE_BY_STATUS[problem.status] ?? "Try again; if it stays, tell the person who runs this service.";
}

const ADVICE_BY_STATUS: Record<number, string> = {
  400: "Correct the fields that are named and try again.",
  401: "Sign in again.",
  403: "Your account may not do this. Ask your team's manager for access.",
  404: "It is not here any more. Go back to My work and take another task.",
  409: "The task changed in the meantime. Go back to My work and open it again if it is still listed.",
  413: "Make the answer smaller, for example with fewer or simpler shapes, and submit again.",
  422: "Correct the answer and submit again.",
  429: "Too many requests at once. Wait a moment and try again.",
};
