import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { labelName } from "../review/label-text";
import { Action } from "../ui/action";
import { isJsonObject } from "../ui/json";
import { styles } from "../ui/styles";
import "../work/template-frame";
import { Watch } from "../ui/watch";
import type { FrameMessage } from "../work/frame-messages";
import { linksOf } from "../work/fresh-links";
import type { FrameSource, TemplateFrame } from "../work/template-frame";
import { taskPageStyles } from "./task-page-styles";
import type { PersonShown, PresentTask, TaskLabel } from "./task-shapes";

const SOURCES: Record<string, string> = {
  person: "as it was handed in",
  rework: "reworked",
  edit: "edited in review",
  merge: "merged",
  agent: "written by an agent",
  prediction: "a model's prediction",
};

/** A task's input and its answers by now: as JSON, and in its template where it was worked on. */
@customElement("loupe-task-answers")
export class TaskAnswers extends LitElement {
  static override styles = [
    styles,
    taskPageStyles,
    css`
      loupe-template-frame {
        height: 26rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) task!: PresentTask;
  /** The answer that is looked at in the template. */
  @state() private source: FrameSource | null = null;
  @state() private shown = 0;
  @query("loupe-template-frame") private frame!: TemplateFrame | null;
  private readonly showing = new Action(this);

  constructor() {
    super();
    new Watch(this, () => [this.portal.preferences]);
  }

  override render() {
    const { labels, input } = this.task;
    return html`<section class="stack" aria-labelledby="answers">
      <h2 id="answers">Answers</h2>
      ${
        labels.length === 0
          ? html`<p class="muted">Nobody has answered yet.</p>`
          : labels.map((label) => this.renderLabel(label))
      }
      ${this.showing.renderError()} ${this.source === null ? nothing : this.renderFrame(this.source)}
      <details>
        <summary>Input</summary>
        <pre tabindex="0" aria-label="Input">${JSON.stringify(input, null, 2)}</pre>
      </details>
    </section>`;
  }

  private renderLabel(label: TaskLabel) {
    const mayShow = this.task.frame_url !== null && isJsonObject(label.content);
    return html`<article class="card">
      <div class="row">
        <h3>Answer ${label.answer}</h3>
        <span class="small muted">visit ${label.visit}, ${SOURCES[label.source] ?? label.source}</span>
        ${
          mayShow
            ? html`<button aria-expanded=${this.shown === label.answer ? "true" : "false"} @click=${() => this.show(label)}>
              ${this.shown === label.answer ? "Hide the template" : "Show in the template"}
            </button>`
            : nothing
        }
      </div>
      <p class="small muted">${authorsText(label)}</p>
      <pre tabindex="0" aria-label=${`Answer ${label.answer}`}>${JSON.stringify(label.content, null, 2)}</pre>
    </article>`;
  }

  private renderFrame(source: FrameSource) {
    return html`<loupe-template-frame
      .source=${source}
      .clock=${this.portal.clock}
      .theme=${this.portal.preferences.shownTheme}
      .singleKeys=${this.portal.preferences.singleKeys}
      label=${`Answer ${this.shown}`}
      @frame-message=${this.heard}
    ></loupe-template-frame>`;
  }

  private async show(label: TaskLabel): Promise<void> {
    if (this.shown === label.answer) {
      this.shown = 0;
      this.source = null;
      return;
    }
    await this.showing.run(async () => {
      const url = await this.frameUrl();
      if (url === null || !isJsonObject(label.content)) return;
      this.shown = label.answer;
      this.source = { url, draft: label.content, mode: "readonly" };
    });
  }

  // Asked for each time: the address is good for five minutes only.
  private async frameUrl(): Promise<string | null> {
    return (await this.portal.api.get<PresentTask>(`/v1/tasks/${this.task.id}/present`)).frame_url;
  }

  private readonly heard = ({ detail: { type } }: CustomEvent<FrameMessage>): void => {
    if (type === "renew") void this.showing.run(() => this.renewLinks());
  };

  private async renewLinks(): Promise<void> {
    const url = await this.frameUrl();
    if (url !== null) this.frame?.connection?.giveLinks(await linksOf(url));
  }
}

function authorsText({ authors }: TaskLabel): string {
  const entries = Object.entries(authors);
  if (entries.length === 0) return "No person made it.";
  const told = entries.map(([label, author]) => {
    const name = typeof author === "string" ? author : (author as PersonShown).name;
    return label === "" ? name : `${labelName(label)}: ${name}`;
  });
  return `By ${told.join(", ")}`;
}
