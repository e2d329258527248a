import { css, html, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { editorStyles } from "./editor-styles";
import { FileView } from "./file-view";
import { beginningOf } from "./text-file";

const MOST_BYTES = 1024 * 1024;

/** A text file, as it stands. */
@customElement("loupe-text-view")
export class TextView extends FileView {
  static override styles = [
    editorStyles,
    css`
      :host {
        display: block;
      }

      .text {
        height: 100%;
        padding: 8px 12px;
        overflow: auto;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }

      .text:focus-visible {
        outline-offset: -3px;
      }
    `,
  ];

  @state() private text: string | null = null;
  @state() private cut = false;
  private readonly leaving = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leaving.abort();
  }

  override render() {
    if (this.text === null) return html`<p class="text quiet" role="status">Loading…</p>`;
    return html`<div class="text" tabindex="0" role="group" aria-label=${`Text of ${this.tile.title}`}>${this.text}${
      this.cut ? html`<p class="quiet">Only the first MiB of this text is shown.</p>` : nothing
    }</div>`;
  }

  private async load(): Promise<void> {
    try {
      const response = await fetch(this.url, { signal: this.leaving.signal });
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      const { text, cut } = await beginningOf(response, MOST_BYTES);
      this.text = text;
      this.cut = cut;
      this.shown();
    } catch (error) {
      if (!this.leaving.signal.aborted) this.failed(error instanceof Error ? error.message : String(error));
    }
  }
}
