import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Portal } from "../app/portal";
import "./ask-first";
import { formPartStyles } from "./project-form-styles";
import { projectPath } from "./project-shapes";

/** Deletes a project once it is asked for twice, and leads to the others. */
@customElement("loupe-project-deletion")
export class ProjectDeletion extends LitElement {
  static override styles = formPartStyles;

  @property({ attribute: false }) portal!: Portal;
  @property() project = "";
  @state() private asking = false;

  override render() {
    return html`<section class="card stack" aria-labelledby="deletion">
        <h2 id="deletion">Delete</h2>
        <p class="muted">
          It takes no new tasks, those that are not finished are cancelled, and its tasks and labels are not listed any
          more. What was written to its output location stays. Export its labels first if you need them.
        </p>
        <div>
          <button
            class="danger"
            type="button"
            @click=${() => {
              this.asking = true;
            }}
          >
            Delete project…
          </button>
        </div>
      </section>
      ${
        this.asking
          ? html`<loupe-ask-first
            heading=${`Delete the project ${this.project}?`}
            text="Work on its tasks is withdrawn from everybody, and cannot be brought back."
            verb="Delete project"
            .run=${() => this.delete()}
            @close=${() => {
              this.asking = false;
            }}
          ></loupe-ask-first>`
          : nothing
      }`;
  }

  private async delete(): Promise<void> {
    await this.portal.api.send("DELETE", projectPath(this.project));
    this.portal.announcer.say(`The project ${this.project} is being deleted.`);
    await this.portal.router.goTo("/projects");
  }
}
