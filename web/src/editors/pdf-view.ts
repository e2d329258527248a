import { css, html, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { editorStyles } from "./editor-styles";
import { FileView } from "./file-view";
import { openPdf, type PdfDocument } from "./pdf-files";

const STEP = 1.25;
const LEAST_ZOOM = 0.5;
const MOST_ZOOM = 4;
// Pages further away than this from what is seen are not kept.
const NEAR = "100% 0%";

/** The pages of a PDF, one below the other; each is drawn when it comes near. */
@customElement("loupe-pdf-view")
export class PdfView extends FileView {
  static override styles = [
    editorStyles,
    css`
      :host {
        position: relative;
        display: block;
      }

      .pages {
        height: 100%;
        padding: 8px;
        overflow: auto;
        background: var(--crowd-surface-strong);
      }

      .pages:focus-visible {
        outline-offset: -3px;
      }

      .page {
        margin: 0 auto 8px;
        background: #fff;
        box-shadow: 0 1px 4px rgb(0 0 0 / 30%);
      }

      canvas {
        display: block;
        width: 100%;
        height: 100%;
      }

      .zoom {
        position: absolute;
        right: 20px;
        bottom: 6px;
        display: flex;
        gap: 4px;
      }
    `,
  ];

  @state() private document: PdfDocument | null = null;
  @state() private zoom = 1;
  @query(".pages") private scroller!: HTMLElement | null;
  private near: IntersectionObserver | null = null;
  private resized: ResizeObserver | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.near?.disconnect();
    this.resized?.disconnect();
    void this.document?.close();
  }

  override render() {
    if (this.document === null) return html`<p class="quiet" role="status">Loading…</p>`;
    const { pages } = this.document;
    return html`<div class="pages" tabindex="0" role="group" aria-label=${`${this.tile.title}, ${pages.length} pages`}>
        ${pages.map(
          (page, index) => html`<div
            class="page"
            data-page=${index}
            style="width: ${100 * this.zoom}%; aspect-ratio: ${page.width} / ${page.height}"
          >
            <canvas role="img" aria-label=${`Page ${index + 1}`}></canvas>
            ${page.text === "" ? nothing : html`<p class="hidden-text">${page.text}</p>`}
          </div>`,
        )}
      </div>
      <div class="zoom">
        <button type="button" title="Smaller (−)" aria-label="Smaller" ?disabled=${this.zoom <= LEAST_ZOOM} @click=${() => this.magnify(-1)}>−</button>
        <button type="button" title="Larger (+)" aria-label="Larger" ?disabled=${this.zoom >= MOST_ZOOM} @click=${() => this.magnify(1)}>+</button>
      </div>`;
  }

  override updated(): void {
    if (this.near === null && this.scroller !== null) this.watchPages(this.scroller);
  }

  /** By one step, larger or smaller. */
  magnify(steps: 1 | -1): void {
    this.zoom = Math.min(Math.max(this.zoom * STEP ** steps, LEAST_ZOOM), MOST_ZOOM);
    void this.updateComplete.then(() => this.redraw());
  }

  fit(): void {
    this.zoom = 1;
    void this.updateComplete.then(() => this.redraw());
  }

  private async load(): Promise<void> {
    try {
      const document = await openPdf(this.url);
      if (!this.isConnected) return void document.close();
      this.document = document;
      this.shown();
    } catch (error) {
      if (this.isConnected) this.failed(error instanceof Error ? error.message : String(error));
    }
  }

  private watchPages(scroller: HTMLElement): void {
    this.near = new IntersectionObserver((entries) => this.onNear(entries), {
      root: scroller,
      rootMargin: NEAR,
    });
    for (const page of this.pageElements) this.near.observe(page);
    this.resized = new ResizeObserver(() => this.redraw());
    this.resized.observe(scroller);
  }

  private onNear(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const page = target as HTMLElement;
      page.toggleAttribute("data-near", isIntersecting);
      if (isIntersecting) void this.draw(page);
      else this.document?.pages[Number(page.dataset.page)]?.clear(canvasOf(page));
    }
  }

  private redraw(): void {
    for (const page of this.pageElements) if (page.hasAttribute("data-near")) void this.draw(page);
  }

  private async draw(element: HTMLElement): Promise<void> {
    const page = this.document?.pages[Number(element.dataset.page)];
    try {
      await page?.draw(canvasOf(element), element.clientWidth * devicePixelRatio);
      this.requestUpdate();
    } catch (error) {
      if (this.isConnected) this.failed(error instanceof Error ? error.message : String(error));
    }
  }

  private get pageElements(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>(".page")];
  }
}

function canvasOf(page: HTMLElement): HTMLCanvasElement {
  return page.querySelector("canvas") as HTMLCanvasElement;
}
