import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { partStyles } from "../ui/page-styles";
import { STATUS_WORDS, STATUSES, type Worker } from "./overview-shapes";
import { askFor, CONDITIONS, conditionOf, isNarrowed, ORDERS, withoutFilter } from "./queue-filter";

/** Which tasks the queue shows; fires `filter` (detail: changes of the address). */
@customElement("loupe-queue-filters")
export class QueueFilters extends LitElement {
  static override styles = [
    ...partStyles,
    css`
      form {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(8.25rem, 100%), 1fr));
        gap: 0.75rem;
        align-items: end;
      }

      .range {
        display: flex;
        gap: 0.5rem;
        align-items: center;
      }

      fieldset {
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }

      legend {
        padding: 0;
        margin-bottom: 0.25rem;
        font-size: 0.9375rem;
        font-weight: 550;
      }
    `,
  ];

  @property({ attribute: false }) address = new URLSearchParams();
  @property({ attribute: false }) stages: string[] = [];
  @property({ attribute: false }) workers: Worker[] = [];

  override render() {
    const { address } = this;
    return html`<form class="card" role="search" aria-label="Filter" @submit=${this.keep} @change=${this.changed}>
      <div>
        <label for="name">Name or id</label>
        <input id="name" name="name" type="search" maxlength="255" .value=${address.get("name") ?? ""} />
      </div>
      <div>
        <label for="status">Status</label>
        <select id="status" name="status" .value=${address.get("status") ?? ""}>
          ${this.renderChoices(
            [
              ["", "Unfinished"],
              ...STATUSES.map((status) => [status, STATUS_WORDS[status] ?? status] as const),
              ["all", "All"],
            ],
            address.get("status") ?? "",
          )}
        </select>
      </div>
      <div>
        <label for="stage">Stage</label>
        <select id="stage" name="stage">
          ${this.renderChoices(
            [["", "Any"], ...this.stages.map((stage) => [stage, stage] as const)],
            address.get("stage") ?? "",
          )}
        </select>
      </div>
      <div>
        <label for="condition">Only</label>
        <select id="condition" name="condition">
          ${this.renderChoices([["", "Whatever it waits for"], ...CONDITIONS], conditionOf(address))}
        </select>
      </div>
      <div>
        <label for="person">Assigned to</label>
        <select id="person" name="person">
          ${this.renderChoices(
            [
              ["", "Anybody or nobody"],
              ...this.workers.map(({ email, name }) => [email, `${name} (${email})`] as const),
            ],
            address.get("person") ?? "",
          )}
        </select>
      </div>
      <fieldset>
        <legend>Priority</legend>
        <div class="range">
          ${this.renderPriority("priority_from", "From")} – ${this.renderPriority("priority_to", "To")}
        </div>
      </fieldset>
      <div>
        <label for="order">Order</label>
        <select id="order" name="order">
          ${this.renderChoices(ORDERS, address.get("order") ?? "priority")}
        </select>
      </div>
      ${
        isNarrowed(address)
          ? html`<div><button type="button" @click=${() => this.tell(withoutFilter())}>Show all unfinished</button></div>`
          : ""
      }
    </form>`;
  }

  private renderChoices(options: readonly (readonly [value: string, word: string])[], chosen: string) {
    const known = options.some(([value]) => value === chosen);
    return html`${options.map(
      ([value, word]) => html`<option value=${value} ?selected=${value === chosen}>${word}</option>`,
    )}${known ? "" : html`<option value=${chosen} selected>${chosen}</option>`}`;
  }

  private renderPriority(name: string, word: string) {
    return html`<input
      name=${name}
      type="number"
      min="0"
      max="100"
      inputmode="numeric"
      aria-label=${`Priority ${word.toLowerCase()}`}
      placeholder=${word}
      .value=${this.address.get(name) ?? ""}
    />`;
  }

  private keep(event: Event): void {
    event.preventDefault();
    this.changed(event);
  }

  private changed(event: Event): void {
    const form = event.currentTarget as HTMLFormElement;
    if (!form.reportValidity()) return;
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? "").trim() || null;
    const order = text("order");
    this.tell({
      name: text("name"),
      status: text("status"),
      stage: text("stage"),
      person: text("person"),
      priority_from: text("priority_from"),
      priority_to: text("priority_to"),
      order: order === "priority" ? null : order,
      ...askFor(text("condition") ?? ""),
    });
  }

  private tell(changes: Record<string, string | null>): void {
    this.dispatchEvent(new CustomEvent("filter", { detail: changes }));
  }
}
