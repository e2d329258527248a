import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../ui/error-notice";
import "./kept-answer";
import type { JsonObject } from "../ui/json";
import { styles } from "../ui/styles";
import type { WorkWords } from "./work-words";

/** The page of a task that does not show: on its way in or out, or failed. */
export type WorkStatus =
  | { name: "opening" }
  | { name: "open-failed"; error: unknown }
  | { name: "on-its-way" }
  | { name: "arrived" }
  | { name: "moving-on" }
  | { name: "no-next"; error: unknown };

/** Says what happens to a task that is not shown; fires `open`, `take-next` and `leave` for the ways on. */
@customElement("loupe-work-status")
export class WorkStatusPage extends LitElement {
  static override styles = [
    styles,
    css`
      :host {
        width: min(44rem, 100%);
        margin: 0 auto;
        padding: 2rem 1rem;
      }
    `,
  ];

  @property({ attribute: false }) status!: WorkStatus;
  @property({ attribute: false }) words!: WorkWords;
  /** What was typed and could not be handed in, to be copied. */
  @property({ attribute: false }) kept: JsonObject | null = null;

  override render() {
    return html`<div class="stack">
      <h1 tabindex="-1">${this.heading()}</h1>
      ${this.renderContent()}
    </div>`;
  }

  override focus(): void {
    this.renderRoot.querySelector("h1")?.focus();
  }

  private heading(): string {
    if (this.status.name === "opening") return "Opening your task…";
    return this.status.name === "open-failed" ? "This task cannot be opened" : this.words.handedIn;
  }

  private renderContent() {
    switch (this.status.name) {
      case "opening":
        return html`<p class="muted" role="status">One moment.</p>`;
      case "moving-on":
        return html`<p class="muted" role="status">Taking the next task…</p>`;
      case "open-failed":
        return html`<loupe-error .error=${this.status.error}></loupe-error>
          ${this.kept === null ? nothing : html`<loupe-kept-answer .content=${this.kept} what=${this.words.noun}></loupe-kept-answer>`}
          ${this.renderWays("Try again", "open")}`;
      case "on-its-way":
        return html`<p>
            Your ${this.words.noun} is kept on this device and sent as soon as the server can be reached.
          </p>
          ${this.renderWays("Take the next task", "take-next")}`;
      case "arrived":
        return html`<p role="status">The server has your ${this.words.noun}.</p>
          ${this.renderWays("Take the next task", "take-next")}`;
      case "no-next":
        return html`<p>Your ${this.words.noun} is kept and on its way. The next task could not be taken yet.</p>
          <loupe-error .error=${this.status.error}></loupe-error>
          ${this.renderWays("Try again", "take-next")}`;
    }
  }

  private renderWays(text: string, event: "open" | "take-next") {
    return html`<div class="row">
      <button class="primary" @click=${() => this.say(event)}>${text}</button>
      <button @click=${() => this.say("leave")}>Back to My work</button>
    </div>`;
  }

  private say(event: "open" | "take-next" | "leave"): void {
    this.dispatchEvent(new Event(event));
  }
}
