import { css, html, type TemplateResult } from "lit";

/** The look of a column of check boxes, and of the rows that are chosen by it. */
export const rowChoiceStyles = css`
  .pick {
    width: 2.5rem;
    padding-right: 0;
  }

  .pick input {
    width: 1.5rem;
    height: 1.5rem;
    margin: 0;
    accent-color: var(--accent);
  }

  tr[data-chosen] {
    background: var(--accent-wash);
  }
`;

/** The head of such a column: chooses all rows, or none. */
export function rowChoiceHead(
  label: string,
  rows: readonly string[],
  chosen: ReadonlySet<string>,
  choose: (on: boolean) => void,
): TemplateResult {
  const count = rows.filter((row) => chosen.has(row)).length;
  const all = count > 0 && count === rows.length;
  return html`<th class="pick">
    <input
      type="checkbox"
      aria-label=${label}
      .checked=${all}
      .indeterminate=${count > 0 && !all}
      @change=${(event: Event) => choose((event.target as HTMLInputElement).checked)}
    />
  </th>`;
}

export function rowChoiceCell(label: string, chosen: boolean, choose: (on: boolean) => void): TemplateResult {
  return html`<td class="pick">
    <input
      type="checkbox"
      aria-label=${label}
      .checked=${chosen}
      @change=${(event: Event) => choose((event.target as HTMLInputElement).checked)}
    />
  </td>`;
}
