import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import "../ui/error-notice";
import { styles } from "../ui/styles";
import type { InstructionSection } from "./instructions";

/** A stage's instructions beside the task: short, full, good and bad examples; fires `close`. */
@customElement("loupe-instructions")
export class InstructionsPanel extends LitElement {
  static override styles = [
    styles,
    css`
      .head {
        display: flex;
        gap: 0.5rem;
        align-items: center;
        justify-content: space-between;
      }

      section {
        padding-left: 0.75rem;
        border-left: 4px solid var(--line);
        overflow-wrap: anywhere;
      }

      .good {
        border-left-color: var(--success);
      }

      .bad {
        border-left-color: var(--danger);
      }

      section :is(img, video, audio) {
        max-width: 100%;
      }

      section :is(p, ul, ol, pre, table) {
        margin: 0 0 0.5rem;
      }

      section :is(ul, ol) {
        padding-left: 1.25rem;
        list-style: revert;
      }

      section pre {
        overflow-x: auto;
        white-space: pre-wrap;
      }

      .close {
        min-width: 2.25rem;
        padding: 0;
        font-size: 1.25rem;
      }
    `,
  ];

  @property() text = "";
  @state() private sections: InstructionSection[] | null = null;
  @state() private error: unknown = null;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("text")) void this.read();
  }

  override render() {
    return html`<aside class="card stack" aria-labelledby="heading" tabindex="-1">
      <div class="head">
        <h2 id="heading">Instructions</h2>
        <button class="plain close" aria-label="Close the instructions" @click=${this.close}>×</button>
      </div>
      ${this.error === null ? nothing : html`<loupe-error .error=${this.error}></loupe-error>`}
      ${this.sections === null && this.error === null ? html`<p class="muted" role="status">Loading…</p>` : nothing}
      ${(this.sections ?? []).map((section) => this.renderSection(section))}
    </aside>`;
  }

  override focus(): void {
    this.renderRoot.querySelector("aside")?.focus();
  }

  private renderSection({ name, title, html: content }: InstructionSection) {
    const alone = this.sections?.length === 1;
    return html`<section class=${name} aria-label=${title}>
      ${alone ? nothing : html`<h3>${title}</h3>`}
      <div>${unsafeHTML(content)}</div>
    </section>`;
  }

  // The reader of Markdown is only loaded where there are instructions.
  private async read(): Promise<void> {
    try {
      const { instructionSections } = await import("./instructions");
      this.sections = instructionSections(this.text);
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  private close(): void {
    this.dispatchEvent(new Event("close"));
  }
}
