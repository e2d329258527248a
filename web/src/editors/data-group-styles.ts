import { css, unsafeCSS } from "lit";

/** Where tiles stand one below the other. */
export const NARROW = "(max-width: 760px)";

export const dataGroupStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: 8px;
    height: 100%;
    padding: 6px;
  }

  .stage {
    --panel: 18rem;
    --tiles: calc(100% - var(--panel) - 8px);
    position: relative;
    flex: 1;
    min-height: 22rem;
  }

  .stage > * {
    position: absolute;
  }

  loupe-group-tile {
    margin: 4px;
  }

  loupe-group-tile:focus-visible {
    outline-offset: -1px;
  }

  loupe-question-panel {
    right: 0;
    width: var(--panel);
    height: 100%;
  }

  .list {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    align-content: start;
    padding: 4px;
    overflow: auto;
  }

  @media ${unsafeCSS(NARROW)} {
    :host {
      height: auto;
    }

    .stage {
      display: flex;
      flex-direction: column;
      gap: 8px;
      min-height: 0;
    }

    .stage > * {
      position: static;
    }

    loupe-group-tile {
      margin: 0;
      height: 15rem;
    }

    loupe-question-panel {
      width: auto;
      height: auto;
    }

    loupe-transport-bar {
      position: sticky;
      bottom: 0;
      z-index: 2;
      margin: 0 -6px -6px;
      padding: 6px;
      border-top: 1px solid var(--crowd-line);
      background: var(--crowd-ground);
    }
  }
`;
