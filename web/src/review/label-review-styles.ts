import { css } from "lit";

export const labelReviewStyles = css`
  :host {
    scroll-margin-block: 1rem 18rem;
  }

  .label {
    display: grid;
    gap: 0.375rem;
    padding: 0.625rem 0.75rem;
    border: 1px solid var(--line);
    border-left-width: 4px;
    border-radius: var(--radius-small);
  }

  .head {
    display: flex;
    gap: 0.5rem;
    align-items: start;
    justify-content: space-between;
  }

  .tools {
    display: flex;
    flex: none;
  }

  .tools button {
    margin: -0.1875rem -0.375rem -0.1875rem 0;
  }

  .before {
    font-family: var(--mono);
    white-space: pre-wrap;
  }

  .approve {
    border-left-color: var(--success);
  }

  .reject {
    border-left-color: var(--danger);
  }

  .wrong {
    border-color: var(--danger);
    background: var(--danger-wash);
  }

  .value {
    max-height: 12rem;
    margin: 0;
    overflow: auto;
    font: 0.875rem / 1.5 var(--mono);
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }

  button {
    min-height: 2rem;
    padding: 0.125rem 0.625rem;
    font-size: 0.875rem;
  }

  button[aria-pressed="true"].approves {
    border-color: var(--success);
    background: var(--success-wash);
    color: var(--success);
  }

  button[aria-pressed="true"].rejects {
    border-color: var(--danger);
    background: var(--danger-wash);
    color: var(--danger);
  }

  textarea {
    min-height: 3.5rem;
  }

  .problem {
    color: var(--danger);
  }

  blockquote {
    margin: 0;
    padding-left: 0.625rem;
    border-left: 2px solid var(--line);
    overflow-wrap: anywhere;
  }
`;
