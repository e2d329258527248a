import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { partStyles } from "../ui/page-styles";
import { queueLink } from "./overview-shapes";
import { type PersonFigures, type SortKey, secondsText, shareText, sorted } from "./performance-shapes";
import "./performance-sparkline";
import { type Bucket, buckets, shareTrendText, workText } from "./performance-trend";

const COLUMNS: readonly (readonly [key: SortKey, word: string])[] = [
  ["submitted", "Tasks handed in"],
  ["task_seconds_median", "Time per task"],
  ["first_pass_approval", "Approved at first pass"],
  ["rejections", "Rejections received"],
  ["reviews", "Reviews"],
  ["rejected", "Rejected"],
  ["review_seconds_median", "Time per review"],
];

/** Everybody's figures; each leads to its tasks. Fires `sort` (detail: changes of the address). */
@customElement("loupe-performance-table")
export class PerformanceTable extends LitElement {
  static override styles = [
    ...partStyles,
    css`
      table {
        min-width: 62rem;
      }

      th,
      td {
        padding: 0.5rem;
      }

      td.number {
        white-space: nowrap;
      }

      th[scope="row"] {
        min-width: 8rem;
        max-width: 14rem;
        overflow-wrap: anywhere;
      }

      thead th {
        white-space: normal;
        vertical-align: bottom;
      }

      thead button {
        padding: 0.125rem 0.25rem;
        border: 0;
        background: none;
        color: inherit;
        font-size: inherit;
        font-weight: inherit;
        text-align: inherit;
      }

      td a {
        display: inline-block;
        min-width: 1.5rem;
        min-height: 1.5rem;
      }

      tr[data-chosen] {
        background: var(--accent-wash);
      }
    `,
  ];

  @property({ attribute: false }) people: readonly PersonFigures[] = [];
  @property({ attribute: false }) since = new Date(0);
  @property({ attribute: false }) until = new Date(0);
  @property() project = "";
  @property({ attribute: false }) address = new URLSearchParams();

  private get key(): SortKey {
    return COLUMNS.find(([key]) => key === this.address.get("sort"))?.[0] ?? "name";
  }

  private get descending(): boolean {
    return this.address.get("order") === "descending";
  }

  override render() {
    return html`<div class="scroll card" role="region" aria-label="People's figures" tabindex="0">
      <table>
        <thead>
          <tr>
            ${this.renderHeading("name", "Person", false)}
            ${COLUMNS.map(([key, word]) => this.renderHeading(key, word, true))}
            <th scope="col">Work by day</th>
            <th scope="col">First pass by day</th>
          </tr>
        </thead>
        <tbody>
          ${sorted(this.people, this.key, this.descending).map((person) => this.renderRow(person))}
        </tbody>
      </table>
    </div>`;
  }

  private renderHeading(key: SortKey, word: string, number: boolean) {
    const chosen = this.key === key;
    const order = chosen ? (this.descending ? "descending" : "ascending") : "none";
    return html`<th scope="col" class=${number ? "number" : ""} aria-sort=${order}>
      <button @click=${() => this.sort(key)}>
        ${word} <span aria-hidden="true">${chosen ? (this.descending ? "▼" : "▲") : ""}</span>
      </button>
    </th>`;
  }

  private renderRow(person: PersonFigures) {
    const parts = buckets(person.days, this.since, this.until);
    const rejected = person.reviews - person.approvals;
    return html`<tr ?data-chosen=${person.id === this.address.get("person")}>
      <th scope="row">
        <a href=${this.link(person, null)}>${person.name}</a>
        ${person.disabled ? html`<span class="tag">Disabled</span>` : nothing}
        <div class="small muted">${person.email}</div>
        <div class="small"><a href=${queueLink(this.project, { person: person.email })}>What they have now</a></div>
      </th>
      <td class="number">${this.renderCount(person, "submitted", person.submitted)}</td>
      ${this.renderTime(person.task_seconds_median, person.task_seconds_mean)}
      <td class="number">${this.renderShare(person)}</td>
      <td class="number">${this.renderCount(person, "rejections", person.rejections)}</td>
      <td class="number">${this.renderCount(person, "reviews", person.reviews)}</td>
      <td class="number">${this.renderCount(person, "rejections_given", rejected)}</td>
      ${this.renderTime(person.review_seconds_median, person.review_seconds_mean)}
      <td><loupe-sparkline .values=${parts.map(({ work }) => work)} text=${workText(parts)}></loupe-sparkline></td>
      <td>
        <loupe-sparkline .values=${parts.map(share)} .most=${1} text=${shareTrendText(parts)}></loupe-sparkline>
      </td>
    </tr>`;
  }

  private renderCount(person: PersonFigures, figure: string, count: number) {
    return count === 0 ? "0" : html`<a href=${this.link(person, figure)}>${count.toLocaleString()}</a>`;
  }

  private renderTime(median: number | null, mean: number | null) {
    return html`<td class="number">
      ${secondsText(median)}
      ${mean === null ? nothing : html`<div class="small muted">mean ${secondsText(mean)}</div>`}
    </td>`;
  }

  private renderShare(person: PersonFigures) {
    if (person.reviewed === 0) return html`–`;
    return html`${shareText(person.first_pass_approval)}
      <div class="small">
        ${this.renderCount(person, "approved_at_once", person.approved_at_once)} of
        ${this.renderCount(person, "reviewed", person.reviewed)}
      </div>`;
  }

  private link(person: PersonFigures, figure: string | null): string {
    const query = new URLSearchParams(this.address);
    query.set("person", person.id);
    if (figure === null) query.delete("figure");
    else query.set("figure", figure);
    return `/projects/${encodeURIComponent(this.project)}/people?${query}`;
  }

  private sort(key: SortKey): void {
    const descending = this.key === key ? !this.descending : key !== "name";
    const detail = { sort: key === "name" ? null : key, order: descending ? "descending" : null };
    this.dispatchEvent(new CustomEvent("sort", { detail }));
  }
}

function share({ approved, reviewed }: Bucket): number | null {
  return reviewed === 0 ? null : approved / reviewed;
}
