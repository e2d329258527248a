import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, queryAll, state } from "lit/decorators.js";
import "../work/template-frame";
import type { Portal } from "../app/portal";
import { styles } from "../ui/styles";
import { Watch } from "../ui/watch";
import type { FrameMessage } from "../work/frame-messages";
import type { FrameSource, TemplateFrame } from "../work/template-frame";
import type { ConsensusDesk } from "./consensus-desk";

/** The answers of annotators side by side, each in a frame that takes no input; they scroll together. */
@customElement("loupe-answer-frames")
export class AnswerFrames extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        min-width: 0;
      }

      .frames {
        display: flex;
        gap: 0.75rem;
        margin: 0;
        padding: 3px;
        overflow-x: auto;
        scroll-snap-type: x proximity;
      }

      .answer {
        display: flex;
        flex: 1 0 min(20rem, 88%);
        flex-direction: column;
        height: var(--answer-height, clamp(16rem, 46dvh, 40rem));
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        scroll-snap-align: start;
      }

      .answer.picked {
        border-color: var(--accent);
        outline: 2px solid var(--accent);
      }

      .head {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 0.5rem;
        align-items: center;
        justify-content: space-between;
        padding: 0.375rem 0.5rem 0.375rem 0.75rem;
      }

      .head button {
        min-height: 1.875rem;
        padding: 0.0625rem 0.75rem;
        font-size: 0.875rem;
      }

      .head button[aria-pressed="true"] {
        border-color: var(--accent);
        background: var(--accent-wash);
        color: var(--accent);
      }

      h3 {
        font-size: 0.9375rem;
      }

      loupe-template-frame {
        min-height: 0;
        padding: 0 0.375rem 0.375rem;
      }

      .late {
        padding: 0.5rem 0.75rem;
      }

      .check {
        display: inline-flex;
        gap: 0.5rem;
        align-items: center;
        min-height: 1.5rem;
        margin: 0;
        font-size: 0.875rem;
        font-weight: 400;
      }

      .check input {
        width: 1.125rem;
        height: 1.125rem;
        margin: 0;
        accent-color: var(--accent);
      }

      .top {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1rem;
        align-items: center;
        justify-content: space-between;
        padding: 0 0.25rem 0.25rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) desk!: ConsensusDesk;
  /** False where nothing can be picked any more. */
  @property({ type: Boolean }) enabled = false;
  /** Where the rendered template loads from. */
  @property() url = "";
  @state() private linked = true;
  @state() private late: ReadonlySet<number> = new Set();
  @queryAll("loupe-template-frame") private frames!: NodeListOf<TemplateFrame>;
  private sources: FrameSource[] = [];
  private shownPick: number | null = null;

  constructor() {
    super();
    new Watch(this, () => [this.desk, this.portal.preferences, this.portal.hotkeys]);
  }

  /** Marks a label in every frame and brings it into view. */
  point(label: string): void {
    for (const frame of this.frames) frame.connection?.show(label);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("url") && !changed.has("desk")) return;
    const { url } = this;
    this.sources = this.desk.draft.answers.map(({ content }) => ({ url, draft: content, mode: "readonly" }));
  }

  override updated(): void {
    const { picked } = this.desk.draft;
    if (picked === this.shownPick) return;
    this.shownPick = picked;
    this.renderRoot.querySelector(".picked")?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }

  override render() {
    const { answers } = this.desk.draft;
    return html`<section aria-labelledby="side-by-side">
      <div class="top">
        <h2 id="side-by-side">Answers side by side</h2>
        <label class="check"
          ><input
            type="checkbox"
            .checked=${this.linked}
            @change=${(event: Event) => {
              this.linked = (event.target as HTMLInputElement).checked;
            }}
          />Scroll together</label
        >
      </div>
      <ul class="frames">
        ${answers.map(({ answer }, index) => this.renderAnswer(answer, index))}
      </ul>
    </section>`;
  }

  private renderAnswer(answer: number, index: number) {
    const { draft } = this.desk;
    const { hotkeys, clock, preferences } = this.portal;
    const picked = draft.picked === answer;
    const key = `answer-${answer}`;
    return html`<li class="answer ${picked ? "picked" : ""}">
      <div class="head">
        <h3>Answer ${answer}</h3>
        <button
          aria-pressed=${picked ? "true" : "false"}
          aria-label=${`${draft.refines ? "Take as draft:" : "Pick"} answer ${answer}`}
          title=${hotkeys.tooltip(key)}
          aria-keyshortcuts=${hotkeys.ariaKeys(key) || nothing}
          ?disabled=${!this.enabled || this.desk.busy}
          @click=${() => this.desk.editor.pick(answer)}
        >
          ${picked ? "✓ " : ""}${draft.refines ? "Take as draft" : "Pick"}
        </button>
      </div>
      ${this.late.has(index) ? html`<p class="late small muted" role="status">${NOT_READY}</p>` : nothing}
      <loupe-template-frame
        .source=${this.sources[index]}
        .clock=${clock}
        .theme=${preferences.shownTheme}
        .singleKeys=${false}
        .label=${`answer ${answer}`}
        @frame-message=${(event: CustomEvent<FrameMessage>) => this.heard(event.detail, index)}
        @frame-never-ready=${() => {
          this.late = new Set([...this.late, index]);
        }}
      ></loupe-template-frame>
    </li>`;
  }

  private async renewLinks(from: number): Promise<void> {
    this.frames[from]?.connection?.giveLinks(await this.desk.freshLinks());
  }

  private heard(message: FrameMessage, from: number): void {
    if (message.type === "hotkey") this.portal.hotkeys.run(message.id);
    if (message.type === "renew") void this.renewLinks(from);
    if (message.type !== "scrolled" || !this.linked) return;
    [...this.frames].forEach((frame, index) => {
      if (index !== from) frame.connection?.scrollTo(message.top);
    });
  }
}

const NOT_READY = "The template does not get ready here. What this answer says is in the table below.";
