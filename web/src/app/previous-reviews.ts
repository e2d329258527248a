import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { LabelVerdict, PreviousReview } from "./api";
import type { JsonObject } from "./json";
import { labelName, valueAt, valueText } from "./label-text";
import { styles } from "./styles";
import { momentText } from "./time-text";
import { DECISION_WORDS } from "./work-words";

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
  /** The answer that was judged, where it is the reader's own to go on with. */
  @property({ attribute: false }) content: JsonObject | null = null;
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

  private renderVerdict(said: LabelVerdict, several: boolean) {
    const value = this.content === null ? undefined : valueAt(this.content, said.label);
    return html`<li class=${said.verdict}>
      <p>
        <strong>${labelName(said.label)}</strong>${several ? ` of answer ${said.answer}` : ""}:
        ${said.verdict === "reject" ? "rejected" : "approved"}
      </p>
      ${
        said.verdict === "reject" && value !== undefined
          ? html`<p class="small">Your answer: <span class="value">${valueText(value)}</span></p>`
          : nothing
      }
      ${said.comment === "" ? nothing : html`<blockquote>${said.comment}</blockquote>`}
    </li>`;
  }
}

function rejectedFirst(verdicts: LabelVerdict[]): LabelVerdict[] {
  return [
    ...verdicts.filter(({ verdict }) => verdict === "reject"),
    ...verdicts.filter(({ verdict }) => verdict === "approve"),
  ];
}
