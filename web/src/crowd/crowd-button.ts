import { css, html, LitElement, nothing } from "lit";
import { property, query } from "lit/decorators.js";
import { buttonStyles } from "./button-styles";
import { baseStyles } from "./field-styles";
import { icon } from "./icons";
import { looseBoolean } from "./loose-json";

const CLASSES: Record<string, string> = { primary: "primary", link: "link", icon: "icon-only" };

/** A button; `form-action="submit"` or `"reset"` acts on the surrounding crowd-form, which listens for its click. */
export class CrowdButton extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`:host { display: inline-block; vertical-align: middle; }`,
  ];

  @property() variant = "normal";
  @property({ attribute: "form-action", reflect: true }) formAction: string | null = null;
  @property() href: string | null = null;
  @property() target: string | null = null;
  @property() icon = "";
  @property({ attribute: "icon-align" }) iconAlign = "left";
  @property({ attribute: "icon-url" }) iconUrl: string | null = null;
  @property({ converter: looseBoolean }) loading = false;
  @property({ reflect: true, converter: looseBoolean }) disabled = false;
  /** Set by the form while its answer is under way. */
  @property({ attribute: false }) busy = false;
  @query("button, a") private control!: HTMLElement | null;

  constructor() {
    super();
    this.addEventListener("click", (event) => this.#swallowWhenInactive(event), { capture: true });
  }

  get inactive(): boolean {
    return this.disabled || this.loading || this.busy;
  }

  override focus(options?: FocusOptions): void {
    this.control?.focus(options);
  }

  protected override render() {
    const look = CLASSES[this.variant] ?? "normal";
    const label = this.getAttribute("aria-label") ?? nothing;
    if (this.href !== null && this.formAction === null) {
      return html`<a class="button ${look}" href=${this.href} target=${this.target ?? nothing} rel="noopener noreferrer" aria-label=${label}>${this.#content()}</a>`;
    }
    return html`<button type="button" class=${look} ?disabled=${this.inactive} aria-busy=${this.loading || this.busy} aria-label=${label}>${this.#content()}</button>`;
  }

  #content() {
    const picture = this.iconUrl
      ? html`<img src=${this.iconUrl} alt="" width="20" height="20" />`
      : icon(this.icon);
    const shown =
      this.loading || this.busy ? html`<span class="spinner" aria-hidden="true"></span>` : picture;
    return this.iconAlign === "right" ? html`<slot></slot>${shown}` : html`${shown}<slot></slot>`;
  }

  #swallowWhenInactive(event: Event): void {
    if (!this.inactive) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
