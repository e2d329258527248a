import type { HandIn } from "../app/api";
import { Consensus } from "./consensus";
import { DecisionDesk, type DecisionDeskParts } from "./decision-desk";
import { MergeEditor } from "./merge-editor";

const NOTHING_PICKED = "Pick the answer that wins, or say that there is no consensus.";

/** Where a person decides between the answers of annotators: which one wins, what they agree on, or that they do not. */
export class ConsensusDesk extends DecisionDesk {
  override readonly draft: Consensus;
  override readonly editor: MergeEditor;

  constructor(parts: DecisionDeskParts) {
    super(parts);
    this.draft = new Consensus(this.assignment.answers, this.assignment.decision !== "determine");
    this.editor = new MergeEditor(this.draft, parts.frame, parts.clock);
    this.draft.addEventListener("change", this.changed);
  }

  override async approve(): Promise<void> {
    await this.attempt(() => (this.draft.refines ? this.refined() : this.determined()));
  }

  override async reject(): Promise<void> {
    await this.attempt(
      async (): Promise<HandIn> => ({ action: "reject", comment: this.comment, label_verdicts: [] }),
    );
  }

  private async determined(): Promise<HandIn | null> {
    const { picked } = this.draft;
    if (picked === null) {
      this.draft.complain(NOTHING_PICKED);
      return null;
    }
    const content = this.draft.answer(picked)?.content ?? {};
    return { action: "approve", comment: this.comment, label_verdicts: [], content, answer: picked };
  }

  private async refined(): Promise<HandIn | null> {
    const content = await this.editor.finished();
    if (content === null) return null;
    return { action: "approve", comment: this.comment, label_verdicts: [], content };
  }

  private get comment(): string {
    return this.draft.comment.trim();
  }
}
