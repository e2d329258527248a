import { html, type TemplateResult } from "lit";
import "./give-back-dialog";
import "../ui/modal-dialog";
import "./problem-dialog";
import type { Portal } from "../app/portal";
import type { GiveBack } from "./give-back-dialog";
import type { OpenTask } from "./open-task";

/** What a person is asked over a task. */
export type WorkDialog = GiveBack | "problem" | "description";

export interface DialogParts {
  portal: Portal;
  close: () => void;
  gaveBack: (kind: GiveBack) => void;
}

export function renderWorkDialog(
  dialog: WorkDialog,
  task: OpenTask,
  { portal, close, gaveBack }: DialogParts,
): TemplateResult {
  switch (dialog) {
    case "description":
      return html`<loupe-dialog heading="Instructions" @close=${close}
        ><p class="description">${task.assignment.description}</p></loupe-dialog
      >`;
    case "problem":
      return html`<loupe-report-problem
        .session=${task.session}
        .parts=${Object.keys(task.keptContent ?? {})}
        .text=${task.frame.problems[0] ?? ""}
        @reported=${() => portal.announcer.say("The problem is reported. The task is still yours.")}
        @close=${close}
      ></loupe-report-problem>`;
    default:
      return html`<loupe-give-back
        .kind=${dialog}
        .session=${task.session}
        @given-back=${(event: CustomEvent<GiveBack>) => gaveBack(event.detail)}
        @close=${close}
      ></loupe-give-back>`;
  }
}
