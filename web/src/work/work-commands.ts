import type { Hotkey } from "../app/hotkeys";
import type { GiveBack } from "./give-back-dialog";

/** What a person can do on the page of a task, besides answering. */
export interface WorkCommands {
  saveNow(): unknown;
  toggleInstructions(): unknown;
  toggleComments(): unknown;
  reportProblem(): unknown;
  focusTemplate(): unknown;
  later(): unknown;
  askGiveBack(kind: GiveBack): unknown;
  extend(): unknown;
  next(): unknown;
}

/** The keys of a task's page. */
export function workHotkeys(commands: WorkCommands): Hotkey[] {
  return [
    { id: "save", keys: ["$mod+s"], label: "Save the draft now", run: () => commands.saveNow() },
    { id: "instructions", keys: ["i"], label: "Instructions", run: () => commands.toggleInstructions() },
    { id: "comments", keys: ["c"], label: "Comments on the task", run: () => commands.toggleComments() },
    {
      id: "problem",
      keys: ["Shift+!", "!"],
      label: "Report a problem",
      run: () => commands.reportProblem(),
    },
    { id: "focus", keys: ["f"], label: "Go into the task", run: () => commands.focusTemplate() },
    { id: "skip", keys: ["s"], label: "Skip task", run: () => commands.askGiveBack("skip") },
    { id: "decline", keys: ["d"], label: "Decline task", run: () => commands.askGiveBack("decline") },
    { id: "release", keys: ["l"], label: "Release task", run: () => commands.askGiveBack("release") },
    { id: "later", keys: ["p"], label: "Stop and resume later", run: () => commands.later() },
    { id: "extend", keys: ["t"], label: "Ask for more time", run: () => commands.extend() },
    {
      id: "next",
      keys: ["n"],
      label: "Take the next task once this one is over",
      run: () => commands.next(),
    },
  ];
}
