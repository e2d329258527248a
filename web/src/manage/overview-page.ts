import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import { MANAGERS, type PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import { momentText, roughText } from "../ui/time-text";
import { liveNote } from "./live-note";
import { LiveUpdates } from "./live-updates";
import "./figure-definitions";
import "./overview-throughput";
import { DEFINITIONS } from "./overview-definitions";
import {
  type Overview,
  projectApi,
  queueLink,
  STARVED_WORDS,
  STATUS_WORDS,
  STATUSES,
  total,
} from "./overview-shapes";

const REFRESH = 5_000;

/** A project at a glance: how its tasks stand, and what of them needs somebody. */
@customElement("loupe-overview-page")
export class OverviewPage extends LitElement implements PageElement {
  static override styles = [
    styles,
    pageStyles,
    css`
      .figure.urgent {
        border-color: var(--warning);
        background: var(--warning-wash);
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @query("h1") private heading!: HTMLElement;
  private readonly overview = new Load<Overview>(this, () =>
    this.portal.api.get(projectApi(this.project, "overview")),
  );
  private readonly pausing = new Action(this);
  private readonly live = new LiveUpdates(this, () => ({
    clock: this.portal.clock,
    path: () => projectApi(this.project, "live"),
    refresh: () => this.overview.run(),
    every: REFRESH,
    onPulse: (pulse) => {
      if (this.overview.value === null) return;
      this.overview.value = { ...this.overview.value, ...pulse, stages: this.withTypes(pulse.stages) };
      this.requestUpdate();
    },
  }));

  override firstUpdated(): void {
    this.heading.focus();
  }

  private get project(): string {
    return this.params.project ?? "";
  }

  override render() {
    const shown = this.overview.value;
    return html`<div class="stack">
      <div class="head">
        <h1 tabindex="-1">${shown?.title || this.project}</h1>
        <div class="row">${liveNote(this.live)}${shown === null ? nothing : this.renderPause(shown)}</div>
      </div>
      ${this.pausing.renderError()} ${this.overview.render((overview) => this.renderOverview(overview))}
    </div>`;
  }

  private renderPause(overview: Overview) {
    const mayPause =
      MANAGERS.includes(this.info.user.role) && overview.kind === "project" && !overview.deleting;
    if (!mayPause) return overview.paused ? html`<span class="tag">Paused</span>` : nothing;
    return html`<button ?disabled=${this.pausing.busy} @click=${() => this.pause(!overview.paused)}>
      ${overview.paused ? "Resume" : "Pause"}
    </button>`;
  }

  private renderOverview(overview: Overview) {
    return html`
      ${
        overview.paused
          ? html`<p class="notice warning">
            The project is paused: nothing is started or offered; what people have may be finished.
          </p>`
          : nothing
      }
      ${overview.deleting ? html`<p class="notice warning">The project is being deleted.</p>` : nothing}
      ${total(overview.counts) === 0 ? this.renderEmpty() : nothing}
      <section aria-labelledby="by-status" class="stack">
        <h2 id="by-status">Tasks by status</h2>
        <div class="figures">
          ${STATUSES.map((status) =>
            this.renderFigure(overview.counts[status] ?? 0, STATUS_WORDS[status] ?? status, { status }),
          )}
        </div>
      </section>
      <section aria-labelledby="of-open" class="stack">
        <h2 id="of-open">Of the open ones</h2>
        <div class="figures">
          ${this.renderFigure(overview.held, "Held by somebody", { held: "true" })}
          ${this.renderFigure(overview.in_review, "In review", { in_review: "true" })}
          ${this.renderFigure(total(overview.starved), "Nobody can take", { starved: "true" }, reasons(overview))}
          ${this.renderFigure(overview.deadlines.escalated, "Wait for a manager", { escalated: "true" }, "", true)}
        </div>
      </section>
      <section aria-labelledby="time" class="stack">
        <h2 id="time">Time</h2>
        <div class="figures">
          ${this.renderOldest(overview)}
          ${this.renderFigure(overview.deadlines.expiring, "Deadline within an hour", { expiring: "true" }, "", true)}
          ${this.renderFigure(overview.deadlines.expired, "Expired in the last 24 hours", {
            status: "all",
            expired: "true",
          })}
        </div>
      </section>
      ${this.renderStages(overview)}
      <loupe-throughput .portal=${this.portal} .project=${this.project}></loupe-throughput>
      <loupe-figure-definitions .definitions=${DEFINITIONS}></loupe-figure-definitions>
    `;
  }

  private renderEmpty() {
    return html`<div class="card empty">
      <h2>No tasks yet</h2>
      <p>Tasks come by import or from programs. Then you see here how far they are.</p>
    </div>`;
  }

  private renderFigure(
    count: number,
    word: string,
    filter: Record<string, string>,
    note = "",
    urgent = note !== "",
  ) {
    return html`<a class="figure ${urgent && count > 0 ? "urgent" : ""}" href=${queueLink(this.project, filter)}>
      <strong>${count.toLocaleString()}</strong>${word}${note === "" ? nothing : html`<div class="small">${note}</div>`}
    </a>`;
  }

  private renderOldest(overview: Overview) {
    const { oldest } = overview;
    if (oldest === null) return html`<div class="figure"><strong>–</strong>No unfinished task</div>`;
    return html`<a class="figure" href=${`/tasks/${oldest.id}`}>
      <strong title=${momentText(oldest.created_at)}
        >${roughText(-this.portal.serverClock.until(oldest.created_at))}</strong
      >Age of the oldest unfinished
      <div class="small muted">${oldest.name}</div>
    </a>`;
  }

  private renderStages(overview: Overview) {
    const stages = overview.stages.filter(({ tasks }) => tasks > 0);
    if (stages.length === 0) return nothing;
    return html`<section class="stack" aria-labelledby="stages">
      <div class="head">
        <h2 id="stages">Where open tasks are</h2>
        <a href=${`/projects/${encodeURIComponent(this.project)}/graph`}>Show in the graph</a>
      </div>
      <div class="scroll card" role="region" aria-label="Stages" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Stage</th>
              <th scope="col" class="number">Open</th>
              <th scope="col" class="number">Held</th>
              <th scope="col" class="number">Nobody can take</th>
            </tr>
          </thead>
          <tbody>
            ${stages.map(
              (stage) => html`<tr>
                <th scope="row">
                  ${
                    stage.stage === ""
                      ? "Just started"
                      : html`<a href=${queueLink(this.project, { stage: stage.stage })}>${stage.stage}</a>`
                  }
                  <span class="small muted">${(stage.type ?? "").replaceAll("_", " ")}</span>
                </th>
                <td class="number">${stage.tasks.toLocaleString()}</td>
                <td class="number">${stage.held.toLocaleString()}</td>
                <td class="number">${stage.starved.toLocaleString()}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  private withTypes(stages: Overview["stages"]): Overview["stages"] {
    const types = new Map(this.overview.value?.stages.map((each) => [each.stage, each.type ?? null]));
    return stages.map((each) => ({ ...each, type: types.get(each.stage) ?? null }));
  }

  private async pause(paused: boolean): Promise<void> {
    const done = await this.pausing.run(async () => {
      await this.portal.api.send("POST", projectApi(this.project, paused ? "pause" : "resume"), {});
      await this.overview.run();
    });
    if (done) this.portal.announcer.say(paused ? "The project is paused." : "The project goes on.");
  }
}

function reasons(overview: Overview): string {
  return Object.entries(overview.starved)
    .map(([reason, count]) => `${count.toLocaleString()}: ${STARVED_WORDS[reason] ?? reason}`)
    .join("; ");
}
