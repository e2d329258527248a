import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import "../ui/error-notice";
import type { Portal } from "../app/portal";
import { SettledRequest } from "../ui/settled-request";
import { styles } from "../ui/styles";
import { Watch } from "../ui/watch";
import { FrameConnection, type FrameListener } from "../work/frame-connection";
import type { FrameMessage } from "../work/frame-messages";

interface PreviewProblem {
  code: string;
  line: number | null;
  message: string;
}

/** What the server makes of a template, or of questions, and an input; without a page nothing can be shown. */
export interface TemplatePreview {
  kind: "template" | "data_group";
  problems: PreviewProblem[];
  page: string | null;
  signature: string | null;
}

interface PreviewQuestion {
  template?: string;
  human_task_ui?: string;
  label_schema?: unknown;
  input: unknown;
}

let frames = 0;

/**
 * A template, or the editor of data groups, as people will see it, with an input to try it on.
 *
 * Follows `template` (or `humanTaskUi`, a name, or `labelSchema`) and `input` as they change. The page comes from the
 * server and is shown as tasks are: in a sandboxed frame of opaque origin, under the frames' policy. Submitting in it
 * shows the answer.
 */
@customElement("loupe-template-preview")
export class TemplatePreviewElement extends LitElement implements FrameListener {
  static override styles = [
    styles,
    css`
      iframe {
        display: block;
        width: 100%;
        height: clamp(14rem, var(--content-height, 20rem), 40rem);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color-scheme: light dark;
      }

      ul {
        padding-left: 1.25rem;
        list-style: disc;
      }

      pre {
        margin: 0.5rem 0 0;
        padding: 0.75rem;
        border-radius: var(--radius-small);
        background: var(--sunken);
        font: 0.8125rem / 1.5 var(--mono);
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }

      iframe[data-kind="data_group"] {
        height: 36rem;
      }

      .status {
        min-height: 1.5rem;
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  /** Liquid text; null where `humanTaskUi` names a template, or `labelSchema` asks. */
  @property({ attribute: false }) template: string | null = null;
  @property({ attribute: false }) humanTaskUi: string | null = null;
  /** What the tiles of data groups are asked. */
  @property({ attribute: false }) labelSchema: object | null = null;
  /** A task's input. */
  @property({ attribute: false }) input: unknown = {};
  @state() private shown: TemplatePreview | null = null;
  @state() private answer: string | null = null;
  @state() private said: string[] = [];
  @query("iframe") private frame!: HTMLIFrameElement | null;

  private readonly frameName = `loupe-preview-${++frames}`;
  private request: SettledRequest<PreviewQuestion, TemplatePreview> | null = null;
  private connection: FrameConnection | null = null;
  private sent: TemplatePreview | null = null;

  constructor() {
    super();
    new Watch(this, () => [this.portal.preferences]);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.request?.cancel();
    this.connection?.close();
  }

  override willUpdate(changed: PropertyValues): void {
    if (!["template", "humanTaskUi", "labelSchema", "input"].some((name) => changed.has(name))) return;
    this.request ??= new SettledRequest(this.portal, "/v1/templates/preview", () => this.answered());
    this.request.ask({ ...this.source(), input: this.input });
  }

  private source(): Omit<PreviewQuestion, "input"> {
    if (this.labelSchema !== null) return { label_schema: this.labelSchema };
    return this.humanTaskUi === null
      ? { template: this.template ?? "" }
      : { human_task_ui: this.humanTaskUi };
  }

  override render() {
    return html`<div class="stack">
      ${this.renderProblems()}
      ${
        this.shown?.page === null || this.shown === null
          ? nothing
          : keyed(
              this.shown,
              html`<iframe
                title="Preview"
                data-kind=${this.shown.kind}
                name=${this.frameName}
                sandbox="allow-scripts allow-forms"
                referrerpolicy="no-referrer"
                allow=""
                @load=${this.loaded}
              ></iframe>`,
            )
      }
      <p class="status muted small" role="status">${this.statusText()}</p>
      ${
        this.shown?.kind === "data_group" && this.shown.page !== null
          ? html`<div><button type="button" @click=${() => this.connection?.submit()}>Submit the preview</button></div>`
          : nothing
      }
      ${
        this.answer === null
          ? nothing
          : html`<div role="status"><strong>An answer looks like this:</strong>
              <pre>${this.answer}</pre></div>`
      }
    </div>`;
  }

  override updated(): void {
    this.connection?.setTheme(this.portal.preferences.shownTheme);
    if (this.shown === null || this.shown === this.sent || this.frame === null) return;
    this.connectAnew();
    this.sent = this.shown;
    this.sendPage(this.shown);
  }

  message(message: FrameMessage): void {
    if (message.type === "height") this.style.setProperty("--content-height", `${message.px + 4}px`);
    else if (message.type === "submit") this.answer = JSON.stringify(message.answer, null, 2);
    else if (message.type === "invalid")
      this.portal.announcer.say(`${message.count} not answered yet: ${message.first}`);
    // A file of a data group that cannot be shown is said in its tile.
    else if (message.type === "error" && this.shown?.kind === "template") this.problem(message.message);
  }

  problem(text: string): void {
    if (!this.said.includes(text)) this.said = [...this.said, text].slice(-10);
  }

  neverReady(): void {
    this.problem("The page was not ready within ten seconds: does a script of it never end?");
  }

  private renderProblems() {
    const error = this.request?.error ?? null;
    if (error !== null) return html`<loupe-error .error=${error}></loupe-error>`;
    const problems = [
      ...(this.shown?.problems ?? []).map(({ line, message }) =>
        line === null ? message : `Line ${line}: ${message}`,
      ),
      ...this.said,
    ];
    if (problems.length === 0) return nothing;
    return html`<div class="notice warning" role="alert">
      <div>
        <strong>The preview has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}.</strong>
        <ul>${problems.map((problem) => html`<li>${problem}</li>`)}</ul>
      </div>
    </div>`;
  }

  private statusText(): string {
    if (this.request?.busy) return "Rendering…";
    if (this.shown === null || this.shown.page === null) return "";
    return "As people will see it. Submit it to see what an answer looks like; nothing is kept.";
  }

  private answered(): void {
    const preview = this.request?.answer ?? null;
    if (preview !== this.shown) {
      this.shown = preview;
      this.answer = null;
      this.said = [];
    }
    this.requestUpdate();
  }

  private connectAnew(): void {
    this.connection?.close();
    const { preferences, clock } = this.portal;
    const nonce = crypto.getRandomValues(new Uint32Array(4)).join("-");
    const start = {
      nonce,
      mode: "edit" as const,
      draft: null,
      theme: preferences.shownTheme,
      singleKeys: preferences.singleKeys,
    };
    this.connection = new FrameConnection(start, this, clock);
    this.connection.awaitReady();
  }

  /** The page is made known to the frame by a form: it has no address, and script may not write into the frame. */
  private sendPage({ kind, page, signature }: TemplatePreview): void {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: "/frame/preview", target: this.frameName, hidden: true });
    const fields = { kind, page: base64Url(page ?? ""), signature: signature ?? "" };
    for (const [name, value] of Object.entries(fields)) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    this.renderRoot.append(form);
    form.submit();
    form.remove();
  }

  private loaded(): void {
    // The frame begins with an empty page, whose load says nothing.
    if (this.sent !== this.shown || this.frame?.contentWindow == null) return;
    this.connection?.connect(this.frame.contentWindow);
  }
}

export function base64Url(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_");
}
