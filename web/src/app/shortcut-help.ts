import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../ui/modal-dialog";
import { styles } from "../ui/styles";
import { Watch } from "../ui/watch";
import type { FrameShortcut } from "../work/frame-messages";
import { keyNames } from "./hotkeys";
import type { Portal } from "./portal";

/** Every shortcut that works right now: the portal's own and those of the task's template. */
@customElement("loupe-shortcut-help")
export class ShortcutHelp extends LitElement {
  static override styles = [
    styles,
    css`
      table {
        width: 100%;
        border-collapse: collapse;
      }

      th,
      td {
        padding: 0.375rem 0;
        border-bottom: 1px solid var(--line);
        font-weight: 400;
        text-align: left;
      }

      td:last-child {
        text-align: right;
        white-space: nowrap;
      }

      tbody th {
        padding-top: 1rem;
        color: var(--muted);
        font-size: 0.875rem;
        font-weight: 600;
      }

      .setting {
        display: flex;
        gap: 0.5rem;
        align-items: start;
        margin-top: 1rem;
        font-weight: 400;
      }

      input {
        flex: none;
        width: 1.25rem;
        height: 1.25rem;
        margin: 0.125rem 0 0;
        accent-color: var(--accent);
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) frameShortcuts: FrameShortcut[] = [];

  constructor() {
    super();
    new Watch(this, () => [this.portal.hotkeys]);
  }

  override render() {
    return html`<loupe-dialog heading="Shortcuts" @close=${this.closed}>
      <table>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Action</th>
            <th scope="col">Keys</th>
          </tr>
        </thead>
        ${this.renderOwn()} ${this.frameShortcuts.length > 0 ? this.renderFrame() : nothing}
      </table>
      <label class="setting">
        <input type="checkbox" .checked=${this.portal.hotkeys.singleKeys} @change=${this.switchSingleKeys} />
        <span>Single keys act on this page. Switched off, only combinations with ${this.modifier} do.</span>
      </label>
      <p class="small muted">Single keys never act while you type in a text field.</p>
    </loupe-dialog>`;
  }

  private renderOwn() {
    return html`<tbody>
      <tr>
        <th colspan="2" scope="rowgroup">Everywhere on this page</th>
      </tr>
      ${this.portal.hotkeys.list().map((hotkey) => {
        const names = keyNames(hotkey.keys[0], this.portal.hotkeys.mac);
        return html`<tr>
          <td>${hotkey.label}</td>
          <td>${names.map((name) => html`<kbd>${name}</kbd> `)}</td>
        </tr>`;
      })}
    </tbody>`;
  }

  private renderFrame() {
    return html`<tbody>
      <tr>
        <th colspan="2" scope="rowgroup">Inside this task</th>
      </tr>
      ${this.frameShortcuts.map(
        (shortcut) => html`<tr>
          <td>${shortcut.label}</td>
          <td><kbd>${shortcut.keys}</kbd></td>
        </tr>`,
      )}
    </tbody>`;
  }

  private get modifier(): string {
    return this.portal.hotkeys.mac ? "⌘" : "Ctrl";
  }

  private switchSingleKeys(event: Event): void {
    const on = (event.target as HTMLInputElement).checked;
    this.portal.hotkeys.singleKeys = on;
    this.portal.preferences.singleKeys = on;
  }

  private closed(): void {
    this.dispatchEvent(new Event("close"));
  }
}
