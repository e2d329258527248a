import type {
  JudgedLabel,
  LabelVerdict,
  PreviousReview,
  ReviewedAnswer,
  ReviewedLabel,
} from "../../src/app/api";
import type { JsonObject } from "../../src/ui/json";
import { at } from "../work/assignments";

/** An answer with one label for each of its names; `standing` are earlier verdicts, by name. */
export function anAnswer(
  content: JsonObject,
  { answer = 1, standing = {} as Record<string, "approve" | "reject"> } = {},
): ReviewedAnswer {
  const labels = Object.entries(content).map(
    ([name, value]): ReviewedLabel => ({
      label: `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
      value,
      verdict: standing[name] ?? null,
      comment: "",
    }),
  );
  return { answer, content, labels };
}

export function said(
  label: string,
  verdict: "approve" | "reject",
  { comment = "", answer = 1 } = {},
): LabelVerdict {
  return { answer, label, verdict, comment };
}

/** An earlier review that rejected something. */
export function aReview(verdicts: JudgedLabel[], changes: Partial<PreviousReview> = {}): PreviousReview {
  const review = { visit: 2, stage: "Review", kind: "review", decision: "rejected", comment: "" } as const;
  return { ...review, at: at(0), verdicts, ...changes };
}
