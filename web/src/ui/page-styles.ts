import { css } from "lit";
import { styles } from "./styles";

/** The look of the screens for managing and setting up: a page's width, its head, tables, forms, figures. */
export const pageStyles = css`
  :host {
    width: min(76rem, 100%);
    margin: 0 auto;
    padding: 1.5rem 1rem 3rem;
  }

  .stack {
    grid-template-columns: minmax(0, 1fr);
  }

  th .muted {
    font-weight: 400;
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1rem;
    align-items: center;
    justify-content: space-between;
  }

  .scroll {
    /* Or what is hidden visually within would make the page wider. */
    position: relative;
    overflow-x: auto;
  }

  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.9375rem;
  }

  caption {
    text-align: left;
  }

  th,
  td {
    padding: 0.5rem 0.75rem;
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: top;
    overflow-wrap: anywhere;
  }

  .scroll th,
  .scroll td {
    overflow-wrap: break-word;
  }

  thead th {
    color: var(--muted);
    font-size: 0.8125rem;
    font-weight: 600;
    white-space: nowrap;
  }

  tbody th {
    font-weight: 550;
  }

  tbody tr:hover {
    background: var(--accent-wash);
  }

  .number {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }

  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr));
    gap: 1rem;
    align-items: start;
  }

  /* Opens something on this page, and looks like what leads to another. */
  button.link {
    min-height: 1.5rem;
    padding: 0;
    border: 0;
    background: none;
    color: var(--accent);
    text-align: left;
    text-decoration: underline;
  }

  th .small {
    font-weight: 400;
  }

  .check {
    display: flex;
    gap: 0.5rem;
    align-items: start;
    min-height: 1.5rem;
    margin: 0;
    font-weight: 400;
  }

  .check input {
    flex: none;
    width: 1.25rem;
    height: 1.25rem;
    margin: 0.125rem 0 0;
    accent-color: var(--accent);
  }

  .hint {
    margin-top: 0.25rem;
    color: var(--muted);
    font-size: 0.875rem;
  }

  .empty {
    padding: 2.5rem 1.5rem;
    text-align: center;
  }

  .empty p {
    max-width: 34rem;
    margin: 0.5rem auto 0;
  }

  .figures {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr));
    gap: 0.75rem;
  }

  .figure {
    display: block;
    padding: 0.875rem 1rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--text);
    text-decoration: none;
  }

  .figure strong {
    display: block;
    font-size: 1.5rem;
    font-variant-numeric: tabular-nums;
    font-weight: 650;
  }

  a.figure:hover {
    border-color: var(--accent);
  }

  .tag {
    display: inline-block;
    padding: 0 0.5rem;
    border: 1px solid var(--control-line);
    border-radius: 999px;
    font-size: 0.8125rem;
    white-space: nowrap;
  }

  pre,
  code {
    font: 0.8125rem / 1.5 var(--mono);
  }
`;

/** The same for an element that is a part of such a page. */
export const partStyles = [
  styles,
  pageStyles,
  css`
    :host {
      width: auto;
      margin: 0;
      padding: 0;
    }
  `,
];
