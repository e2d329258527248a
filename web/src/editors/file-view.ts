import { LitElement } from "lit";
import { property } from "lit/decorators.js";
import type { Tile } from "./group-document";

/**
 * Base of what shows the file of a tile. Fires `file-failed` (detail: what happened, for people) and `file-shown`.
 */
export abstract class FileView extends LitElement {
  @property({ attribute: false }) tile!: Tile;

  /** Where the file is; the tile shows no view where it may not be shown. */
  protected get url(): string {
    return this.tile.url ?? "";
  }

  protected shown(): void {
    this.dispatchEvent(new Event("file-shown"));
  }

  protected failed(text: string): void {
    this.dispatchEvent(new CustomEvent("file-failed", { detail: text }));
  }
}
