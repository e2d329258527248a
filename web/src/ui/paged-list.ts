import {
  html,
  nothing,
  type ReactiveController,
  type ReactiveControllerHost,
  type TemplateResult,
} from "lit";
import "./error-notice";
import type { PortalApi } from "../app/api";

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** A list that the server gives in pages: reads the first by itself, and more when they are asked for. */
export class PagedList<T> implements ReactiveController {
  private items: T[] | null = null;
  private cursor: string | null = null;
  private error: unknown = null;
  private busy = false;
  private reads = 0;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly api: () => Pick<PortalApi, "get">,
    private readonly path: string,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    void this.read(null);
  }

  /** Reads the first page anew. */
  load(): Promise<void> {
    return this.read(null);
  }

  /** The items by `show`, or `empty` where there are none. */
  render(show: (items: T[]) => unknown, empty: TemplateResult): TemplateResult {
    return html`${
      this.error === null
        ? nothing
        : html`<loupe-error .error=${this.error}><button @click=${() => this.load()}>Try again</button></loupe-error>`
    }${this.renderItems(show, empty)}`;
  }

  private renderItems(show: (items: T[]) => unknown, empty: TemplateResult): unknown {
    if (this.items === null)
      return this.error === null ? html`<p class="muted" role="status">Loading…</p>` : nothing;
    if (this.items.length === 0) return empty;
    return html`${show(this.items)}${
      this.cursor === null
        ? nothing
        : html`<div class="row"><button ?disabled=${this.busy} @click=${() => this.read(this.cursor)}>Show more</button></div>`
    }`;
  }

  private async read(cursor: string | null): Promise<void> {
    this.reads += 1;
    const read = this.reads;
    this.busy = true;
    this.host.requestUpdate();
    let page: Page<T> | null = null;
    let failure: unknown = null;
    try {
      const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      page = await this.api().get<Page<T>>(this.path + query);
    } catch (error) {
      failure = error;
    }
    // Overtaken by a later look, which knows better.
    if (read !== this.reads) return;
    if (page !== null) {
      this.items = cursor === null ? page.items : [...(this.items ?? []), ...page.items];
      this.cursor = page.next_cursor;
    }
    this.error = failure;
    this.busy = false;
    this.host.requestUpdate();
  }
}
