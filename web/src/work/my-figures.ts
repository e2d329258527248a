import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { Load } from "../ui/load";
import { styles } from "../ui/styles";
import { limitText } from "../ui/time-text";

interface Period {
  since: string;
  submitted: number;
  active_seconds_per_task: number | null;
  first_pass_approval: number | null;
}

interface OwnFigures {
  today: Period;
  week: Period;
}

/** How much a person did today and this week. */
@customElement("loupe-my-figures")
export class MyFigures extends LitElement {
  static override styles = [
    styles,
    css`
      table {
        width: 100%;
        border-collapse: collapse;
      }

      th,
      td {
        padding: 0.625rem 0.5rem;
        border-bottom: 1px solid var(--line);
        font-weight: 400;
        text-align: right;
        font-variant-numeric: tabular-nums;
      }

      tbody th {
        text-align: left;
      }

      thead th {
        color: var(--muted);
        font-size: 0.875rem;
        font-weight: 600;
      }

      td {
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  private readonly figures = new Load(this, () => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
    return this.portal.api.get<OwnFigures>(`/v1/work/figures?timezone=${encodeURIComponent(zone)}`);
  });

  override render() {
    return this.figures.render(({ today, week }) => this.renderFigures(today, week));
  }

  load(): Promise<void> {
    return this.figures.run();
  }

  private renderFigures(today: Period, week: Period) {
    const row = (name: string, show: (period: Period) => string) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td>${show(today)}</td>
        <td>${show(week)}</td>
      </tr>`;
    return html`<div class="card stack">
      <table>
        <thead>
          <tr>
            <th scope="col"><span class="visually-hidden">Figure</span></th>
            <th scope="col">Today</th>
            <th scope="col">This week</th>
          </tr>
        </thead>
        <tbody>
          ${row("Submitted", ({ submitted }) => submitted.toLocaleString("en"))}
          ${row("Active time per task", ({ active_seconds_per_task: time }) => (time === null ? "–" : limitText(time * 1000)))}
          ${row("Approved at first pass", ({ first_pass_approval: share }) => (share === null ? "–" : `${Math.round(share * 100)} %`))}
        </tbody>
      </table>
      <p class="small muted">
        Weeks begin on Monday. Active time stops after a minute without input. Approved at first pass: of your tasks whose
        review ended in that time, the share that was approved without any rejection; shown from ten such tasks on.
      </p>
    </div>`;
  }
}
