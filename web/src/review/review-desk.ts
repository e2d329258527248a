import type { HandIn } from "../app/api";
import { AnswerEditor } from "./answer-editor";
import { DecisionDesk, type DecisionDeskParts } from "./decision-desk";
import { Review } from "./review";

/** Where a person reviews a task: approves its labels, as they are or edited, or sends them back. */
export class ReviewDesk extends DecisionDesk {
  override readonly draft: Review;
  override readonly editor: AnswerEditor;

  constructor(parts: DecisionDeskParts) {
    super(parts);
    this.draft = new Review(this.assignment.answers);
    this.editor = new AnswerEditor(this.draft, parts.frame, parts.clock);
    this.draft.addEventListener("change", this.changed);
    this.editor.addEventListener("change", this.changed);
  }

  override async approve({ all = false } = {}): Promise<void> {
    await this.attempt(async (): Promise<HandIn | null> => {
      const finished = await this.editor.finished();
      if (finished.name === "invalid") return null;
      const approval = this.draft.approval(all, finished.edited);
      return approval === null ? null : { action: "approve", ...approval };
    });
  }

  override async reject(): Promise<void> {
    await this.attempt(async (): Promise<HandIn | null> => {
      const rejection = this.draft.rejection();
      return rejection === null ? null : { action: "reject", ...rejection };
    });
  }
}
