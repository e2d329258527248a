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

  loupe-decision-form {
    position: sticky;
    bottom: 0;
  }

  @media (max-width: 48rem), (max-height: 36rem) {
    loupe-decision-form {
      position: static;
    }
  }

  .notice button {
    flex: none;
  }
`;
