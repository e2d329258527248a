import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { SessionInfo } from "../app/api";
import type { PageElement } from "../app/pages";
import type { Portal } from "../app/portal";
import { Action } from "../ui/action";
import { Load } from "../ui/load";
import { pageStyles } from "../ui/page-styles";
import { styles } from "../ui/styles";
import { momentText } from "../ui/time-text";
import "./access-key-new";
import { type Key, type KeyKind, KIND_WORDS } from "./access-key-shapes";
import "./ask-first";
import type { Page } from "./project-shapes";

const LENGTH = 100;

/** Keys of programs: access keys, which sign calls on the AWS wire, and API keys, which call `/v1`. */
@customElement("loupe-access-keys-page")
export class AccessKeysPage extends LitElement implements PageElement {
  static override styles = [styles, pageStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property({ attribute: false }) params: Record<string, string> = {};
  @property({ attribute: false }) query = new URLSearchParams();
  @state() private making: KeyKind | null = null;
  @state() private disabling: { kind: KeyKind; key: Key } | null = null;
  @query("h1") private heading!: HTMLElement;
  private readonly lists: Record<KeyKind, Load<Page<Key>>> = {
    "access-keys": new Load(this, () => this.read("access-keys")),
    "api-keys": new Load(this, () => this.read("api-keys")),
  };
  private readonly more = new Action(this);

  override firstUpdated(): void {
    this.heading.focus();
  }

  override render() {
    return html`<div class="stack">
        <h1 tabindex="-1">Access keys</h1>
        <p class="muted">
          Programs act in somebody's name by a key. It is shown once, when it is made; a key that is lost is disabled and
          replaced. The keys of a disabled person do not work.
        </p>
        ${this.renderKind("access-keys")} ${this.renderKind("api-keys")}
      </div>
      ${this.renderDialog()}`;
  }

  private renderKind(kind: KeyKind) {
    const words = KIND_WORDS[kind];
    return html`<section class="stack" aria-labelledby=${kind}>
      <div class="head">
        <h2 id=${kind}>${words.title}</h2>
        <button
          @click=${() => {
            this.making = kind;
          }}
        >
          ${words.make}
        </button>
      </div>
      <p class="muted">${words.purpose}</p>
      ${this.lists[kind].render(({ items, next_cursor }) =>
        items.length === 0
          ? html`<div class="card empty"><p>${words.none}</p></div>`
          : html`${this.renderTable(kind, items)} ${this.more.renderError()}
              ${
                next_cursor === null
                  ? nothing
                  : html`<div>
                    <button ?disabled=${this.more.busy} @click=${() => this.readMore(kind, next_cursor)}>More keys</button>
                  </div>`
              }`,
      )}
    </section>`;
  }

  private renderTable(kind: KeyKind, items: Key[]) {
    return html`<div class="scroll card" role="region" aria-label=${`List of ${KIND_WORDS[kind].title}`} tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">${kind === "access-keys" ? "Key id" : "Purpose"}</th>
            <th scope="col">Person</th>
            <th scope="col">Made</th>
            <th scope="col">Used last</th>
            <th scope="col">State</th>
            <th scope="col"><span class="visually-hidden">What you can do</span></th>
          </tr>
        </thead>
        <tbody>
          ${items.map((key) => this.renderRow(kind, key))}
        </tbody>
      </table>
    </div>`;
  }

  private renderRow(kind: KeyKind, key: Key) {
    const name = key.label ?? key.id;
    return html`<tr>
      <th scope="row">${kind === "access-keys" ? html`<code>${name}</code>` : name || html`<span class="muted">none told</span>`}</th>
      <td>${key.name}
        <div class="small muted">${key.email}</div></td>
      <td><time datetime=${key.created_at}>${momentText(key.created_at)}</time></td>
      <td>
        ${
          key.last_used_at === null
            ? html`<span class="muted">never</span>`
            : html`<time datetime=${key.last_used_at}>${momentText(key.last_used_at)}</time>`
        }
      </td>
      <td>${stateText(key)}</td>
      <td>
        ${
          key.disabled_at === null
            ? html`<button
              class="danger"
              aria-label=${`Disable ${name}`}
              @click=${() => {
                this.disabling = { kind, key };
              }}
            >
              Disable…
            </button>`
            : nothing
        }
      </td>
    </tr>`;
  }

  private renderDialog() {
    if (this.making !== null) {
      const kind = this.making;
      return html`<loupe-new-access-key
        .portal=${this.portal}
        .info=${this.info}
        .kind=${kind}
        @made=${() => this.lists[kind].run()}
        @close=${() => {
          this.making = null;
        }}
      ></loupe-new-access-key>`;
    }
    if (this.disabling === null) return nothing;
    const { kind, key } = this.disabling;
    return html`<loupe-ask-first
      heading=${`Disable ${key.label ?? key.id}?`}
      text=${`Programs of ${key.name} that use this key are refused within seconds, and for good.`}
      verb="Disable key"
      .run=${() => this.disable(kind, key)}
      @close=${() => {
        this.disabling = null;
      }}
    ></loupe-ask-first>`;
  }

  private read(kind: KeyKind, cursor?: string): Promise<Page<Key>> {
    const query = new URLSearchParams({ limit: String(LENGTH), ...(cursor === undefined ? {} : { cursor }) });
    return this.portal.api.get(`/v1/${kind}?${query}`);
  }

  private async readMore(kind: KeyKind, cursor: string): Promise<void> {
    await this.more.run(async () => {
      const next = await this.read(kind, cursor);
      const list = this.lists[kind];
      list.value = { items: [...(list.value?.items ?? []), ...next.items], next_cursor: next.next_cursor };
      this.portal.announcer.say(`${next.items.length} more keys`);
    });
  }

  private async disable(kind: KeyKind, key: Key): Promise<void> {
    await this.portal.api.send("POST", `/v1/${kind}/${encodeURIComponent(key.id)}/disable`);
    this.portal.announcer.say("The key is disabled.");
    await this.lists[kind].run();
  }
}

function stateText(key: Key): string {
  if (key.disabled_at !== null) return "Disabled";
  return key.person_disabled ? "Its person is disabled" : "In use";
}
