import { css } from "lit";

export const workPageStyles = css`
  :host {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-height: 0;
  }

  .notices {
    padding: 0 1rem;
  }

  loupe-draft-notice,
  loupe-lost-work {
    margin-top: 0.5rem;
  }

  .task {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-height: 16rem;
    padding: 0.75rem 1rem 1rem;
  }

  .stage {
    position: relative;
    display: flex;
    flex: 1;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }

  /* Laid out as it will be, so that it shows at once. */
  .ahead {
    position: absolute;
    inset: 0;
    visibility: hidden;
  }

  .with-side {
    flex-direction: row;
    gap: 1rem;
  }

  .side {
    display: flex;
    flex: none;
    flex-direction: column;
    gap: 1rem;
    width: clamp(18rem, 30vw, 26rem);
    min-height: 0;
    overflow-y: auto;
  }

  .description {
    white-space: pre-line;
  }

  @media (max-width: 48rem) {
    .with-side {
      flex-direction: column;
    }

    /* As high as what it shows: the page scrolls. */
    .with-side > .stage {
      flex: 1 0 auto;
    }

    .side {
      width: auto;
      overflow-y: visible;
    }

    /* What was rejected is to be read before the work is done anew. */
    .side.annotate:has(loupe-previous-reviews) {
      order: -1;
    }

    .task,
    .notices {
      padding-inline: 0.625rem;
    }
  }
`;
