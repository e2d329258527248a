import { html, nothing, type TemplateResult } from "lit";

/** What changed from one version of a graph to another, as the API says it. */
export interface Difference {
  start: { old: string; new: string } | null;
  added: string[];
  removed: string[];
  changed: { stage: string; fields: { field: string; old: unknown; new: unknown }[] }[];
  redirected: { stage: string; pathway: string; old: string | null; new: string | null }[];
}

interface Line {
  place: string;
  what: string;
  old: string;
  new: string;
}

export function differenceLines(difference: Difference): Line[] {
  const { start, added, removed, changed, redirected } = difference;
  return [
    ...(start === null ? [] : [{ place: "Graph", what: "start", old: start.old, new: start.new }]),
    ...added.map((stage) => ({ place: stage, what: "stage", old: "", new: "added" })),
    ...removed.map((stage) => ({ place: stage, what: "stage", old: "removed", new: "" })),
    ...changed.flatMap(({ stage, fields }) =>
      fields.map((each) => ({
        place: stage,
        what: each.field,
        old: valueText(each.old),
        new: valueText(each.new),
      })),
    ),
    ...redirected.map((way) => ({
      place: way.stage,
      what: `pathway ${way.pathway}`,
      old: way.old ?? "not drawn",
      new: way.new ?? "not drawn",
    })),
  ];
}

export function renderDifference(difference: Difference, old: number, now: number): TemplateResult {
  const lines = differenceLines(difference);
  if (lines.length === 0) return html`<p>Nothing differs but the order of the stages.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Differences">
    <table>
      <caption class="visually-hidden">What changed from version ${old} to version ${now}</caption>
      <thead>
        <tr>
          <th scope="col">Stage</th>
          <th scope="col">What</th>
          <th scope="col">Version ${old}</th>
          <th scope="col">Version ${now}</th>
        </tr>
      </thead>
      <tbody>
        ${lines.map(
          (line) => html`<tr>
            <th scope="row">${line.place}</th>
            <td>${line.what}</td>
            <td>${line.old === "" ? nothing : html`<del>${line.old}</del>`}</td>
            <td>${line.new === "" ? nothing : html`<ins>${line.new}</ins>`}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "not set";
  return typeof value === "string" ? value || "empty" : JSON.stringify(value);
}
