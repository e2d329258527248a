import { css, html, LitElement, svg } from "lit";
import { customElement, property } from "lit/decorators.js";
import { styles } from "../ui/styles";

const HEIGHT = 28;
const STEP = 4;

/** Small bars, one for each value; null is a gap, and 0 a line on the ground. `text` says the same. */
@customElement("loupe-sparkline")
export class Sparkline extends LitElement {
  static override styles = [
    styles,
    css`
      svg {
        display: block;
        width: 6rem;
        height: 1.75rem;
      }

      rect {
        fill: var(--accent);
      }

      rect.none {
        fill: var(--line);
      }
    `,
  ];

  @property({ attribute: false }) values: readonly (number | null)[] = [];
  /** What the highest bar may stand for; the highest value where it is null. */
  @property({ attribute: false }) most: number | null = null;
  @property() text = "";

  override render() {
    const most = this.most ?? Math.max(1, ...this.values.map((value) => value ?? 0));
    const width = Math.max(1, this.values.length) * STEP;
    return html`<svg role="img" aria-label=${this.text} viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none">
      ${this.values.map((value, index) => this.renderBar(value, index, most))}
    </svg>`;
  }

  private renderBar(value: number | null, index: number, most: number) {
    if (value === null) return svg``;
    const height = value === 0 ? 1 : Math.max(2, (value / most) * HEIGHT);
    return svg`<rect
      class=${value === 0 ? "none" : ""}
      x=${index * STEP + 0.5}
      y=${HEIGHT - height}
      width=${STEP - 1}
      height=${height}
    ></rect>`;
  }
}
