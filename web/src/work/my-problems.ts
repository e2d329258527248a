import { html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import { labelName } from "../review/label-text";
import { PagedList } from "../ui/paged-list";
import { styles } from "../ui/styles";
import { momentText } from "../ui/time-text";
import { myListStyles } from "./my-list-styles";

interface OwnProblem {
  id: string;
  project: string;
  stage: string | null;
  title: string;
  label: string | null;
  text: string;
  created_at: string;
  answered_at: string | null;
  answered_by: string | null;
  answer: string | null;
}

/** Problems that a person reported, with the managers' answers. */
@customElement("loupe-my-problems")
export class MyProblems extends LitElement {
  static override styles = [styles, myListStyles];

  @property({ attribute: false }) portal!: Portal;
  private readonly list = new PagedList<OwnProblem>(this, () => this.portal.api, "/v1/work/problems");

  override render() {
    return this.list.render(
      (items) => html`<ul class="card" aria-label="Problems">
        ${items.map((item) => this.renderItem(item))}
      </ul>`,
      html`<div class="card empty">
        <h2>No problems reported</h2>
        <p>
          When something is wrong with a task, choose “Report a problem” there: you keep the task, and the answer of your
          managers shows here.
        </p>
      </div>`,
    );
  }

  load(): Promise<void> {
    return this.list.load();
  }

  private renderItem(item: OwnProblem) {
    const about =
      item.label === null ? "" : ` · ${item.label.startsWith("/") ? labelName(item.label) : item.label}`;
    return html`<li>
      <div class="between">
        <h3>${item.title || item.project}<span class="muted">${about}</span></h3>
        <span class="small">${item.answer === null ? "Waiting for an answer" : "Answered"}</span>
      </div>
      <p class="small muted">Reported ${momentText(item.created_at)}</p>
      <blockquote>${item.text}</blockquote>
      ${
        item.answer === null
          ? ""
          : html`<div>
            <p class="small muted">${item.answered_by ?? ""}, ${momentText(item.answered_at ?? item.created_at)}:</p>
            <blockquote>${item.answer}</blockquote>
          </div>`
      }
    </li>`;
  }
}
