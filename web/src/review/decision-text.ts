import { isJsonObject, type Json, type JsonObject } from "../ui/json";
import { labelName } from "./label-text";

/** A draft of a decision as text for people to copy; null for what is no such draft. */
export function decisionText(draft: JsonObject): string | null {
  if (draft.review === undefined && draft.consensus === undefined) return null;
  const lines = [
    ...(typeof draft.comment === "string" && draft.comment !== "" ? [`Comment: ${draft.comment}`] : []),
    ...(Array.isArray(draft.verdicts) ? draft.verdicts.map(verdictText) : []),
    ...(typeof draft.picked === "number" ? [`Picked: answer ${draft.picked}`] : []),
    ...editTexts(draft.edits),
    ...(isJsonObject(draft.merged) ? [`Merged: ${JSON.stringify(draft.merged, null, 2)}`] : []),
  ];
  return lines.join("\n");
}

function verdictText(said: Json): string {
  if (!isJsonObject(said)) return "";
  const word = { approve: "approved", reject: "rejected" }[String(said.verdict)] ?? "no verdict";
  const comment = said.comment === "" ? "" : `: ${said.comment}`;
  return `${labelName(String(said.label))} (answer ${said.answer}): ${word}${comment}`;
}

function editTexts(edits: Json | undefined): string[] {
  if (!isJsonObject(edits)) return [];
  return Object.entries(edits).map(
    ([answer, content]) => `Answer ${answer} as changed: ${JSON.stringify(content, null, 2)}`,
  );
}
