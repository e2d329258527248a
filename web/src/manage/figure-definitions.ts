import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { partStyles } from "../ui/page-styles";

/** What the figures of a screen count, to be opened below them. */
@customElement("loupe-figure-definitions")
export class FigureDefinitions extends LitElement {
  static override styles = [
    ...partStyles,
    css`
      dl {
        display: grid;
        grid-template-columns: minmax(8rem, max-content) minmax(0, 1fr);
        gap: 0.5rem 1.5rem;
        margin-top: 0.75rem;
        font-size: 0.9375rem;
      }

      dt {
        font-weight: 600;
      }

      summary {
        min-height: 1.75rem;
        cursor: pointer;
        font-weight: 600;
      }

      @media (max-width: 30rem) {
        dl {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) definitions: readonly (readonly [word: string, meaning: string])[] = [];

  override render() {
    return html`<details class="card">
      <summary>What these figures mean</summary>
      <dl>${this.definitions.map(([word, meaning]) => html`<dt>${word}</dt><dd>${meaning}</dd>`)}</dl>
    </details>`;
  }
}
