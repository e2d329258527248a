import { css } from "lit";

export const workPageStyles = css`
  :host {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-height: 0;
  }

  .plain-page {
    width: min(44rem, 100%);
    margin: 0 auto;
    padding: 2rem 1rem;
  }

  .toolbar {
    display: flex;
    gap: 0.25rem 0.75rem;
    align-items: center;
    padding: 0.625rem 1rem;
    border-bottom: 1px solid var(--line);
    background: var(--surface);
  }

  .title {
    flex: 1;
    min-width: 0;
  }

  .title h1 {
    overflow: hidden;
    font-size: 1.125rem;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1rem;
  }

  .actions {
    display: flex;
    gap: 0.125rem;
  }

  .actions button {
    padding-inline: 0.625rem;
    font-size: 0.875rem;
    font-weight: 500;
    white-space: nowrap;
  }

  .actions button:disabled {
    background: none;
    border-color: transparent;
  }

  .more {
    display: none;
  }

  .notices {
    padding: 0 1rem;
  }

  .notices .notice,
  loupe-draft-notice,
  loupe-lost-work {
    margin-top: 0.5rem;
  }

  .notices .row {
    flex: none;
  }

  .notice button {
    flex: none;
  }

  .task {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-height: 16rem;
    padding: 0.75rem 1rem 1rem;
  }

  .with-aside {
    flex-direction: row;
    gap: 1rem;
  }

  .description {
    white-space: pre-line;
  }

  @media (max-width: 68rem) {
    .toolbar {
      position: relative;
    }

    .more {
      display: inline-flex;
    }

    .actions {
      display: none;
    }

    .actions.open {
      position: absolute;
      z-index: 2;
      inset: calc(100% + 0.25rem) 1rem auto auto;
      display: grid;
      min-width: 14rem;
      padding: 0.375rem;
      border: 1px solid var(--line);
      border-radius: var(--radius);
      background: var(--raised);
      box-shadow: 0 8px 32px rgb(0 0 0 / 22%);
    }

    .actions.open button {
      justify-content: start;
      min-height: 2.5rem;
      font-size: 0.9375rem;
    }
  }

  @media (max-width: 48rem) {
    .title h1 {
      display: -webkit-box;
      font-size: 1rem;
      white-space: normal;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
    }

    .with-aside {
      flex-direction: column;
    }

    .toolbar,
    .task,
    .notices {
      padding-inline: 0.625rem;
    }
  }
`;
