import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { editorStyles } from "./editor-styles";
import { type Border, clamped, LEAST_PERCENTAGE, MOST_PERCENTAGE } from "./layout-tree";

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/**
 * The border between two panes, moved with the pointer, the arrow keys (Shift: by ten), Home and End; Enter or a double
 * click puts it back. Fires `border-moved` (detail: percentage, or null for back).
 */
@customElement("loupe-pane-border")
export class PaneBorder extends LitElement {
  static override styles = [
    editorStyles,
    css`
      :host {
        position: absolute;
        z-index: 1;
      }

      .border {
        width: 100%;
        height: 100%;
        display: flex;
        align-items: center;
        justify-content: center;
        touch-action: none;
      }

      .row {
        cursor: col-resize;
      }

      .column {
        cursor: row-resize;
      }

      .border::after {
        content: "";
        background: var(--crowd-line-strong);
        border-radius: 3px;
      }

      .row::after {
        width: 3px;
        height: 28px;
      }

      .column::after {
        width: 28px;
        height: 3px;
      }

      .border:hover::after,
      .border:focus-visible::after {
        background: var(--crowd-accent);
      }

      .border:focus-visible {
        outline-offset: -3px;
      }
    `,
  ];

  @property({ attribute: false }) border!: Border;
  @property() label = "";
  /** The stage that the percentages are of, in pixels of the window. */
  @property({ attribute: false }) stage!: () => DOMRect;
  private dragged: number | null = null;

  override render() {
    const { direction, percentage } = this.border;
    return html`<div
      class="border ${direction}"
      role="separator"
      tabindex="0"
      aria-orientation=${direction === "row" ? "vertical" : "horizontal"}
      aria-label=${this.label || nothing}
      aria-valuenow=${Math.round(percentage)}
      aria-valuemin=${LEAST_PERCENTAGE}
      aria-valuemax=${MOST_PERCENTAGE}
      aria-valuetext=${`${Math.round(percentage)} %`}
      @keydown=${this.onKey}
      @dblclick=${() => this.tell(null)}
      @pointerdown=${this.grab}
      @pointermove=${this.drag}
      @pointerup=${this.letGo}
      @pointercancel=${this.letGo}
    ></div>`;
  }

  private onKey(event: KeyboardEvent): void {
    const next = this.percentageFor(event);
    if (next === undefined) return;
    event.preventDefault();
    this.tell(next);
  }

  private percentageFor({
    key,
    shiftKey,
    ctrlKey,
    altKey,
    metaKey,
  }: KeyboardEvent): number | null | undefined {
    if (ctrlKey || altKey || metaKey) return undefined;
    if (key === "Enter") return null;
    if (key === "Home") return LEAST_PERCENTAGE;
    if (key === "End") return MOST_PERCENTAGE;
    const step = STEPS[key];
    return step === undefined ? undefined : this.border.percentage + step * (shiftKey ? 10 : 1);
  }

  private grab(event: PointerEvent): void {
    this.dragged = event.pointerId;
    (event.target as Element).setPointerCapture(event.pointerId);
  }

  private drag(event: PointerEvent): void {
    if (this.dragged !== event.pointerId) return;
    const stage = this.stage();
    const { area, direction } = this.border;
    const place =
      direction === "row"
        ? (((event.clientX - stage.left) / stage.width) * 100 - area.left) / area.width
        : (((event.clientY - stage.top) / stage.height) * 100 - area.top) / area.height;
    this.tell(place * 100);
  }

  private letGo(): void {
    this.dragged = null;
  }

  private tell(percentage: number | null): void {
    const detail = percentage === null ? null : clamped(percentage);
    this.dispatchEvent(new CustomEvent("border-moved", { detail }));
  }
}
