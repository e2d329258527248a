import { css } from "lit";

export const differenceTableStyles = css`
  .top {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1rem;
    align-items: center;
    justify-content: space-between;
  }

  .top button {
    min-height: 1.875rem;
    padding: 0.0625rem 0.75rem;
    font-size: 0.875rem;
  }

  .scroll {
    margin-top: 0.375rem;
    overflow-x: auto;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
  }

  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.9375rem;
  }

  th,
  td {
    min-width: 7rem;
    max-width: 18rem;
    padding: 0.5rem 0.625rem;
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: top;
    overflow-wrap: anywhere;
  }

  tbody tr:last-child > * {
    border-bottom: none;
  }

  thead th {
    color: var(--muted);
    font-size: 0.8125rem;
    font-weight: 600;
    white-space: nowrap;
  }

  tbody th {
    font-weight: 600;
  }

  .differs > th {
    box-shadow: inset 4px 0 var(--warning);
  }

  .mark {
    display: block;
    color: var(--warning);
    font-size: 0.8125rem;
    font-weight: 500;
  }

  .value:focus-visible {
    outline-offset: -3px;
  }

  .takeable {
    cursor: pointer;
  }

  .takeable:hover,
  .value[aria-selected="true"] {
    background: var(--accent-wash);
  }

  .text,
  .draft {
    white-space: pre-wrap;
  }

  .letter {
    display: inline-block;
    min-width: 1.5rem;
    margin-right: 0.25rem;
    border: 1px solid var(--control-line);
    border-radius: 999px;
    color: var(--muted);
    font-size: 0.75rem;
    font-weight: 600;
    line-height: 1.375rem;
    text-align: center;
  }

  .taken {
    display: block;
    margin-top: 0.25rem;
    color: var(--accent);
    font-size: 0.8125rem;
    font-weight: 600;
  }

  .agreement {
    min-width: 6rem;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }

  .item > * {
    font-size: 0.8125rem;
  }

  .item > th {
    padding-left: 1.5rem;
    font: 0.8125rem / 1.5 var(--mono);
    white-space: pre-wrap;
  }

  @media (max-width: 48rem) {
    th,
    td {
      min-width: 6rem;
    }
  }
`;
