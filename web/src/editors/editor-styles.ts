import { css } from "lit";

/** What all parts of the editor share. */
export const editorStyles = css`
  :host {
    box-sizing: border-box;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  [hidden] {
    display: none !important;
  }

  :focus-visible {
    outline: 3px solid var(--crowd-accent);
    outline-offset: 2px;
  }

  button {
    min-width: 32px;
    min-height: 32px;
    padding: 2px 10px;
    font: inherit;
    font-size: 0.875rem;
    color: var(--crowd-ink);
    background: var(--crowd-ground);
    border: 1px solid var(--crowd-line-strong);
    border-radius: 6px;
    cursor: pointer;
  }

  button:hover {
    background: var(--crowd-surface-strong);
  }

  button[aria-pressed="true"] {
    border-color: var(--crowd-accent);
    color: var(--crowd-accent-strong);
    background: var(--crowd-accent-soft);
    box-shadow: 0 0 0 1px var(--crowd-accent);
  }

  button:disabled {
    opacity: 0.55;
    cursor: default;
  }

  kbd {
    flex: none;
    min-width: 22px;
    padding: 0 5px;
    text-align: center;
    font: 0.75rem/1.5 var(--crowd-font);
    color: var(--crowd-ink-soft);
    border: 1px solid var(--crowd-line-strong);
    border-radius: 4px;
  }

  .quiet {
    color: var(--crowd-ink-soft);
  }

  .hidden-text {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
