import { css, html, LitElement, nothing } from "lit";
import { property } from "lit/decorators.js";
import { baseStyles } from "./field-styles";
import { icon } from "./icons";
import { looseBoolean } from "./loose-json";

const KINDS: Record<string, { icon: string; name: string }> = {
  info: { icon: "info", name: "Information" },
  success: { icon: "check", name: "Success" },
  warning: { icon: "warning", name: "Warning" },
  error: { icon: "error", name: "Error" },
};

/** A message to the person: type info (default), success, warning or error. */
export class CrowdAlert extends LitElement {
  static override styles = [
    baseStyles,
    css`
      :host { margin: 0 0 16px; }
      div { display: flex; align-items: flex-start; gap: 12px; padding: 12px 16px; border-radius: var(--crowd-radius);
        border: 1px solid currentColor; color: var(--crowd-accent); background: var(--crowd-accent-soft); }
      .success { color: var(--crowd-success); background: var(--crowd-success-soft); }
      .warning { color: var(--crowd-warning); background: var(--crowd-warning-soft); }
      .error { color: var(--crowd-error); background: var(--crowd-error-soft); }
      span { flex: 1; color: var(--crowd-ink); }
      .icon { flex: none; margin-top: 2px; }
      button { flex: none; display: grid; place-items: center; width: 28px; height: 28px; padding: 0; color: inherit; background: none; border: 0; border-radius: 4px; cursor: pointer; }
    `,
  ];

  @property() type = "info";
  @property({ converter: looseBoolean }) dismissible = false;

  protected override render() {
    const kind = this.type in KINDS ? this.type : "info";
    const { icon: shape, name } = KINDS[kind] as { icon: string; name: string };
    return html`<div class=${kind} role=${kind === "error" || kind === "warning" ? "alert" : "status"} aria-label=${name}>
      ${icon(shape)}<span><slot></slot></span>
      ${this.dismissible ? html`<button type="button" aria-label="Dismiss" @click=${() => this.remove()}>${icon("close")}</button>` : nothing}
    </div>`;
  }
}
