import { html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { styleMap } from "lit/directives/style-map.js";
import { Watch } from "../ui/watch";
import "./group-tile";
import "./pane-border";
import "./question-panel";
import "./transport-bar";
import { dataGroupStyles, NARROW } from "./data-group-styles";
import { editorStyles } from "./editor-styles";
import { GroupAnswers, type MissingAnswer } from "./group-answers";
import { type GroupDocument, type Layout, type Tile, wholeLayout } from "./group-document";
import type { GroupTile } from "./group-tile";
import { arrange, type Border, type PaneSizes, type Rectangle, type TileList } from "./layout-tree";
import { type QuestionPanel, tileProgress } from "./question-panel";
import { Transport } from "./transport";

// How thick a border is, so that it can be hit.
const BORDER_PX = 24;

/**
 * The editor of a data group: its tiles in their layout, what is asked about the active one, and the playback.
 *
 * Fires `panes-changed` (detail: PaneSizes), `tile-failed` (detail: text for people) and `link-ended`.
 */
@customElement("loupe-data-group")
export class DataGroup extends LitElement {
  static override styles = [editorStyles, dataGroupStyles];

  @property({ attribute: false }) group!: GroupDocument;
  @property({ attribute: false }) panes: PaneSizes = {};
  @property({ type: Boolean }) readOnly = false;
  @property({ attribute: false }) missing: readonly MissingAnswer[] = [];
  /** True while it loads out of sight: files that weigh much wait. */
  @property({ type: Boolean }) ahead = false;
  @state() private active = "";
  @state() private silent = true;
  @state() private narrow = matchMedia(NARROW).matches;
  @state() private shownQuestion = "";
  @query(".stage") private stage!: HTMLElement | null;
  @query("loupe-question-panel") private panel!: QuestionPanel | null;
  readonly transport = new Transport();
  answers!: GroupAnswers;
  private layout!: Layout;
  /** Which tile of each list is shown, by the list's first key. */
  private readonly current = new Map<string, string>();
  private picture = 0;
  private readonly screen = matchMedia(NARROW);

  constructor() {
    super();
    new Watch(this, () => [this.answers, this.transport]);
  }

  override connectedCallback(): void {
    const { tiles, questions } = this.group;
    const answered = tiles.filter((tile) => !tile.readOnly).map(({ key }) => key);
    this.layout = wholeLayout(this.group);
    this.answers = new GroupAnswers(questions, answered);
    this.activate(answered[0] ?? tiles[0]?.key ?? "", { focus: false });
    super.connectedCallback();
    this.screen.addEventListener("change", this.onScreen);
    const tick = (now: number) => {
      this.transport.tick(now);
      this.picture = requestAnimationFrame(tick);
    };
    this.picture = requestAnimationFrame(tick);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.screen.removeEventListener("change", this.onScreen);
    cancelAnimationFrame(this.picture);
  }

  /** The panel where options are chosen by number. */
  get choices(): QuestionPanel | null {
    return this.panel;
  }

  /** Goes to a tile; its questions are asked from then on. */
  activate(key: string, { focus = true } = {}): void {
    this.active = key;
    this.shownQuestion = "";
    this.transport.setActive(key);
    if (focus) void this.focusActive();
  }

  /** Goes to the next tile, or the one before. */
  move(steps: 1 | -1): void {
    const { tiles } = this.group;
    const place = tiles.findIndex(({ key }) => key === this.active);
    const next = tiles[(place + steps + tiles.length) % tiles.length];
    if (next !== undefined) this.activate(next.key);
  }

  /** Goes to what is missing first. */
  async showMissing(missing: readonly MissingAnswer[]): Promise<void> {
    this.missing = missing;
    const [first] = missing;
    if (first === undefined) return;
    this.activate(first.tile, { focus: false });
    await this.updateComplete;
    await this.panel?.focusQuestion(first);
  }

  /** Shows one question of a tile as it is answered, and marks it; a key without a tile marks nothing. */
  showLabel(key: string, question: string): void {
    if (!this.group.tiles.some((tile) => tile.key === key)) {
      this.shownQuestion = "";
      return;
    }
    this.activate(key, { focus: false });
    this.shownQuestion = question;
  }

  async focusActive(): Promise<void> {
    await this.updateComplete;
    this.tileElement(this.active)?.focus();
  }

  /** Loads what did not load because its link had ended, where there is a new one. */
  renewLinks(links: Readonly<Record<string, string>>): void {
    for (const { key } of this.group.tiles) this.tileElement(key)?.renewLink(links[key] ?? null);
  }

  magnify(steps: 1 | -1 | 0): void {
    this.tileElement(this.active)?.magnify(steps);
  }

  toggleSound(): void {
    this.silent = !this.silent;
  }

  override render() {
    const { panes, borders, lists } = arrange(this.layout, this.group.fixed ? {} : this.panes);
    const hidden = new Set(lists.flatMap((list) => list.keys.filter((key) => key !== this.currentOf(list))));
    return html`<div class="stage">
        ${repeat(
          this.parts,
          (part) => part.key,
          (part) =>
            part.tile === null
              ? this.renderPanel()
              : this.renderTile(part.tile, panes.get(part.key), !this.narrow && hidden.has(part.key)),
        )}
        ${this.narrow ? nothing : lists.map((list) => this.renderList(list))}
        ${this.narrow || this.group.fixed ? nothing : borders.map((border) => this.renderBorder(border))}
      </div>
      ${
        this.transport.hasVideos
          ? html`<loupe-transport-bar
            .transport=${this.transport}
            ?silent=${this.silent}
            @silent-changed=${() => this.toggleSound()}
          ></loupe-transport-bar>`
          : nothing
      }`;
  }

  // On a narrow screen the questions stand below their tile, in what is seen and in the order of the keyboard.
  private get parts(): { key: string; tile: Tile | null }[] {
    const parts: { key: string; tile: Tile | null }[] = this.group.tiles.map((tile) => ({
      key: tile.key,
      tile,
    }));
    const place = this.narrow ? parts.findIndex(({ key }) => key === this.active) + 1 : parts.length;
    parts.splice(place, 0, { key: "\0questions", tile: null });
    return parts;
  }

  private renderTile(tile: Tile, pane: Rectangle | undefined, hidden: boolean) {
    const number = this.group.tiles.indexOf(tile) + 1;
    return html`<loupe-group-tile
      style=${styleMap(this.narrow || pane === undefined ? {} : this.placed(pane, 4))}
      role="region"
      aria-label=${`${tile.title}, tile ${number} of ${this.group.tiles.length}`}
      aria-current=${tile.key === this.active ? "true" : nothing}
      tabindex="-1"
      data-key=${tile.key}
      .tile=${tile}
      .transport=${this.transport}
      .progress=${tileProgress(tile, this.answers)}
      ?active=${tile.key === this.active}
      ?ahead=${this.ahead}
      ?silent=${this.silent || tile.key !== this.active}
      ?hidden=${hidden}
      @pointerdown=${() => this.activate(tile.key, { focus: false })}
      @focusin=${() => this.enter(tile.key)}
      @tile-failed=${this.passOn}
      @link-ended=${() => this.dispatchEvent(new Event("link-ended"))}
    ></loupe-group-tile>`;
  }

  private renderPanel() {
    return html`<loupe-question-panel
      role="region"
      aria-label="Questions"
      .tiles=${this.group.tiles}
      .answers=${this.answers}
      .active=${this.active}
      .missing=${this.missing}
      .shown=${this.shownQuestion}
      ?readOnly=${this.readOnly}
      @tile-chosen=${(event: CustomEvent<string>) => this.activate(event.detail)}
    ></loupe-question-panel>`;
  }

  private renderList(list: TileList) {
    return html`<div class="list" role="group" aria-label="Tiles of this pane" style=${styleMap(this.placed(list.area))}>
      ${list.keys.map(
        (key) => html`<button
          type="button"
          aria-pressed=${key === this.currentOf(list)}
          @click=${() => this.activate(key)}
        >
          ${this.titleOf(key)}
        </button>`,
      )}
    </div>`;
  }

  private renderBorder(border: Border) {
    const { path, direction, area, percentage } = border;
    const [first = "", second = ""] = [border.first, border.second].map((keys) =>
      this.titleOf(keys[0] ?? ""),
    );
    const line: Rectangle =
      direction === "row"
        ? { ...area, left: area.left + (area.width * percentage) / 100, width: 0 }
        : { ...area, top: area.top + (area.height * percentage) / 100, height: 0 };
    return html`<loupe-pane-border
      style=${styleMap(this.placedBorder(line, direction === "row"))}
      data-path=${path}
      .border=${border}
      .label=${`Resize ${first} and ${second}`}
      .stage=${this.stageArea}
      @border-moved=${(event: CustomEvent<number | null>) => this.resize(path, event.detail)}
    ></loupe-pane-border>`;
  }

  private placed({ left, top, width, height }: Rectangle, margin = 0) {
    return {
      left: `calc(${share(left)})`,
      top: `${top}%`,
      width: `calc(${share(width)} - ${2 * margin}px)`,
      height: `calc(${height}% - ${2 * margin}px)`,
    };
  }

  private placedBorder({ left, top, width, height }: Rectangle, upright: boolean) {
    const half = BORDER_PX / 2;
    return upright
      ? {
          left: `calc(${share(left)} - ${half}px)`,
          top: `calc(${top}% + ${half}px)`,
          width: `${BORDER_PX}px`,
          height: `calc(${height}% - ${BORDER_PX}px)`,
        }
      : {
          left: `calc(${share(left)} + ${half}px)`,
          top: `calc(${top}% - ${half}px)`,
          width: `calc(${share(width)} - ${BORDER_PX}px)`,
          height: `${BORDER_PX}px`,
        };
  }

  private readonly stageArea = (): DOMRect => {
    const stage = this.stage?.getBoundingClientRect() ?? new DOMRect();
    const panel = this.panel?.getBoundingClientRect() ?? new DOMRect();
    return new DOMRect(stage.left, stage.top, panel.left - stage.left - 8, stage.height);
  };

  private resize(path: string, percentage: number | null): void {
    const { [path]: _, ...others } = this.panes;
    this.panes = percentage === null ? others : { ...others, [path]: percentage };
    this.dispatchEvent(new CustomEvent("panes-changed", { detail: this.panes }));
  }

  private enter(key: string): void {
    if (key !== this.active) this.activate(key, { focus: false });
  }

  private currentOf({ keys }: TileList): string {
    const [name = ""] = keys;
    if (keys.includes(this.active)) this.current.set(name, this.active);
    return this.current.get(name) ?? name;
  }

  private titleOf(key: string): string {
    return this.group.tiles.find((tile) => tile.key === key)?.title ?? key;
  }

  private tileElement(key: string): GroupTile | undefined {
    return [...this.renderRoot.querySelectorAll("loupe-group-tile")].find((tile) => tile.dataset.key === key);
  }

  private readonly passOn = (event: CustomEvent<string>): void => {
    this.dispatchEvent(new CustomEvent("tile-failed", { detail: event.detail }));
  };

  private readonly onScreen = (): void => {
    this.narrow = this.screen.matches;
  };
}

/** A share of the width that the tiles have. */
function share(percentage: number): string {
  return `(var(--tiles) * ${percentage / 100})`;
}

declare global {
  interface HTMLElementTagNameMap {
    "loupe-data-group": DataGroup;
    "loupe-group-tile": GroupTile;
    "loupe-question-panel": QuestionPanel;
  }
}
