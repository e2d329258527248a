import { html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { labelName } from "../review/label-text";
import { Action } from "../ui/action";
import { PagedList } from "../ui/paged-list";
import { styles } from "../ui/styles";
import { momentText } from "../ui/time-text";
import { myListStyles } from "./my-list-styles";

interface ReturnedWork {
  assignment_id: string;
  project: string;
  stage: string;
  title: string;
  returned_at: string;
  reserved_until: string | null;
  held: boolean;
  comment: string;
  verdicts: { label: string; comment: string }[];
}

/** Rework that waits for its author, with what the reviewer said; fires `told` (detail: text). */
@customElement("loupe-my-returned")
export class MyReturned extends LitElement {
  static override styles = [styles, myListStyles];

  @property({ attribute: false }) portal!: Portal;
  private readonly list = new PagedList<ReturnedWork>(this, () => this.portal.api, "/v1/work/returned");
  private readonly taking = new Action(this);

  override render() {
    return html`${this.taking.renderError()}
    ${this.list.render(
      (items) => html`<ul class="card" aria-label="Returned">
        ${items.map((item) => this.renderItem(item))}
      </ul>`,
      html`<div class="card empty">
        <h2>Nothing came back</h2>
        <p>What a reviewer sends back to you waits here, with their comments, until you have reworked it.</p>
      </div>`,
    )}`;
  }

  load(): Promise<void> {
    return this.list.load();
  }

  private renderItem(item: ReturnedWork) {
    const name = item.title || item.project;
    return html`<li>
      <div class="between">
        <div>
          <h3>${name} <span class="muted">· ${item.stage}</span></h3>
          <p class="small muted">
            Returned ${momentText(item.returned_at)}${
              item.reserved_until === null
                ? nothing
                : html` · reserved for you until ${momentText(item.reserved_until)}`
            }
          </p>
        </div>
        <button
          class="primary"
          aria-label=${`${item.held ? "Resume" : "Rework"} ${name}`}
          ?disabled=${this.taking.busy}
          @click=${() => this.taking.run(() => this.take(item))}
        >
          ${item.held ? "Resume" : "Rework"}
        </button>
      </div>
      ${item.comment === "" ? nothing : html`<blockquote>${item.comment}</blockquote>`}
      ${
        item.verdicts.length === 0
          ? nothing
          : html`<ul class="small">
            ${item.verdicts.map(
              ({ label, comment }) =>
                html`<li>Rejected: ${labelName(label)}${comment === "" ? "" : html`: <q>${comment}</q>`}</li>`,
            )}
          </ul>`
      }
    </li>`;
  }

  private async take({ assignment_id: id, held }: ReturnedWork): Promise<void> {
    if (!held) {
      const taken = await this.portal.api.takeReserved(id);
      if (taken === null) {
        const text = "This work is not reserved for you any more: its time was over, or the task has ended.";
        this.dispatchEvent(new CustomEvent("told", { detail: text }));
        await this.load();
        return;
      }
      this.portal.handover.giveTask(taken);
    }
    await this.portal.router.go({ name: "work", assignment: id });
  }
}
