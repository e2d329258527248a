import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { Load } from "../ui/load";
import { partStyles } from "../ui/page-styles";
import { type Endings, projectApi, queueLink } from "./overview-shapes";

type Per = "hour" | "day";

interface Throughput {
  per: Per;
  items: Endings[];
}

const SPAN: Record<Per, number> = { hour: 3_600_000, day: 86_400_000 };

/** How many tasks of a project ended when: as a plot and as a table. */
@customElement("loupe-throughput")
export class ThroughputSection extends LitElement {
  static override styles = [
    ...partStyles,
    css`
      button[aria-pressed="true"] {
        border-color: var(--accent);
        background: var(--accent-wash);
        color: var(--accent);
      }

      summary {
        min-height: 1.75rem;
        cursor: pointer;
      }

      .scroll {
        max-height: 22rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property() project = "";
  @state() private per: Per = "hour";
  private readonly ended = new Load<Throughput>(this, () => this.read());

  override willUpdate(changed: PropertyValues<this>): void {
    if (this.hasUpdated && changed.has("project")) void this.ended.run();
  }

  override render() {
    return html`<section class="stack" aria-labelledby="throughput">
      <div class="head">
        <h2 id="throughput">Throughput: tasks that ended</h2>
        <div class="row" role="group" aria-label="Per">
          ${this.renderChoice("hour", "Last 48 hours")}${this.renderChoice("day", "Last 30 days")}
          <button class="plain" @click=${() => this.ended.run()}>Refresh</button>
        </div>
      </div>
      ${this.ended.render((ended) => this.renderEnded(ended))}
    </section>`;
  }

  private renderChoice(per: Per, word: string) {
    return html`<button aria-pressed=${this.per === per ? "true" : "false"} @click=${() => this.choose(per)}>
      ${word}
    </button>`;
  }

  private renderEnded({ per, items }: Throughput) {
    const completed = items.reduce((sum, each) => sum + each.completed, 0);
    const others = items.reduce((sum, each) => sum + each.archived + each.cancelled + each.failed, 0);
    const told = `${completed.toLocaleString()} completed, ${others.toLocaleString()} ended otherwise`;
    return html`<div class="card stack">
      <p>${told} in the last ${per === "hour" ? "48 hours" : "30 days"}.</p>
      ${
        completed + others === 0
          ? nothing
          : html`<loupe-throughput-plot .items=${items} .per=${per} aria-hidden="true"></loupe-throughput-plot>`
      }
      <details>
        <summary>As a table</summary>
        <div class="scroll" role="region" aria-label="Throughput" tabindex="0">
          <table>
            <thead>
              <tr>
                <th scope="col">${per === "hour" ? "Hour" : "Day (UTC)"}</th>
                <th scope="col" class="number">Completed</th>
                <th scope="col" class="number">Archived</th>
                <th scope="col" class="number">Cancelled</th>
                <th scope="col" class="number">Failed</th>
              </tr>
            </thead>
            <tbody>
              ${items.toReversed().map((each) => this.renderSpan(each, per))}
            </tbody>
          </table>
        </div>
      </details>
    </div>`;
  }

  private renderSpan(each: Endings, per: Per) {
    return html`<tr>
      <th scope="row">${spanText(each.starts_at, per)}</th>
      ${(["completed", "archived", "cancelled", "failed"] as const).map((status) => {
        const count = each[status];
        return html`<td class="number">
          ${count === 0 ? "0" : html`<a href=${this.linkTo(each, status, per)}>${count.toLocaleString()}</a>`}
        </td>`;
      })}
    </tr>`;
  }

  private linkTo(each: Endings, status: string, per: Per): string {
    const to = new Date(Date.parse(each.starts_at) + SPAN[per]).toISOString();
    return queueLink(this.project, { status, ended_from: each.starts_at, ended_to: to, order: "newest" });
  }

  private async choose(per: Per): Promise<void> {
    this.per = per;
    await this.ended.run();
  }

  private async read(): Promise<Throughput> {
    const throughput = await this.portal.api.get<Throughput>(
      projectApi(this.project, `throughput?per=${this.per}`),
    );
    const empty = throughput.items.every(
      (each) => each.completed + each.archived + each.cancelled + each.failed === 0,
    );
    if (!empty) await import("./throughput-plot");
    return throughput;
  }
}

function spanText(startsAt: string, per: Per): string {
  const start = new Date(startsAt);
  return per === "day"
    ? start.toLocaleDateString([], { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" })
    : start.toLocaleString([], { weekday: "short", hour: "2-digit", minute: "2-digit" });
}
