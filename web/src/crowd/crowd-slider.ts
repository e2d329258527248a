import { css, html, LitElement, nothing } from "lit";
import { property, query } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { CrowdField } from "./crowd-field";
import { baseStyles, fieldStyles } from "./field-styles";
import { looseBoolean } from "./loose-json";

/** A number between `min` and `max` (default 0 to 100), always part of the answer. */
export class CrowdSlider extends CrowdField {
  static override styles = [
    baseStyles,
    fieldStyles,
    css`
      :host { padding: 4px 0; }
      .row { display: flex; align-items: flex-start; gap: 16px; }
      .track { flex: 1; min-width: 0; }
      input[type="range"] { display: block; width: 100%; height: 28px; margin: 0; accent-color: var(--crowd-accent); }
      input.number { width: 6.5em; min-height: 36px; padding: 4px 8px; font: inherit; color: inherit;
        background: var(--crowd-ground); border: 1px solid var(--crowd-line-strong); border-radius: var(--crowd-radius); }
      output { min-width: 3ch; text-align: end; font-variant-numeric: tabular-nums; font-weight: 600; line-height: 28px; }
      progress { display: block; width: 100%; height: 4px; accent-color: var(--crowd-accent); }
      .marks { display: grid; color: var(--crowd-ink-soft); font-size: 0.875rem; }
    `,
  ];

  @property({ type: Number }) min = 0;
  @property({ type: Number }) max = 100;
  @property({ type: Number }) step = 1;
  @property({ converter: looseBoolean }) pin = false;
  @property({ converter: looseBoolean }) editable = false;
  @property({ attribute: "secondary-progress", type: Number }) secondaryProgress: number | null = null;
  @query("input[type=range]") private control!: HTMLInputElement | null;

  #chosen: number | null = null;

  /** The value within `min` and `max`, on a step; assigning `null` goes back to the `value` attribute or `min`. */
  get value(): number {
    return this.#fit(this.#chosen ?? Number(this.getAttribute("value") ?? Number.NaN));
  }

  @property({ type: Number })
  set value(value: unknown) {
    const number = value === null || value === undefined || value === "" ? Number.NaN : Number(value);
    const before = this.#chosen;
    this.#chosen = Number.isFinite(number) ? number : null;
    this.requestUpdate("value", before);
  }

  readPart(): number {
    return this.value;
  }

  takePart(part: unknown): unknown {
    if (part !== null && (typeof part !== "number" || !Number.isFinite(part))) return part;
    this.value = part;
    return undefined;
  }

  reset(): void {
    this.value = null;
  }

  override focus(options?: FocusOptions): void {
    this.control?.focus(options);
  }

  protected problem(): string {
    return "";
  }

  protected override render() {
    const { min, max } = this.#range();
    return html`${this.label ? html`<label for="control">${this.label}</label>` : nothing}
      <div class="row">
        <div class="track">
          ${this.secondaryProgress === null ? nothing : html`<progress aria-label="Secondary progress" max=${max - min} .value=${this.secondaryProgress - min}></progress>`}
          <input id="control" type="range" min=${min} max=${max} step=${this.#stepSize()} .value=${live(String(this.value))}
            ?disabled=${this.disabled} aria-label=${this.label ? nothing : (this.getAttribute("aria-label") ?? this.name)}
            @input=${this.#onInput} @change=${this.#onChange} />
          <div class="marks"><slot @slotchange=${this.#placeMarks}></slot></div>
        </div>
        ${this.editable ? this.#renderNumber(min, max) : html`<output for="control">${this.value}</output>`}
      </div>`;
  }

  protected override updated(): void {
    this.#placeMarks();
  }

  #renderNumber(min: number, max: number) {
    return html`<input class="number" type="number" min=${min} max=${max} step=${this.#stepSize()} .value=${live(String(this.value))}
      ?disabled=${this.disabled} aria-label=${`${this.label || this.name} as a number`} @change=${this.#onNumber}
      @input=${(event: Event) => event.stopPropagation()} />`;
  }

  #onInput(event: Event): void {
    this.value = (event.target as HTMLInputElement).value;
  }

  #onChange(event: Event): void {
    event.stopPropagation();
    this.announce("change");
  }

  #onNumber(event: Event): void {
    event.stopPropagation();
    this.value = (event.target as HTMLInputElement).value;
    this.announce("input");
    this.announce("change");
  }

  #range(): { min: number; max: number } {
    const min = Number.isFinite(this.min) ? this.min : 0;
    const max = Number.isFinite(this.max) ? this.max : 100;
    return { min, max: Math.max(min, max) };
  }

  #stepSize(): number {
    return this.step > 0 ? this.step : 1;
  }

  #fit(value: number): number {
    const { min, max } = this.#range();
    if (!Number.isFinite(value)) return min;
    const step = this.#stepSize();
    const inside = Math.min(Math.max(value, min), max);
    const snapped = Math.min(
      min + Math.round((inside - min) / step) * step,
      min + Math.floor((max - min) / step + 1e-9) * step,
    );
    return Number(snapped.toPrecision(12));
  }

  /** Labels stand at their numeric `position` on the scale, or spread evenly without one. */
  #placeMarks(): void {
    const { min, max } = this.#range();
    const labels = [...this.querySelectorAll<HTMLElement>(":scope > crowd-slider-label")];
    for (const [index, label] of labels.entries()) {
      const spread = labels.length > 1 ? index / (labels.length - 1) : 0;
      const share = positionShare(label.getAttribute("position"), min, max) ?? spread;
      label.style.setProperty("--crowd-share", `${share * 100}%`);
    }
  }
}

const NAMED_POSITIONS: Record<string, number> = {
  left: 0,
  start: 0,
  min: 0,
  center: 0.5,
  middle: 0.5,
  right: 1,
  end: 1,
  max: 1,
};

function positionShare(position: string | null, min: number, max: number): number | null {
  if (position === null || position.trim() === "") return null;
  const named = NAMED_POSITIONS[position.trim().toLowerCase()];
  if (named !== undefined) return named;
  const share = (Number(position) - min) / (max - min || 1);
  return Number.isFinite(share) ? Math.min(Math.max(share, 0), 1) : null;
}

/** A mark on the scale of a crowd-slider. */
export class CrowdSliderLabel extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host {
        grid-area: 1 / 1; justify-self: start; position: relative; left: var(--crowd-share, 0%);
        transform: translateX(calc(-1 * var(--crowd-share, 0%))); color: inherit;
      }
    `,
  ];

  protected override render() {
    return html`<slot></slot>`;
  }
}
