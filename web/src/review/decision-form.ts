import { css, html, nothing } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Hotkey } from "../app/hotkeys";
import { styles } from "../ui/styles";
import type { DecisionDesk } from "./decision-desk";
import { DeskPart } from "./desk-part";

/** One way to hand a decision in. */
export interface DecisionWay {
  text: string;
  /** The id of its shortcut, or "" for none. */
  hotkey: string;
  look: "" | "primary" | "danger";
  /** False where it makes no sense as things stand. */
  possible?: boolean;
  run: () => void;
}

const LONGEST_COMMENT = 10_000;

/**
 * The end of every decision: a comment on the whole, what stands against it, and the ways to hand it in. Brings the
 * shortcuts for handing in and for rejecting.
 */
@customElement("loupe-decision-form")
export class DecisionForm extends DeskPart<DecisionDesk> {
  static override styles = [
    styles,
    css`
      .decide {
        display: grid;
        gap: 0.5rem;
        margin: 0 -1.25rem -1.25rem;
        padding: 0.75rem 1.25rem 1.25rem;
        border-top: 1px solid var(--line);
        border-radius: 0 0 var(--radius) var(--radius);
        background: var(--surface);
      }

      textarea {
        min-height: 2.5rem;
        max-height: 10rem;
        field-sizing: content;
      }

      .notice + .notice {
        margin-top: 0.5rem;
      }
    `,
  ];

  @property({ attribute: false }) ways: DecisionWay[] = [];
  /** What stands against the decision beside what the draft says, or "". */
  @property() problem = "";
  /** What Ctrl+Enter does, and what R does. */
  @property() submitLabel = "";
  @property() rejectLabel = "";
  @query("textarea") private field!: HTMLTextAreaElement;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.keep);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.keep);
  }

  override render() {
    const { draft, busy } = this.desk;
    const problems = this.problem === "" ? draft.problems : [...draft.problems, this.problem];
    return html`<div class="decide">
      <div role="alert">${problems.map((problem) => html`<p class="notice error">${problem}</p>`)}</div>
      <div>
        <label for="comment">Comment</label>
        <textarea
          id="comment"
          rows="1"
          maxlength=${LONGEST_COMMENT}
          .value=${draft.comment}
          @input=${this.typed}
          @keydown=${this.commentKey}
        ></textarea>
      </div>
      <div class="row">${this.ways.map((way) => this.renderWay(way))}</div>
      <p class="small muted" role="status">${busy ? "Sending…" : ""}</p>
    </div>`;
  }

  override focus(): void {
    this.field.focus();
  }

  /** Runs where the task shows and can be decided, else says why it does not. */
  ifEnabled(run: () => void): void {
    if (this.enabled) run();
    else this.portal.announcer.say("The task is not ready yet.");
  }

  private renderWay({ text, hotkey, look, possible = true, run }: DecisionWay) {
    const { hotkeys } = this.portal;
    return html`<button
      class=${look}
      title=${hotkeys.tooltip(hotkey)}
      aria-keyshortcuts=${hotkeys.ariaKeys(hotkey) || nothing}
      ?disabled=${!this.enabled || this.desk.busy || !possible}
      @click=${run}
    >
      ${text}
    </button>`;
  }

  protected override hotkeys(): Hotkey[] {
    return [
      {
        id: "submit",
        keys: ["$mod+Enter"],
        label: this.submitLabel,
        run: () => this.ifEnabled(() => void this.desk.decide()),
      },
      { id: "reject", keys: ["r"], label: this.rejectLabel, run: () => this.startRejection() },
    ];
  }

  private startRejection(): void {
    this.desk.draft.rejects = true;
    this.focus();
  }

  private commentKey(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    this.desk.draft.rejects = false;
    this.field.blur();
  }

  private typed(event: Event): void {
    this.desk.draft.comment = (event.target as HTMLTextAreaElement).value;
  }

  // A page that is hidden may be closed without another word.
  private readonly keep = (): void => {
    if (document.visibilityState === "hidden") this.desk.saveNow();
  };
}
