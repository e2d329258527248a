import { css } from "lit";

/** The look of a task's page. */
export const taskPageStyles = css`
  h1 {
    overflow-wrap: anywhere;
  }

  dl.facts {
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

  pre {
    max-height: 24rem;
    margin: 0.5rem 0 0;
    padding: 0.75rem;
    overflow: auto;
    border-radius: var(--radius-small);
    background: var(--sunken);
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }

  summary {
    min-height: 1.75rem;
    cursor: pointer;
    font-weight: 600;
  }

  .columns {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr));
    gap: 1rem;
    align-items: start;
  }

  .columns > * {
    min-width: 0;
  }
`;
