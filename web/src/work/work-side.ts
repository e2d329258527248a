import { html } from "lit";
import { keyed } from "lit/directives/keyed.js";
import "./instructions-panel";
import "../review/previous-reviews";
import "./task-issues-panel";
import "./unplaced-parts";
import type { Portal } from "../app/portal";
import { renderDeskPanel } from "../review/decision-screen";
import type { OpenTask } from "./open-task";

/** What a person opened beside the task. */
export type WorkPanel = "instructions" | "comments";

export interface SideParts {
  portal: Portal;
  panel: WorkPanel | null;
  /** Whether the task can be decided now. */
  enabled: boolean;
  closePanel: () => void;
}

/** What stands beside a task, from top to bottom. */
export function renderWorkSide(task: OpenTask, { portal, panel, enabled, closePanel }: SideParts): unknown[] {
  const { assignment, desk, frame } = task;
  const side: unknown[] = [];
  if (panel === "instructions")
    side.push(
      html`<loupe-instructions .text=${assignment.instructions ?? ""} @close=${closePanel}></loupe-instructions>`,
    );
  if (panel === "comments")
    side.push(
      html`<loupe-task-issues .api=${portal.api} .taskId=${assignment.task_id} @close=${closePanel}></loupe-task-issues>`,
    );
  if (desk !== null) side.push(keyed(desk, renderDeskPanel(desk, portal, enabled)));
  if (assignment.previous.length > 0)
    side.push(
      html`<loupe-previous-reviews
        .previous=${assignment.previous}
        .answers=${assignment.answers}
        ?rework=${assignment.kind === "annotate"}
      ></loupe-previous-reviews>`,
    );
  if (Object.keys(frame.unplaced).length > 0)
    side.push(
      html`<loupe-unplaced-parts .parts=${frame.unplaced} ?decides=${desk !== null}></loupe-unplaced-parts>`,
    );
  return side;
}
