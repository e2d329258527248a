import { css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { isRecord, without } from "./answer-source";
import { CategoryElement, SingleCategoryElement } from "./category-element";
import { renderLegend, renderOverlay, type Size } from "./image-overlay";
import { looseJson } from "./loose-json";

/** An image and one category for it, with an optional comment; answers `{name: {label, workerComment?}}`. */
export class CrowdImageClassifier extends SingleCategoryElement {
  static override styles = [
    ...CategoryElement.styles,
    css`
      figure { position: relative; margin: 0; width: fit-content; max-width: 100%; }
      figure > img { display: block; max-width: 100%; min-height: 24px; }
      .mask, .boxes { position: absolute; inset: 0; width: 100%; height: 100%; }
      .mask { opacity: 0.5; }
      .box { position: absolute; border: 3px solid; outline: 1px solid #fff; }
      .box span { position: absolute; left: -3px; bottom: 100%; padding: 0 6px; font-size: 0.8125rem; font-weight: 600;
        white-space: nowrap; color: #fff; background: rgb(0 0 0 / 0.75); }
      .legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 0 0; padding: 0; list-style: none; font-size: 0.875rem; }
      .swatch { display: inline-block; width: 14px; height: 14px; margin-inline-end: 6px; vertical-align: -2px; border: 1px solid var(--crowd-line-strong); }
      .comment { margin-top: 12px; }
      [hidden] { display: none; }
    `,
  ];

  @property() src = "";
  @property({ converter: looseJson("overlay") }) overlay: unknown = undefined;
  @state() private natural: Size | null = null;
  @state() private imageFailed = false;
  @state() private comment = "";
  @state() private commentOpen = false;

  override get value(): Record<string, unknown> {
    return this.readPart();
  }

  override set value(value: unknown) {
    super.value = value;
    this.comment = isRecord(value) && typeof value.workerComment === "string" ? value.workerComment : "";
  }

  override readPart(): Record<string, unknown> {
    const part = super.readPart();
    return this.comment === "" ? part : { ...part, workerComment: this.comment };
  }

  override takePart(part: unknown): unknown {
    if (!isRecord(part) || typeof part.workerComment !== "string") {
      const rest = super.takePart(part);
      if (rest !== part) this.comment = "";
      return rest;
    }
    this.comment = part.workerComment;
    const others = without(part, "workerComment");
    return super.takePart(others ?? null);
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("src")) return;
    this.natural = null;
    this.imageFailed = false;
  }

  protected override renderTarget() {
    return html`<figure>
        <img src=${this.src || nothing} alt=${this.header || "Image to classify"} @load=${this.#onLoad} @error=${() => (this.imageFailed = true)} />
        ${renderOverlay(this.overlay, this.natural)}
      </figure>
      ${this.imageFailed ? html`<p class="error" role="alert">The image could not be loaded.</p>` : nothing}
      ${renderLegend(this.overlay)}
      <slot name="classification-target"></slot><slot></slot>`;
  }

  protected override renderBelowCategories() {
    const settings = this.slots.child("worker-comment");
    if (!settings) return nothing;
    const open = this.commentOpen || this.comment !== "";
    return html`<div class="comment">
      <button type="button" class="link" ?hidden=${open} @click=${this.#openComment}>${settings.getAttribute("link-text") || "Add a comment"}</button>
      <div ?hidden=${!open}>
        <label for="comment">${settings.getAttribute("header") || "Add a comment."}</label>
        <textarea id="comment" rows="3" .value=${live(this.comment)} placeholder=${settings.getAttribute("placeholder") ?? ""}
          ?disabled=${this.disabled} @input=${this.#onComment} @change=${this.#onCommentDone}></textarea>
      </div>
    </div>`;
  }

  #onLoad(event: Event): void {
    const image = event.target as HTMLImageElement;
    this.imageFailed = false;
    this.natural = { width: image.naturalWidth, height: image.naturalHeight };
  }

  async #openComment(): Promise<void> {
    this.commentOpen = true;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("#comment")?.focus();
  }

  #onComment(event: Event): void {
    this.comment = (event.target as HTMLTextAreaElement).value;
  }

  #onCommentDone(event: Event): void {
    event.stopPropagation();
    this.announce("change");
  }
}
