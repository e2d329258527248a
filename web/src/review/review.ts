import type {
  Approval,
  EditedAnswer,
  LabelVerdict,
  Problem,
  Rejection,
  ReviewedLabel,
  Verdict,
} from "../app/api";
import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../ui/json";
import { DecisionDraft } from "./decision-draft";
import { labelName, placeOf, valueAt } from "./label-text";

/** What a reviewer says of one label; null until they decide. */
export interface Judgement {
  verdict: Verdict | null;
  comment: string;
}

const UNDECIDED: Judgement = { verdict: null, comment: "" };
const DRAFT_VERSION = 1;

/** One person's review of the answers of a task: the verdicts so far, what was changed, and what was refused. */
export class Review extends DecisionDraft {
  private said = new Map<string, Judgement>();
  private labelProblems = new Map<string, string>();
  private changedAnswers = new Map<number, JsonObject>();

  /** True where the work will be rejected: the person is about to, or has rejected a label. */
  override get rejects(): boolean {
    return super.rejects || this.judged().some(({ verdict }) => verdict === "reject");
  }

  override set rejects(on: boolean) {
    super.rejects = on;
  }

  override get begun(): boolean {
    return this.text !== "" || this.said.size > 0 || this.changedAnswers.size > 0;
  }

  /** Answers that the person changed, by number, as drafts. */
  get edits(): ReadonlyMap<number, JsonObject> {
    return this.changedAnswers;
  }

  edit(answer: number, content: JsonObject | null): void {
    const before = this.changedAnswers.get(answer) ?? null;
    if (canonicalJson(before) === canonicalJson(content)) return;
    if (content === null) this.changedAnswers.delete(answer);
    else this.changedAnswers.set(answer, content);
    this.changed();
  }

  /** Whether the person changed what a label says. */
  isEdited(answer: number, { label, value }: ReviewedLabel): boolean {
    const now = valueAt(this.changedAnswers.get(answer) ?? {}, label);
    return now !== undefined && canonicalJson(now) !== canonicalJson(value);
  }

  judgement(answer: number, label: string): Judgement {
    return this.said.get(labelKey(answer, label)) ?? UNDECIDED;
  }

  problemOf(answer: number, label: string): string {
    return this.labelProblems.get(labelKey(answer, label)) ?? "";
  }

  judge(answer: number, label: string, judgement: Judgement): void {
    const key = labelKey(answer, label);
    if (judgement.verdict === null && judgement.comment === "") this.said.delete(key);
    else this.said.set(key, judgement);
    this.labelProblems.delete(key);
    this.changed();
  }

  /** Whether a label has a verdict: one of now, or an earlier one that still stands. */
  isJudged(answer: number, label: ReviewedLabel): boolean {
    return (this.judgement(answer, label.label).verdict ?? label.verdict) !== null;
  }

  /**
   * The approval to send with the answers that were edited, or null where something stands against it, which is then
   * shown. `all` approves also what has no verdict, and what was rejected earlier and is unchanged.
   */
  approval(all: boolean, edited: readonly EditedAnswer[]): Approval | null {
    this.clearProblems();
    const verdicts = this.verdictsOn(edited);
    for (const said of verdicts) if (said.verdict === "reject") this.refuseLabel(said, STILL_REJECTED);
    for (const said of this.standingRejections(edited)) {
      if (all) verdicts.push({ ...said, verdict: "approve", comment: "" });
      else this.refuseLabel(said, UNCHANGED_REJECTION);
    }
    if (this.labelProblems.size > 0) return this.stay();
    const approval: Approval = { comment: this.text.trim(), label_verdicts: verdicts };
    const [first, ...more] = edited;
    if (more.length > 0) approval.edits = edited;
    else if (first !== undefined) Object.assign(approval, { answer: first.answer, content: first.content });
    if (all) approval.approve_all = true;
    return approval;
  }

  /** The rejection to send, or null where something stands against it, which is then shown. */
  rejection(): Rejection | null {
    this.clearProblems();
    const verdicts = this.rejectedVerdicts();
    const comment = this.text.trim();
    if (!verdicts.some(({ verdict }) => verdict === "reject")) this.problems = [NOTHING_REJECTED];
    else if (comment === "" && verdicts.every((said) => said.verdict === "approve" || said.comment === ""))
      this.problems = [NO_COMMENT];
    return this.problems.length > 0 ? this.stay() : { comment, label_verdicts: verdicts };
  }

  /** Shows what the server refused, at the labels that it names. */
  override refuse(problem: Problem, sent: readonly LabelVerdict[]): void {
    super.refuse({ ...problem, errors: [] }, sent);
    if (problem.errors.length === 0) return;
    this.clearProblems();
    for (const { field, message } of problem.errors) {
      const labels = this.labelsNamed(field, sent);
      if (labels.length === 0) this.problems.push(`${field}: ${message}`);
      for (const label of labels) this.refuseLabel(label, capitalized(message));
    }
    this.changed();
  }

  /** An answer with a label that is marked as wrong. */
  get wrongAnswer(): number | undefined {
    const [key] = this.labelProblems.keys();
    return key === undefined ? undefined : labelOfKey(key).answer;
  }

  /** How many labels are marked as wrong after an attempt to decide. */
  get wrongLabels(): number {
    return this.labelProblems.size;
  }

  override toDraft(): JsonObject {
    return {
      review: DRAFT_VERSION,
      comment: this.text,
      verdicts: [...this.said].map(([key, { verdict, comment }]) => ({
        ...labelOfKey(key),
        verdict,
        comment,
      })),
      edits: Object.fromEntries(this.changedAnswers),
    };
  }

