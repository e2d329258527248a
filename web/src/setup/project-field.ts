import { html, nothing, type TemplateResult } from "lit";
import { ApiRefusal } from "../app/api";

export type FieldErrors = ReadonlyMap<string, string>;

/** What the server says about each field; nothing for an error that is about no field. */
export function fieldErrors(error: unknown): FieldErrors {
  const errors = new Map<string, string>();
  if (!(error instanceof ApiRefusal)) return errors;
  for (const { field, message } of error.problem.errors)
    errors.set(field, errors.has(field) ? `${errors.get(field)}; ${message}` : message);
  return errors;
}

/** Ids of what describes a field, for `aria-describedby`: its hint and, where there is one, its error. */
export function describedBy(
  id: string,
  errors: FieldErrors,
  field: string,
  hint = true,
): string | typeof nothing {
  const ids = [...(hint ? [`${id}-hint`] : []), ...(errors.has(field) ? [`${id}-error`] : [])];
  return ids.length === 0 ? nothing : ids.join(" ");
}

export function renderFieldError(
  id: string,
  errors: FieldErrors,
  field: string,
): TemplateResult | typeof nothing {
  const message = errors.get(field);
  return message === undefined ? nothing : html`<p class="field-error" id=${`${id}-error`}>${message}</p>`;
}
