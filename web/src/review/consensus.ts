import type { ReviewedAnswer } from "../app/api";
import { canonicalJson, isJsonObject, type JsonObject } from "../ui/json";
import { type FieldDifference, fieldDifferences } from "./answer-differences";
import { DecisionDraft } from "./decision-draft";
import { valueAt, withValue } from "./label-text";

const DRAFT_VERSION = 1;

/**
 * One person's decision between the answers of annotators: which one wins or, where the stage refines, a merged draft
 * of them.
 */
export class Consensus extends DecisionDraft {
  readonly fields: FieldDifference[];
  /** The answer that wins, or that the draft was last taken from as a whole. */
  private pickedAnswer: number | null = null;
  private content: JsonObject;
  private typed: JsonObject | null = null;
  private typedBefore = false;

  constructor(
    answers: ReviewedAnswer[],
    /** False where an answer is to be picked as it is. */
    readonly refines: boolean,
  ) {
    super(answers);
    this.fields = fieldDifferences(answers);
    this.content = this.mostGiven();
  }

  override get begun(): boolean {
    return this.text !== "" || this.pickedAnswer !== null || this.isChanged;
  }

  get picked(): number | null {
    return this.pickedAnswer;
  }

  /** The merged draft: at first, for each field, the value that most answers give; of several, the earliest. */
  get merged(): JsonObject {
    return this.typed ?? this.content;
  }

  /** True where the draft holds what was typed into the template, which then has to say that it is complete. */
  get edited(): boolean {
    return this.typed !== null || this.typedBefore;
  }

  /** An answer wins; where the stage refines, it becomes the draft as a whole. */
  pick(answer: number): void {
    const { content } = this.answer(answer) ?? {};
    if (content === undefined) return;
    this.pickedAnswer = answer;
    this.clearProblems();
    if (this.refines) this.replace(content, false);
    else this.changed();
  }

  /** Takes one field, by its JSON Pointer, as an answer gives it, also where that answer leaves it out. */
  take(field: string, answer: number): void {
    const given = this.answer(answer)?.content;
    if (given === undefined || !this.refines) return;
    this.pickedAnswer = null;
    this.replace(withValue(this.merged, field, valueAt(given, field)), this.edited);
  }

  /** Whether the draft has the value of this answer in a field. */
  takes(field: string, answer: number): boolean {
    const given = valueAt(this.answer(answer)?.content ?? {}, field);
    const own = valueAt(this.merged, field);
    if (given === undefined || own === undefined) return given === own;
    return canonicalJson(given) === canonicalJson(own);
  }

  /** What was typed into the template; null where it shows the draft as it was merged. */
  type(content: JsonObject | null): void {
    if (canonicalJson(content) === canonicalJson(this.typed)) return;
    this.typed = content;
    if (content !== null) this.pickedAnswer = null;
    this.changed();
  }

  /** Drops everything that was picked, taken and typed. */
  reset(): void {
    this.pickedAnswer = null;
    this.replace(this.mostGiven(), false);
  }

  /** True where the draft is another one than at first. */
  get isChanged(): boolean {
    return this.refines && canonicalJson(this.merged) !== canonicalJson(this.mostGiven());
  }

  override toDraft(): JsonObject {
    const draft: JsonObject = { consensus: DRAFT_VERSION, comment: this.text, picked: this.pickedAnswer };
    return this.isChanged ? { ...draft, merged: this.merged, edited: this.edited } : draft;
  }

  /** Takes over a draft; one that is a plain answer counts as typed into the merged draft. */
  override restore(draft: JsonObject): void {
    if (draft.consensus === DRAFT_VERSION) {
      if (typeof draft.comment === "string") this.text = draft.comment;
      if (typeof draft.picked === "number" && this.answer(draft.picked)) this.pickedAnswer = draft.picked;
      if (isJsonObject(draft.merged)) this.replace(draft.merged, draft.edited === true);
    } else if (this.refines) this.replace(draft, true);
    this.changed();
  }

  private replace(content: JsonObject, typedBefore: boolean): void {
    this.content = content;
    this.typed = null;
    this.typedBefore = typedBefore;
    this.changed();
  }

  private mostGiven(): JsonObject {
    return this.fields.reduce<JsonObject>((content, { pointer, values, agreeing }) => {
      const size = (group: number) => values.filter((each) => each.group === group).length;
      const most = values.find((each) => size(each.group) === agreeing)?.value;
      return most === undefined ? content : withValue(content, pointer, most);
    }, {});
  }
}
