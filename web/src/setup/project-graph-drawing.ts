import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { styles } from "../ui/styles";
import type { GraphCheck } from "./project-shapes";

/** A graph as the server draws it, and in words below for those who do not see it. */
@customElement("loupe-graph-drawing")
export class GraphDrawing extends LitElement {
  static override styles = [
    styles,
    css`
      .scroll {
        width: fit-content;
        max-width: 100%;
        overflow-x: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
      }

      img {
        display: block;
        max-width: none;
      }

      summary {
        padding: 0.25rem 0;
        cursor: pointer;
      }

      li {
        padding: 0.125rem 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) check: GraphCheck | null = null;
  /** Tells several drawings of one page apart. */
  @property() label = "Drawing of the graph";

  override render() {
    const { svg = null, outline = null } = this.check ?? {};
    if (svg === null || outline === null) return nothing;
    return html`<div class="stack">
      <div class="scroll" tabindex="0" role="region" aria-label=${this.label}>
        <img src=${`data:image/svg+xml,${encodeURIComponent(svg)}`} alt="The graph, described in words below" />
      </div>
      <details>
        <summary>The graph in words</summary>
        <ul>
          <li>Tasks start in ${outline.start}.</li>
          ${outline.stages.map(
            (stage) => html`<li>
              <strong>${stage.name}</strong> (${stage.type.replaceAll("_", " ")}${stage.team ? `, team ${stage.team}` : ""})
              ${Object.entries(stage.pathways)
                .map(([pathway, target]) => `${pathway} → ${target}`)
                .join("; ")}
            </li>`,
          )}
        </ul>
      </details>
    </div>`;
  }
}
