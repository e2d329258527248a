import { html, type TemplateResult } from "lit";
import type { LiveUpdates } from "./live-updates";

const NOTES: Record<LiveUpdates["state"], string> = {
  connecting: "Connecting…",
  live: "Live",
  polling: "Not live: looked at now and then",
  resting: "Resting",
};

/** Whether what is shown follows by itself. */
export function liveNote(updates: LiveUpdates): TemplateResult {
  return html`<span class="tag" title="What is shown follows by itself while this says Live."
    >${updates.state === "live" ? "● " : ""}${NOTES[updates.state]}</span
  >`;
}
