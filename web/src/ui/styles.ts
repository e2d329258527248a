import { css } from "lit";

/** The look of text, buttons, fields and notices, shared by all elements of the portal. */
export const styles = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :host {
    display: block;
  }

  :host([hidden]),
  [hidden] {
    display: none !important;
  }

  h1,
  h2,
  h3,
  p,
  ul,
  dl,
  dd {
    margin: 0;
  }

  ul {
    padding: 0;
    list-style: none;
  }

  h1 {
    font-size: 1.5rem;
    font-weight: 650;
    line-height: 1.25;
    letter-spacing: -0.01em;
  }

  h2 {
    font-size: 1.0625rem;
    font-weight: 650;
    line-height: 1.35;
  }

  h3 {
    font-size: 1rem;
    font-weight: 600;
    line-height: 1.4;
    overflow-wrap: anywhere;
  }

  h1:focus {
    outline: none;
  }

  .muted {
    color: var(--muted);
  }

  .small {
    font-size: 0.875rem;
  }

  .stack {
    display: grid;
    gap: 1rem;
    align-content: start;
  }

  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: center;
  }

  .card {
    padding: 1.25rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    box-shadow: var(--shadow);
  }

  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
  }

  button,
  .button {
    display: inline-flex;
    gap: 0.5rem;
    align-items: center;
    justify-content: center;
    min-height: 2.25rem;
    padding: 0.3125rem 0.875rem;
    border: 1px solid var(--control-line);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--text);
    font: inherit;
    font-size: 0.9375rem;
    font-weight: 550;
    text-decoration: none;
    cursor: pointer;
  }

  button:hover:not(:disabled),
  .button:hover {
    border-color: var(--accent);
    background: var(--accent-wash);
  }

  button.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--on-accent);
  }

  button.primary:hover:not(:disabled) {
    border-color: var(--accent-strong);
    background: var(--accent-strong);
  }

  button.plain {
    border-color: transparent;
    background: none;
  }

  button.danger {
    border-color: var(--danger);
    color: var(--danger);
  }

  button:disabled {
    border-color: var(--line);
    background: var(--sunken);
    color: var(--muted);
    cursor: not-allowed;
  }

  a {
    color: var(--accent);
  }

  label {
    display: block;
    margin-bottom: 0.25rem;
    font-size: 0.9375rem;
    font-weight: 550;
  }

  input:not([type="checkbox"], [type="radio"]),
  select,
  textarea {
    width: 100%;
    min-height: 2.5rem;
    padding: 0.375rem 0.625rem;
    border: 1px solid var(--control-line);
    border-radius: var(--radius-small);
    background: var(--raised);
    color: var(--text);
    font: inherit;
  }

  textarea {
    min-height: 6rem;
    resize: vertical;
  }

  kbd {
    display: inline-block;
    min-width: 1.625rem;
    padding: 0 0.375rem;
    border: 1px solid var(--control-line);
    border-bottom-width: 2px;
    border-radius: 5px;
    background: var(--raised);
    font: 0.8125rem / 1.5 var(--font);
    text-align: center;
  }

  .notice {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1rem;
    align-items: center;
    justify-content: space-between;
    padding: 0.625rem 0.875rem;
    border-left: 4px solid var(--accent);
    border-radius: var(--radius-small);
    background: var(--accent-wash);
  }

  .notice > :first-child {
    flex: 1 1 16rem;
  }

  .notice.warning {
    border-color: var(--warning);
    background: var(--warning-wash);
  }

  .notice.error {
    border-color: var(--danger);
    background: var(--danger-wash);
  }

  .notice.success {
    border-color: var(--success);
    background: var(--success-wash);
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @media (prefers-reduced-motion: no-preference) {
    button,
    .button {
      transition:
        background-color 120ms,
        border-color 120ms;
    }
  }

  @media (forced-colors: active) {
    .notice,
    .card {
      border: 1px solid;
    }
  }
`;
