/** What the figures of the overview count, in the order in which they stand there. */
export const DEFINITIONS: readonly (readonly [word: string, meaning: string])[] = [
  ["Queued", "Taken in and not started yet: waits for room in the project's window."],
  ["Open", "Started and not over: on its way through the graph."],
  ["Completed", "Came to an end that writes an output."],
  ["Archived", "Came to an end without an output; in no export."],
  ["Cancelled", "Stopped or cancelled before its end."],
  ["Failed", "Ended as failed, for example because nobody answered in time."],
  [
    "Held by somebody",
    "Open tasks of which at least one person has taken work and not handed it in or given it back.",
  ],
  ["In review", "Open tasks that are in a review stage now, held or not."],
  [
    "Nobody can take",
    "Open tasks whose present work no active person may take. The reason says why; add people to the team, or assign or move the task.",
  ],
  [
    "Wait for a manager",
    "Open tasks past their deadline, or declined by everybody, in a stage without a pathway for that. Only managers give them out: assign them.",
  ],
  ["Age of the oldest", "Time since the oldest queued or open task was created."],
  [
    "Deadline within an hour",
    "Open tasks whose present stage has a deadline in the next 60 minutes, or whose deadline is just over.",
  ],
  [
    "Expired in the last 24 hours",
    "Tasks that left a stage because its deadline passed, in the last 24 hours; whatever became of them.",
  ],
  [
    "Throughput",
    "Tasks whose present opening ended in that hour or day (UTC), by how it ended. Reopened tasks count when they end again.",
  ],
];
