import { css, html, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { editorStyles } from "./editor-styles";
import { FileView } from "./file-view";
import { moved, WHOLE_PICTURE, type Zoom, zoomed } from "./image-zoom";

const STEP = 1.5;
const NUDGE_PX = 60;
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** A picture that can be magnified and moved. */
@customElement("loupe-image-view")
export class ImageView extends FileView {
  static override styles = [
    editorStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
      }

      .pane {
        position: relative;
        flex: 1;
        min-height: 0;
        overflow: hidden;
        touch-action: none;
      }

      .pane:focus-visible {
        outline-offset: -3px;
      }

      .pane.large {
        cursor: grab;
      }

      img {
        width: 100%;
        height: 100%;
        max-width: none;
        object-fit: contain;
        user-select: none;
      }

      .zoom {
        position: absolute;
        right: 6px;
        bottom: 6px;
        display: flex;
        gap: 4px;
      }
    `,
  ];

  @state() private zoom: Zoom = WHOLE_PICTURE;
  @query(".pane") private pane!: HTMLElement;
  private grabbed: { id: number; x: number; y: number } | null = null;

  override render() {
    const { scale, x, y } = this.zoom;
    const transform = `translate(${x}px, ${y}px) scale(${scale})`;
    return html`<div
        class="pane ${scale > 1 ? "large" : ""}"
        tabindex="0"
        role="group"
        aria-label=${`Picture ${this.tile.title}, ${Math.round(scale * 100)} %`}
        @keydown=${this.onKey}
        @wheel=${this.onWheel}
        @pointerdown=${this.grab}
        @pointermove=${this.drag}
        @pointerup=${this.letGo}
        @pointercancel=${this.letGo}
      >
        <img
          src=${this.url}
          alt=${this.tile.title}
          draggable="false"
          style=${styleMap({ transform })}
          @load=${() => this.shown()}
          @error=${() => this.failed("it is missing, or no picture that this browser knows")}
        />
        <div class="zoom">
          <button type="button" title="Smaller (−)" aria-label="Smaller" ?disabled=${scale <= 1} @click=${() => this.magnify(-1)}>−</button>
          <button type="button" title="Larger (+)" aria-label="Larger" @click=${() => this.magnify(1)}>+</button>
          ${scale > 1 ? html`<button type="button" title="Whole picture (Z)" @click=${() => this.fit()}>Whole</button>` : nothing}
        </div>
      </div>`;
  }

  /** By one step, larger or smaller. */
  magnify(steps: 1 | -1): void {
    this.zoom = zoomed(this.zoom, STEP ** steps, this.size);
  }

  fit(): void {
    this.zoom = WHOLE_PICTURE;
  }

  private get size() {
    return { width: this.pane.clientWidth, height: this.pane.clientHeight };
  }

  private onKey(event: KeyboardEvent): void {
    const direction = ARROWS[event.key];
    if (direction === undefined || this.zoom.scale === 1 || event.target !== this.pane) return;
    event.preventDefault();
    this.zoom = moved(this.zoom, direction[0] * NUDGE_PX, direction[1] * NUDGE_PX, this.size);
  }

  // Scrolling alone stays the page's.
  private onWheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { left, top, width, height } = this.pane.getBoundingClientRect();
    const [x, y] = [event.clientX - left - width / 2, event.clientY - top - height / 2];
    this.zoom = zoomed(this.zoom, event.deltaY < 0 ? STEP : 1 / STEP, { width, height }, x, y);
  }

  private grab(event: PointerEvent): void {
    if (this.zoom.scale === 1 || event.target instanceof HTMLButtonElement) return;
    this.grabbed = { id: event.pointerId, x: event.clientX, y: event.clientY };
    this.pane.setPointerCapture(event.pointerId);
  }

  private drag(event: PointerEvent): void {
    if (this.grabbed?.id !== event.pointerId) return;
    const { x, y } = this.grabbed;
    this.zoom = moved(this.zoom, event.clientX - x, event.clientY - y, this.size);
    this.grabbed = { id: event.pointerId, x: event.clientX, y: event.clientY };
  }

  private letGo(): void {
    this.grabbed = null;
  }
}
