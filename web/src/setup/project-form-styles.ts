import { css } from "lit";
import { partStyles } from "../ui/page-styles";

/** What the forms of project set-up have beside the look of all pages. */
export const formStyles = css`
  .field-error {
    margin-top: 0.25rem;
    color: var(--danger);
    font-size: 0.875rem;
    font-weight: 550;
    overflow-wrap: anywhere;
  }

  [aria-invalid="true"] {
    border-color: var(--danger) !important;
  }

  .code {
    min-height: 16rem;
    font: 0.8125rem / 1.5 var(--mono) !important;
    tab-size: 2;
  }

  .side-by-side {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr));
    gap: 1.25rem;
    align-items: start;
  }

  .side-by-side > * {
    min-width: 0;
  }

  fieldset {
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }

  legend {
    padding: 0;
    font-size: 0.9375rem;
    font-weight: 550;
  }

  .choice {
    display: flex;
    gap: 0.5rem;
    align-items: start;
    min-height: 1.5rem;
    margin: 0.375rem 0;
    font-weight: 400;
  }

  .choice input {
    flex: none;
    width: 1.125rem;
    height: 1.125rem;
    margin: 0.2rem 0 0;
    accent-color: var(--accent);
  }

  summary {
    padding: 0.375rem 0;
    font-weight: 550;
    cursor: pointer;
  }

  .facts {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 0.375rem 1.5rem;
  }

  .facts dt {
    color: var(--muted);
  }

  .facts dd {
    overflow-wrap: anywhere;
  }

  /* On narrow screens a table is moved sideways, rather than its words broken. */
  .scroll table,
  .table table,
  .items table {
    min-width: 32rem;
  }

  td,
  th {
    overflow-wrap: break-word;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
  }
`;

/** The look of a part of such a form, which is as wide as its place. */
export const formPartStyles = [...partStyles, formStyles];
