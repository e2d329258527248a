import { ApiRefusal, type PortalApi } from "../app/api";
import { describeError } from "../ui/error-text";

/** What somebody reported about a task; `answer` is null until a manager answers. */
export interface Problem {
  id: string;
  stage: string | null;
  label: string | null;
  text: string;
  created_at: string;
  answered_at: string | null;
  answered_by: string | null;
  answer: string | null;
  task_id: string;
  task_name: string;
  by: string;
  by_email: string;
}

/** A task whose agent failed for good, and the pathways that it can be sent along. */
export interface DeadLetter {
  task_id: string;
  task_name: string;
  stage: string;
  visit: number;
  attempts: number;
  error: string;
  pathways: string[];
  dead_at: string;
}

/** What to do with dead letters: ask the agent again, or go on along a pathway. */
export type Decision = { do: "retry" } | { do: "route"; pathway: string };

/** The pathways that all of these can be sent along. */
export function sharedPathways(letters: readonly DeadLetter[]): string[] {
  const [first, ...others] = letters;
  return (first?.pathways ?? []).filter((pathway) =>
    others.every(({ pathways }) => pathways.includes(pathway)),
  );
}

export interface Refused {
  name: string;
  why: string;
}

/** Decides on dead letters one after the other; those that the server refused, with why. Ends where it gives no answer. */
export async function decide(
  api: Pick<PortalApi, "send">,
  letters: readonly DeadLetter[],
  decision: Decision,
): Promise<Refused[]> {
  const refused: Refused[] = [];
  for (const { task_id, task_name } of letters) {
    try {
      await api.send("POST", `/v1/tasks/${task_id}/agent`, decision);
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      refused.push({ name: task_name, why: describeError(error).what });
    }
  }
  return refused;
}
