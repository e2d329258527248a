import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { ReviewedLabel, Verdict } from "./api";
import { labelName, valueText } from "./label-text";
import type { Judgement } from "./review";
import { styles } from "./styles";

const LONGEST_COMMENT = 10_000;

/** One label under review; fires `judge` (detail: Judgement) for what the reviewer says of it. */
@customElement("loupe-label-review")
export class LabelReview extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        scroll-margin-block: 1rem 18rem;
      }

      .label {
        display: grid;
        gap: 0.375rem;
        padding: 0.625rem 0.75rem;
        border: 1px solid var(--line);
        border-left-width: 4px;
        border-radius: var(--radius-small);
      }

      .approve {
        border-left-color: var(--success);
      }

      .reject {
        border-left-color: var(--danger);
      }

      .wrong {
        border-color: var(--danger);
        background: var(--danger-wash);
      }

      .value {
        max-height: 12rem;
        margin: 0;
        overflow: auto;
        font: 0.875rem / 1.5 var(--mono);
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }

      button {
        min-height: 2rem;
        padding: 0.125rem 0.625rem;
        font-size: 0.875rem;
      }

      button[aria-pressed="true"].approves {
        border-color: var(--success);
        background: var(--success-wash);
        color: var(--success);
      }

      button[aria-pressed="true"].rejects {
        border-color: var(--danger);
        background: var(--danger-wash);
        color: var(--danger);
      }

      textarea {
        min-height: 3.5rem;
      }

      .problem {
        color: var(--danger);
      }

      blockquote {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) label!: ReviewedLabel;
  @property({ attribute: false }) judgement: Judgement = { verdict: null, comment: "" };
  /** What stands against the decision at this label. */
  @property() problem = "";
  /** True where the reviewer changed this label in the task. */
  @property({ type: Boolean }) edited = false;
  @state() private commenting = false;
  @query(".label") private row!: HTMLElement;
  @query("textarea") private field!: HTMLTextAreaElement | null;

  override render() {
    const name = labelName(this.label.label);
    const { verdict, comment } = this.judgement;
    const look = `label ${verdict ?? this.label.verdict ?? ""} ${this.problem === "" ? "" : "wrong"}`;
    return html`<div
      class=${look}
      role="group"
      tabindex="-1"
      aria-labelledby="name"
      aria-describedby="value problem"
    >
      <h3 id="name">${name}</h3>
      <pre class="value" id="value">${valueText(this.label.value)}</pre>
      ${this.edited ? html`<p class="small muted">You changed this in the task.</p>` : nothing} ${this.renderStanding()}
      <p class="small problem" id="problem" ?hidden=${this.problem === ""}>${this.problem}</p>
      <div class="row">
        ${this.renderVerdict("approve", "Approve", name)} ${this.renderVerdict("reject", "Reject", name)}
        ${
          this.showsComment
            ? nothing
            : html`<button class="plain" aria-label=${`Comment on ${name}`} @click=${this.startComment}>Comment</button>`
        }
      </div>
      ${
        this.showsComment
          ? html`<div>
            <label class="small" for="comment">Comment on ${name}</label>
            <textarea
              id="comment"
              rows="2"
              maxlength=${LONGEST_COMMENT}
              .value=${comment}
              @input=${this.typed}
            ></textarea>
          </div>`
          : nothing
      }
    </div>`;
  }

  override focus(): void {
    this.row.focus({ preventScroll: true });
    this.scrollIntoView?.({ block: "nearest" });
  }

  async focusComment(): Promise<void> {
    this.commenting = true;
    await this.updateComplete;
    this.field?.focus();
  }

  private get showsComment(): boolean {
    return this.commenting || this.judgement.verdict === "reject" || this.judgement.comment !== "";
  }

  private renderStanding() {
    const { verdict, comment } = this.label;
    if (verdict === null) return nothing;
    const word = verdict === "approve" ? "Approved" : "Rejected";
    return html`<div class="small">
      <p>${word} in an earlier review, unchanged since.</p>
      ${comment === "" ? nothing : html`<blockquote>${comment}</blockquote>`}
    </div>`;
  }

  private renderVerdict(verdict: Verdict, word: string, name: string) {
    const chosen = this.judgement.verdict === verdict;
    return html`<button
      class="${verdict}s"
      aria-pressed=${chosen ? "true" : "false"}
      aria-label=${`${word} ${name}`}
      @click=${() => this.say({ ...this.judgement, verdict: chosen ? null : verdict })}
    >
      ${verdict === "approve" ? "✓" : "✗"} ${word}
    </button>`;
  }

  private startComment(): void {
    void this.focusComment();
  }

  private typed(event: Event): void {
    this.say({ ...this.judgement, comment: (event.target as HTMLTextAreaElement).value });
  }

  private say(judgement: Judgement): void {
    this.dispatchEvent(new CustomEvent("judge", { detail: judgement }));
  }
}
