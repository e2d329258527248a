import { css } from "lit";

/** Shared by all elements: box model, focus ring, reduced motion. */
export const baseStyles = css`
  :host { display: block; font-family: var(--crowd-font); color: var(--crowd-ink); }
  :host([hidden]) { display: none; }
  *, *::before, *::after { box-sizing: border-box; }
  :focus-visible { outline: 3px solid var(--crowd-accent); outline-offset: 2px; }
  @media (prefers-reduced-motion: reduce) {
    *, *::before, *::after { transition: none !important; animation: none !important; }
  }
`;

/** Label, control and error message of a single field. */
export const fieldStyles = css`
  :host { margin: 0 0 16px; }
  label, .label { display: block; font-weight: 600; margin-bottom: 4px; }
  .required { color: var(--crowd-error); }
  input.text, textarea {
    width: 100%; min-height: 40px; padding: 8px 12px; font: inherit; color: inherit;
    background: var(--crowd-ground); border: 1px solid var(--crowd-line-strong); border-radius: var(--crowd-radius);
  }
  input.text::placeholder, textarea::placeholder { color: var(--crowd-ink-soft); opacity: 1; }
  input:disabled, textarea:disabled { background: var(--crowd-surface); color: var(--crowd-ink-soft); }
  [aria-invalid="true"] { border-color: var(--crowd-error); box-shadow: 0 0 0 1px var(--crowd-error); }
  .error { margin: 4px 0 0; color: var(--crowd-error); font-size: 0.875rem; }
  .error:empty { display: none; }
`;