  /** Takes over a draft; one that is a plain answer counts as the first answer, edited. */
  override restore(draft: JsonObject): void {
    if (draft.review === DRAFT_VERSION && Array.isArray(draft.verdicts) && isJsonObject(draft.edits)) {
      if (typeof draft.comment === "string") this.text = draft.comment;
      for (const said of draft.verdicts) this.restoreVerdict(said);
      for (const [answer, content] of Object.entries(draft.edits))
        if (isJsonObject(content)) this.changedAnswers.set(Number(answer), content);
    } else if (this.answers[0] !== undefined) {
      this.changedAnswers.set(this.answers[0].answer, draft);
    }
    this.changed();
  }

  private restoreVerdict(said: Json): void {
    if (!isJsonObject(said) || typeof said.answer !== "number" || typeof said.label !== "string") return;
    const { verdict, comment } = said;
    if (verdict !== "approve" && verdict !== "reject" && verdict !== null) return;
    this.said.set(labelKey(said.answer, said.label), {
      verdict,
      comment: typeof comment === "string" ? comment : "",
    });
  }

  private judged(): LabelVerdict[] {
    return this.labels().flatMap(({ answer, label }) => {
      const { verdict, comment } = this.judgement(answer, label.label);
      return verdict === null ? [] : [{ answer, label: label.label, verdict, comment: comment.trim() }];
    });
  }

  // What the reviewer changed themselves is no longer what they judged; of equal labels one may be left.
  private verdictsOn(edited: readonly EditedAnswer[]): LabelVerdict[] {
    const verdicts = new Map<string, LabelVerdict>();
    for (const said of this.judged()) {
      const label = this.placeIn(edited, said.answer, said.label);
      if (label !== null) verdicts.set(labelKey(said.answer, label), { ...said, label });
    }
    return [...verdicts.values()];
  }

  private standingRejections(edited: readonly EditedAnswer[]): LabelVerdict[] {
    return this.labels().flatMap(({ answer, label }): LabelVerdict[] => {
      const open = label.verdict === "reject" && this.judgement(answer, label.label).verdict === null;
      const place = this.placeIn(edited, answer, label.label);
      if (!open || place === null) return [];
      return [{ answer, label: place, verdict: "reject", comment: label.comment }];
    });
  }

  // Where a label is now; null where it was changed or removed.
  private placeIn(edited: readonly EditedAnswer[], answer: number, label: string): string | null {
    const edit = edited.find((one) => one.answer === answer);
    if (edit === undefined) return label;
    const value = valueAt(this.answer(answer)?.content ?? {}, label);
    return value === undefined ? null : placeOf(edit.content, label, value);
  }

  // A rejection that names no label means the whole work: everything that was not approved.
  private rejectedVerdicts(): LabelVerdict[] {
    const judged = this.judged();
    if (judged.some(({ verdict }) => verdict === "reject")) return judged;
    const rest = this.labels().filter(({ answer, label }) =>
      judged.length === 0 ? true : !this.isJudged(answer, label),
    );
    return [
      ...judged,
      ...rest.map(({ answer, label }) => ({
        answer,
        label: label.label,
        verdict: "reject" as const,
        comment: this.judgement(answer, label.label).comment.trim(),
      })),
    ];
  }

  private labels(): { answer: number; label: ReviewedLabel }[] {
    return this.answers.flatMap(({ answer, labels }) => labels.map((label) => ({ answer, label })));
  }

  // Errors name a label ("label_verdicts /mood") or one of the verdicts that were sent ("label_verdicts.0.label").
  private labelsNamed(field: string, sent: readonly LabelVerdict[]): { answer: number; label: string }[] {
    const number = /^label_verdicts\.(\d+)/.exec(field)?.[1];
    const verdict = number === undefined ? undefined : sent[Number(number)];
    if (verdict !== undefined) return [verdict];
    const pointer = /^label_verdicts (\/.*)$/.exec(field)?.[1];
    const named = this.labels().filter(({ label }) => label.label === pointer);
    const open = named.filter(({ answer, label }) => !this.isJudged(answer, label));
    return (open.length > 0 ? open : named).map(({ answer, label }) => ({ answer, label: label.label }));
  }

  private refuseLabel({ answer, label }: { answer: number; label: string }, message: string): void {
    const known = this.answer(answer)?.labels.some((own) => own.label === label) ?? false;
    if (known) this.labelProblems.set(labelKey(answer, label), message);
    else this.problems.push(`${labelName(label)}: ${message}`);
  }

  protected override clearProblems(): void {
    super.clearProblems();
    this.labelProblems.clear();
  }

  private stay(): null {
    this.changed();
    return null;
  }
}

const STILL_REJECTED = "You rejected this label: reject the work, or approve the label.";
const UNCHANGED_REJECTION = "This was rejected earlier and is unchanged: approve it or reject it again.";
const NOTHING_REJECTED = "All labels are approved: reject the one that is wrong, or approve the work.";
const NO_COMMENT = "Say what has to change: in the comment here, or at a label that you reject.";

function capitalized(message: string): string {
  return message === "" ? message : message[0]?.toUpperCase() + message.slice(1);
}

function labelKey(answer: number, label: string): string {
  return `${answer} ${label}`;
}

function labelOfKey(key: string): { answer: number; label: string } {
  const space = key.indexOf(" ");
  return { answer: Number(key.slice(0, space)), label: key.slice(space + 1) };
}
