import type { LabelVerdict, ReviewedAnswer, ReviewedLabel } from "../../src/app/api";
import type { JsonObject } from "../../src/app/json";

/** An answer with one label for each of its names; `standing` are earlier verdicts, by name. */
export function anAnswer(
  content: JsonObject,
  { answer = 1, standing = {} as Record<string, "approve" | "reject"> } = {},
): ReviewedAnswer {
  const labels = Object.entries(content).map(
    ([name, value]): ReviewedLabel => ({
      label: `/${name}`,
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
