import { html } from "lit";
import { customElement, query } from "lit/decorators.js";
import "./answer-picker";
import "./decision-form";
import type { Hotkey } from "../app/hotkeys";
import { styles } from "../ui/styles";
import { overallAgreement } from "./answer-differences";
import type { ConsensusDesk } from "./consensus-desk";
import type { DecisionForm, DecisionWay } from "./decision-form";
import { decisionPanelStyles } from "./decision-panel-styles";
import { DeskPart } from "./desk-part";

const MOST_DIGITS = 9;

/** How far annotators agree, and the ways to decide between their answers. */
@customElement("loupe-decision-panel")
export class DecisionPanel extends DeskPart<ConsensusDesk> {
  static override styles = [styles, decisionPanelStyles];

  @query("loupe-decision-form") private form!: DecisionForm;

  override render() {
    const { draft } = this.desk;
    return html`<section class="card stack" aria-labelledby="heading">
      <div>
        <h2 id="heading">Decide between ${draft.answers.length} answers</h2>
        <p class="small muted">${draft.refines ? REFINE : DETERMINE}</p>
      </div>
      <p>${this.agreementText()}</p>
      <loupe-answer-picker
        .answers=${draft.answers.map(({ answer }) => answer)}
        .shown=${draft.picked ?? 0}
        @pick=${(event: CustomEvent<number>) => this.pick(event.detail)}
      ></loupe-answer-picker>
      <p class="small" role="status">${this.stateText()}</p>
      <loupe-decision-form
        .portal=${this.portal}
        .desk=${this.desk}
        ?enabled=${this.enabled}
        .ways=${this.ways()}
        submitLabel=${draft.refines ? "Hand in the merged draft as agreed" : "Hand in the answer that wins"}
        rejectLabel="No consensus: go to the comment"
      ></loupe-decision-form>
    </section>`;
  }

  private ways(): DecisionWay[] {
    const { draft } = this.desk;
    const { rejects } = draft;
    const agreed = draft.refines
      ? "Agreed"
      : draft.picked === null
        ? "Hand in winner"
        : `Answer ${draft.picked} wins`;
    return [
      { text: agreed, hotkey: "", look: rejects ? "" : "primary", run: () => void this.desk.approve() },
      {
        text: "No consensus",
        hotkey: "reject",
        look: rejects ? "danger" : "",
        run: () => void this.desk.reject(),
      },
    ];
  }

  protected override hotkeys(): Hotkey[] {
    const { answers, refines } = this.desk.draft;
    return answers.slice(0, MOST_DIGITS).map(
      ({ answer }, index): Hotkey => ({
        id: `answer-${answer}`,
        keys: [String(index + 1)],
        label: refines ? `Take answer ${answer} as the draft` : `Pick answer ${answer}`,
        run: () => this.pick(answer),
      }),
    );
  }

  private pick(answer: number): void {
    this.form.ifEnabled(() => {
      void this.desk.editor.pick(answer);
      this.portal.announcer.say(this.stateText());
    });
  }

  private agreementText(): string {
    const { fields, answers } = this.desk.draft;
    const share = Math.round(100 * overallAgreement(fields, answers.length));
    const differing = fields.filter(({ agreeing }) => agreeing < answers.length).length;
    return `Agreement ${share} %: ${differing} of ${fields.length} ${fields.length === 1 ? "field differs" : "fields differ"}.`;
  }

  private stateText(): string {
    const { picked, refines, isChanged, edited } = this.desk.draft;
    if (!refines) return picked === null ? "No answer is picked yet." : `Answer ${picked} is picked.`;
    if (picked !== null) return `The draft is answer ${picked}.`;
    if (edited) return "You changed the draft in the task.";
    return isChanged ? "You merged the draft." : "The draft holds what most answers say.";
  }

  protected override blocked(): void {
    if (this.desk.draft.problems.length > 0) this.form.focus();
  }
}

const DETERMINE = "Compare the answers and pick the one that wins; it is taken as it is.";
const REFINE =
  "Take an answer as a whole, take values field by field, or change the merged draft in the task.";
