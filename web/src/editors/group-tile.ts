import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import "./image-view";
import "./pdf-view";
import "./player-view";
import "./text-view";
import { editorStyles } from "./editor-styles";
import type { FileType, Tile } from "./group-document";
import type { ImageView } from "./image-view";
import type { PdfView } from "./pdf-view";
import type { Transport } from "./transport";

const TYPE_WORDS: Record<FileType, string> = {
  text: "text",
  image: "picture",
  video: "video",
  audio: "sound",
  pdf: "PDF",
};

/** Links to files last 15 minutes; a file that does not load when this much is over needs a new one. In milliseconds. */
const LINK_LASTS = 14.5 * 60_000;
/** Files of these types are large, and stay under way for as long as they show. */
const HEAVY: ReadonlySet<FileType> = new Set(["video", "audio", "pdf"]);

/**
 * One tile: what it is called, how far it is answered, and its file. Fires `tile-failed` (detail: text for people), and
 * `link-ended` where its file did not load and is to be had under a new link only.
 */
@customElement("loupe-group-tile")
export class GroupTile extends LitElement {
  static override styles = [
    editorStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
        overflow: hidden;
        background: var(--crowd-surface);
        border: 1px solid var(--crowd-line-strong);
        border-radius: var(--crowd-radius);
      }

      :host([active]) {
        border-color: var(--crowd-accent);
        box-shadow: 0 0 0 2px var(--crowd-accent);
      }

      header {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 2px 8px;
        padding: 3px 8px;
        border-bottom: 1px solid var(--crowd-line);
        font-size: 0.8125rem;
      }

      h2 {
        margin: 0;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        font-size: 0.875rem;
      }

      .mark {
        font-weight: 700;
        color: var(--crowd-accent-strong);
      }

      .state {
        margin-inline-start: auto;
      }

      .file {
        position: relative;
        display: flex;
        flex: 1;
        flex-direction: column;
        min-height: 0;
      }

      .file > :not([role="alert"]) {
        flex: 1;
        min-height: 0;
      }

      .failure {
        flex: none;
        margin: auto;
        padding: 12px;
        max-width: 32rem;
        overflow-wrap: anywhere;
        text-align: center;
      }

      .failure p {
        margin: 0 0 8px;
      }

      .failure strong {
        color: var(--crowd-error);
      }
    `,
  ];

  @property({ attribute: false }) tile!: Tile;
  @property({ attribute: false }) transport!: Transport;
  @property({ type: Boolean, reflect: true }) active = false;
  @property({ type: Boolean }) silent = true;
  /** True while it loads out of sight. */
  @property({ type: Boolean }) ahead = false;
  /** How far it is answered, in words. */
  @property() progress = "";
  @state() private failure = "";
  @state() private attempt = 0;
  /** Under its newest link. */
  private renewed: Tile | null = null;
  private linkedAt = performance.timeOrigin;
  @query("loupe-image-view, loupe-pdf-view") private zoomable!: ImageView | PdfView | null;

  /** Its picture or its pages by one step larger or smaller, or whole again. */
  magnify(steps: 1 | -1 | 0): void {
    if (steps === 0) this.zoomable?.fit();
    else this.zoomable?.magnify(steps);
  }

  /** Loads its file by this link where it waits for one; null where none is to be had. */
  renewLink(link: string | null): void {
    if (this.failure === "" || !this.linkEnded) return;
    if (link === null) {
      this.report();
      return;
    }
    this.renewed = { ...this.tile, url: link };
    this.linkedAt = Date.now();
    this.loadAgain();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.tile.url === null) this.fail(this.tile.problem);
  }

  override render() {
    const { tile, active, progress } = this;
    return html`<header>
        <h2>${tile.title}</h2>
        <span class="quiet">${TYPE_WORDS[tile.type]}</span>
        ${active ? html`<span class="mark">active</span>` : nothing}
        <span class="state quiet">${progress}</span>
      </header>
      <div class="file">${this.failure === "" ? keyed(this.attempt, this.renderFile()) : this.renderFailure()}</div>`;
  }

  private renderFailure() {
    return html`<div class="failure" role="alert">
      <p><strong>${this.tile.title} could not be loaded:</strong> ${this.failure}.</p>
      ${
        this.tile.url === null
          ? nothing
          : html`${
              this.linkEnded
                ? html`<p class="quiet">Links to files last 15 minutes; a new one is asked for.</p>`
                : nothing
            }
              <button type="button" @click=${this.tryAgain}>Try again</button>`
      }
    </div>`;
  }

  private renderFile() {
    const tile = this.renewed ?? this.tile;
    if (this.ahead && HEAVY.has(tile.type)) return nothing;
    switch (tile.type) {
      case "text":
        return html`<loupe-text-view .tile=${tile} @file-failed=${this.onFailed}></loupe-text-view>`;
      case "image":
        return html`<loupe-image-view .tile=${tile} @file-failed=${this.onFailed}></loupe-image-view>`;
      case "pdf":
        return html`<loupe-pdf-view .tile=${tile} @file-failed=${this.onFailed}></loupe-pdf-view>`;
      default:
        return html`<loupe-player-view
          .tile=${tile}
          .transport=${this.transport}
          ?silent=${this.silent}
          @file-failed=${this.onFailed}
        ></loupe-player-view>`;
    }
  }

  private onFailed(event: CustomEvent<string>): void {
    this.fail(event.detail);
  }

  private get linkEnded(): boolean {
    return this.tile.url !== null && Date.now() - this.linkedAt > LINK_LASTS;
  }

  private fail(text: string): void {
    this.failure = text.replace(/\.$/, "");
    if (this.linkEnded) this.dispatchEvent(new Event("link-ended"));
    else this.report();
  }

  private report(): void {
    const detail = `A file of this task could not be loaded: ${this.tile.title} (${this.failure})`;
    this.dispatchEvent(new CustomEvent("tile-failed", { detail }));
  }

  private tryAgain(): void {
    if (this.linkEnded) this.dispatchEvent(new Event("link-ended"));
    else this.loadAgain();
  }

  private loadAgain(): void {
    this.failure = "";
    this.attempt += 1;
  }
}
