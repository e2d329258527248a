import { css } from "lit";

/** The look of the lists of one's own work. */
export const myListStyles = css`
  ul.card {
    padding: 0;
    overflow: hidden;
  }

  li {
    display: grid;
    gap: 0.5rem;
    padding: 1rem 1.25rem;
    overflow-wrap: anywhere;
  }

  ul.card > li + li {
    border-top: 1px solid var(--line);
  }

  blockquote {
    margin: 0;
    padding-left: 0.75rem;
    border-left: 3px solid var(--line);
    white-space: pre-line;
  }

  .empty {
    padding: 2.5rem 1.5rem;
    text-align: center;
  }

  .empty p {
    max-width: 34rem;
    margin: 0.5rem auto 0;
  }

  .between {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1.5rem;
    align-items: center;
    justify-content: space-between;
  }
`;
