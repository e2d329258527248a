import { css, html, LitElement, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import type { Clock } from "../ui/clock";
import type { JsonObject } from "../ui/json";
import { styles } from "../ui/styles";
import { FrameConnection, type FrameListener, type FrameMode, type FrameTheme } from "./frame-connection";
import type { FrameMessage } from "./frame-messages";
import { keepPanes, keptPanes } from "./pane-sizes";

export interface FrameSource {
  url: string;
  draft: JsonObject | null;
  mode: FrameMode;
  /** It loads out of sight, for later. */
  ahead?: boolean;
}

/**
 * A rendered template in a sandboxed frame of opaque origin.
 *
 * Fires `frame-message` (detail: FrameMessage), `frame-problem` (detail: text) and `frame-never-ready`.
 */
@customElement("loupe-template-frame")
export class TemplateFrame extends LitElement implements FrameListener {
  static override styles = [
    styles,
    css`
      :host {
        display: flex;
        flex: 1;
        flex-direction: column;
        min-height: min(var(--content-height, 12rem), 30rem);
      }

      iframe {
        flex: 1;
        width: 100%;
        min-height: 0;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        color-scheme: light dark;
      }
    `,
  ];

  @property({ attribute: false }) source!: FrameSource;
  @property({ attribute: false }) clock!: Clock;
  @property() theme: FrameTheme = "light";
  @property() label = "";
  @property({ attribute: false }) singleKeys = true;
  @query("iframe") private frame!: HTMLIFrameElement;

  connection: FrameConnection | null = null;

  override render() {
    // A fresh element per source: setting `src` on a shown frame would add an entry to the browser's history.
    return keyed(
      this.source,
      html`<iframe
        title=${`Task: ${this.label}`}
        sandbox="allow-scripts allow-forms"
        referrerpolicy="no-referrer"
        allow=""
        src=${this.source.url}
        @load=${this.loaded}
      ></iframe>`,
    );
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("source")) this.connectAnew();
    else if (changed.has("theme")) this.connection?.setTheme(this.theme);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.connection?.close();
  }

  focusTemplate(): void {
    this.frame.focus();
    this.connection?.focus();
  }

  message(message: FrameMessage): void {
    if (message.type === "panes") keepPanes(localStorage, message.layout, message.sizes);
    else if (message.type === "height") this.style.setProperty("--content-height", `${message.px}px`);
    this.dispatchEvent(new CustomEvent("frame-message", { detail: message }));
  }

  problem(text: string): void {
    this.dispatchEvent(new CustomEvent("frame-problem", { detail: text }));
  }

  neverReady(): void {
    this.dispatchEvent(new Event("frame-never-ready"));
  }

  private connectAnew(): void {
    this.connection?.close();
    const nonce = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join(
      "",
    );
    const start = {
      nonce,
      mode: this.source.mode,
      draft: this.source.draft,
      theme: this.theme,
      singleKeys: this.singleKeys,
      panes: keptPanes(localStorage),
      ahead: this.source.ahead === true,
    };
    this.connection = new FrameConnection(start, this, this.clock);
    this.connection.awaitReady();
  }

  private loaded(): void {
    const frame = this.frame.contentWindow;
    if (frame !== null) this.connection?.connect(frame);
  }
}
