import { html, type TemplateResult } from "lit";
import "./consensus-board";
import "./decision-panel";
import "./review-panel";
import type { Portal } from "../app/portal";
import { ConsensusDesk } from "./consensus-desk";
import type { DecisionDeskParts } from "./decision-desk";
import { ReviewDesk } from "./review-desk";

/** The desk of work that decides on the answers of others. */
export type Desk = ReviewDesk | ConsensusDesk;

export function openDesk(parts: DecisionDeskParts): Desk {
  return parts.session.assignment.kind === "review" ? new ReviewDesk(parts) : new ConsensusDesk(parts);
}

/** What stands in the middle where several answers are compared: they, and the template's frame. */
export function renderBoard(
  desk: ConsensusDesk,
  portal: Portal,
  enabled: boolean,
  frame: TemplateResult | null,
): TemplateResult {
  return html`<loupe-consensus-board
    .portal=${portal}
    .desk=${desk}
    ?enabled=${enabled}
    .url=${desk.assignment.frame_url}
    >${frame}</loupe-consensus-board
  >`;
}

/** What stands beside it: the ways to decide. */
export function renderDeskPanel(desk: Desk, portal: Portal, enabled: boolean): TemplateResult {
  return desk instanceof ReviewDesk
    ? html`<loupe-review-panel .portal=${portal} .desk=${desk} ?enabled=${enabled}></loupe-review-panel>`
    : html`<loupe-decision-panel .portal=${portal} .desk=${desk} ?enabled=${enabled}></loupe-decision-panel>`;
}
