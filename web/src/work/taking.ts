import type { Assignment, PortalApi, PrefetchedAssignment } from "../app/api";
import type { SubmissionQueue } from "./submission-queue";

interface Queue {
  project: string;
  stage: string;
}

interface Takers {
  api: Pick<PortalApi, "next" | "prefetch">;
  queue: Pick<SubmissionQueue, "answers">;
}

/** The next task of a queue that the person has not answered yet, or null where nothing waits. */
export function takeNext({ api, queue }: Takers, from: Queue): Promise<Assignment | null> {
  return firstUnanswered(queue, () => api.next(from));
}

/** As `takeNext`, without accepting it yet. */
export function takeAhead({ api, queue }: Takers, from: Queue): Promise<PrefetchedAssignment | null> {
  return firstUnanswered(queue, () => api.prefetch(from));
}

async function firstUnanswered<T extends Pick<Assignment, "id" | "lease">>(
  queue: Pick<SubmissionQueue, "answers">,
  take: () => Promise<T | null>,
): Promise<T | null> {
  let taken = await take();
  while (taken !== null && (await queue.answers(taken))) taken = await take();
  return taken;
}
