import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { JudgedLabel, ReviewedLabel, Verdict } from "../app/api";
import "./label-issue-dialog";
import "./label-issue-list";
import { styles } from "../ui/styles";
import type { Issue, LabelIssues } from "./label-issues";
import { labelReviewStyles } from "./label-review-styles";
import { labelName, valueText } from "./label-text";
import type { Judgement } from "./review";

const LONGEST_COMMENT = 10_000;
/** Characters from which on a value may have to be scrolled, which people also do by keyboard. */
const LONG_VALUE = 200;

/**
 * One label under review. Fires `judge` (detail: Judgement) for what the reviewer says of it, and `point` where they
 * want to see it in the task.
 */
@customElement("loupe-label-review")
export class LabelReview extends LitElement {
  static override styles = [styles, labelReviewStyles];

  @property({ attribute: false }) label!: ReviewedLabel;
  @property({ attribute: false }) judgement: Judgement = { verdict: null, comment: "" };
  /** Its last rejection in an earlier review, if there was one. */
  @property({ attribute: false }) rejected: JudgedLabel | null = null;
  /** What stands against the decision at this label. */
  @property() problem = "";
  /** True where the reviewer changed this label in the task. */
  @property({ type: Boolean }) edited = false;
  /** The issues of the task, or null where they are not known. */
  @property({ attribute: false }) issues: LabelIssues | null = null;
  /** Those on this label. */
  @property({ attribute: false }) onLabel: Issue[] = [];
  /** The number of the answer that the label is of. */
  @property({ type: Number }) answer = 0;
  @state() private commenting = false;
  @state() private raising = false;
  @query(".label") private row!: HTMLElement;
  @query("textarea") private field!: HTMLTextAreaElement | null;

  override render() {
    const name = labelName(this.label.label);
    const value = valueText(this.label.value);
    const { verdict, comment } = this.judgement;
    const look = `label ${verdict ?? this.label.verdict ?? ""} ${this.problem === "" ? "" : "wrong"}`;
    return html`<div
      class=${look}
      role="group"
      tabindex="-1"
      aria-labelledby="name"
      aria-describedby="value problem"
    >
      <div class="head">
        <h3 id="name">${name}</h3>
        <div class="tools">
          ${this.issues === null ? nothing : this.renderRaise(name)}
          <button class="plain" aria-label=${`Show ${name} in the task`} @click=${this.point}>Show</button>
        </div>
      </div>
      <pre class="value" id="value" tabindex=${value.length > LONG_VALUE ? 0 : nothing}>${value}</pre>
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
      ${this.issues === null ? nothing : this.renderIssues(this.issues)}
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
    if (verdict === null) return this.rejected === null ? nothing : this.renderRejected(this.rejected);
    const word = verdict === "approve" ? "Approved" : "Rejected";
    return html`<div class="small">
      <p>${word} in an earlier review, unchanged since.</p>
      ${comment === "" ? nothing : html`<blockquote>${comment}</blockquote>`}
    </div>`;
  }

  private renderRaise(name: string) {
    return html`<button
      class="plain"
      aria-label=${`Open an issue on ${name}`}
      @click=${() => {
        this.raising = true;
      }}
    >
      Issue…
    </button>`;
  }

  private renderIssues(issues: LabelIssues) {
    const { label } = this.label;
    return html`<loupe-label-issue-list .issues=${issues} .shown=${this.onLabel}></loupe-label-issue-list>
      ${
        this.raising
          ? html`<loupe-label-issue-dialog
            .issues=${issues}
            .answer=${this.answer}
            .label=${label}
            @close=${() => {
              this.raising = false;
            }}
          ></loupe-label-issue-dialog>`
          : nothing
      }`;
  }

  private renderRejected({ value, comment }: JudgedLabel) {
    return html`<div class="small">
      <p>
        Rejected in an earlier review, changed
        since${value === null ? "" : html`; it was <span class="before">${valueText(value)}</span>`}.
      </p>
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

  private point(): void {
    this.dispatchEvent(new Event("point"));
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
