import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { JudgedLabel, PreviousReview, ReviewedAnswer } from "../app/api";
import { styles } from "../ui/styles";
import { momentText } from "../ui/time-text";
import { DECISION_WORDS } from "../work/work-words";
import { labelName, valueText } from "./label-text";
import { since } from "./review-history";

/** What was said about this work before, the latest first. */
@customElement("loupe-previous-reviews")
export class PreviousReviews extends LitElement {
  static override styles = [
    styles,
    css`
      section {
        gap: 0.75rem;
      }

      article {
        display: grid;
        gap: 0.5rem;
      }

      article.rejected {
        padding-left: 0.75rem;
        border-left: 4px solid var(--danger);
      }

      article.approved {
        padding-left: 0.75rem;
        border-left: 4px solid var(--success);
      }

      blockquote {
        margin: 0;
        overflow-wrap: anywhere;
        white-space: pre-line;
      }

      li {
        padding: 0.5rem 0.625rem;
        border-radius: var(--radius-small);
        overflow-wrap: anywhere;
      }

      li + li {
        margin-top: 0.375rem;
      }

      li.reject {
        background: var(--danger-wash);
      }

      li.approve {
        background: var(--success-wash);
      }

      .value {
        font: 0.8125rem / 1.5 var(--mono);
        white-space: pre-wrap;
      }

      summary {
        min-height: 1.75rem;
        cursor: pointer;
      }

      details article {
        margin-top: 0.75rem;
      }
    `,
  ];

  @property({ attribute: false }) previous: PreviousReview[] = [];
  /** The answers of now, where the reader reviews them; empty for who is to rework one. */
  @property({ attribute: false }) answers: ReviewedAnswer[] = [];
  /** True where the reader has to change what was rejected. */
  @property({ type: Boolean }) rework = false;

  override render() {
    const [latest, ...older] = [...this.previous].reverse();
    if (latest === undefined) return nothing;
    return html`<section class="card stack" aria-labelledby="heading" tabindex="0">
      <h2 id="heading">${this.rework ? "What the reviewer said" : "Earlier reviews"}</h2>
      ${this.renderReview(latest)}
      ${
        older.length === 0
          ? nothing
          : html`<details>
            <summary>${older.length === 1 ? "1 earlier review" : `${older.length} earlier reviews`}</summary>
            ${older.map((review) => this.renderReview(review))}
          </details>`
      }
    </section>`;
  }

  private renderReview(review: PreviousReview) {
    const { decision, comment, verdicts } = review;
    const several = new Set(verdicts.map(({ answer }) => answer)).size > 1;
    const bad = decision === "rejected" || decision === "no_consensus";
    return html`<article class=${bad ? "rejected" : "approved"}>
      <h3>${DECISION_WORDS[decision]}</h3>
      <p class="small muted">${review.stage} · ${momentText(review.at)}</p>
      ${comment === "" ? nothing : html`<blockquote>${comment}</blockquote>`}
      ${
        verdicts.length === 0
          ? nothing
          : html`<ul>
            ${rejectedFirst(verdicts).map((said) => this.renderVerdict(said, several))}
          </ul>`
      }
    </article>`;
  }

  private renderVerdict(said: JudgedLabel, several: boolean) {
    return html`<li class=${said.verdict}>
      <p>
        <strong>${labelName(said.label)}</strong>${several ? ` of answer ${said.answer}` : ""}:
        ${said.verdict === "reject" ? "rejected" : "approved"}
      </p>
      ${said.verdict === "reject" ? this.renderJudged(said) : nothing}
      ${said.comment === "" ? nothing : html`<blockquote>${said.comment}</blockquote>`}
      ${said.verdict === "reject" && !this.rework ? this.renderSince(said) : nothing}
    </li>`;
  }

  private renderJudged({ value }: JudgedLabel) {
    if (value === null) return nothing;
    const whose = this.rework ? "Your answer" : "It was";
    return html`<p class="small">${whose}: <span class="value">${valueText(value)}</span></p>`;
  }

  /** How the author answered to a rejection. */
  private renderSince(said: JudgedLabel) {
    const what = since(said, this.answers);
    if (what === null) return nothing;
    if (what.name === "unchanged") return html`<p class="small"><strong>Unchanged since.</strong></p>`;
    if (what.now === undefined)
      return html`<p class="small"><strong>Changed or taken out since.</strong></p>`;
    return html`<p class="small">
      <strong>Changed since</strong>, now: <span class="value">${valueText(what.now)}</span>
    </p>`;
  }
}

function rejectedFirst(verdicts: JudgedLabel[]): JudgedLabel[] {
  return [
    ...verdicts.filter(({ verdict }) => verdict === "reject"),
    ...verdicts.filter(({ verdict }) => verdict === "approve"),
  ];
}
