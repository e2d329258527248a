import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { JsonObject } from "../ui/json";
import { styles } from "../ui/styles";

/** Parts of an earlier answer for which the template has no element. */
@customElement("loupe-unplaced-parts")
export class UnplacedParts extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        display: flex;
      }

      aside {
        flex: 1;
        overflow: auto;
      }

      dt {
        font-weight: 600;
      }

      dd + dt {
        margin-top: 0.75rem;
      }

      pre {
        margin: 0.25rem 0 0;
        padding: 0.5rem;
        border-radius: var(--radius-small);
        background: var(--sunken);
        font: 0.8125rem / 1.5 var(--mono);
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }

      @media (max-width: 48rem) {
        :host {
          flex: none;
          max-height: 14rem;
        }
      }
    `,
  ];

  @property({ attribute: false }) parts: JsonObject = {};
  /** True where the answer is somebody else's, to be reviewed. */
  @property({ type: Boolean }) decides = false;

  override render() {
    return html`<aside class="card stack" aria-labelledby="unplaced" tabindex="0">
      <div>
        <h2 id="unplaced">Earlier parts without a field</h2>
        <p class="small muted">
          This task has no field for them.
          ${this.decides ? "They stay as they are." : "They stay in your draft and are not submitted."}
        </p>
      </div>
      <dl>
        ${Object.entries(this.parts).map(
          ([name, value]) => html`<dt>${name}</dt>
            <dd><pre>${typeof value === "string" ? value : JSON.stringify(value, null, 2)}</pre></dd>`,
        )}
      </dl>
    </aside>`;
  }
}
