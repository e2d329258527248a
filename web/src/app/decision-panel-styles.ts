import { css } from "lit";

/** The look that reviewing and deciding between answers share. */
export const decisionPanelStyles = css`
  section {
    gap: 0.75rem;
  }

  .labels {
    display: grid;
    gap: 0.5rem;
  }

  .decide {
    position: sticky;
    bottom: 0;
    display: grid;
    gap: 0.5rem;
    margin: 0 -1.25rem -1.25rem;
    padding: 0.75rem 1.25rem 1.25rem;
    border-top: 1px solid var(--line);
    border-radius: 0 0 var(--radius) var(--radius);
    background: var(--surface);
  }

  .decide textarea {
    min-height: 3.5rem;
  }

  @media (max-width: 48rem) {
    .decide {
      position: static;
    }
  }

  .notice button {
    flex: none;
  }
`;
