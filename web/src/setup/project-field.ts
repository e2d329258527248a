import { html, type LitElement, nothing, type TemplateResult } from "lit";
import { ApiRefusal } from "../app/api";
import type { Action } from "../ui/action";

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

/** What went wrong as a whole, where it is about no field or about one that the form does not have. */
export function renderUnplaced(action: Action, placed: readonly string[]): TemplateResult {
  const errors = [...fieldErrors(action.error).keys()];
  return errors.length > 0 && errors.every((field) => placed.includes(field)) ? html`` : action.renderError();
}

/** Moves the focus to the first field that is not right, also within the parts of a form. */
export async function focusFirstInvalid(form: LitElement): Promise<void> {
  await form.updateComplete;
  const parts = [...form.renderRoot.querySelectorAll<LitElement>("*")].filter(
    ({ shadowRoot }) => shadowRoot !== null,
  );
  for (const part of parts) await part.updateComplete;
  firstInvalid(form.renderRoot)?.focus();
}

function firstInvalid(root: ParentNode): HTMLElement | null {
  for (const element of root.querySelectorAll<HTMLElement>("*")) {
    if (element.getAttribute("aria-invalid") === "true") return element;
    const inner = element.shadowRoot === null ? null : firstInvalid(element.shadowRoot);
    if (inner !== null) return inner;
  }
  return null;
}
