/** What the server says about a data group: its layout, its tiles and what is asked about each. */

export type FileType = "text" | "image" | "video" | "audio" | "pdf";
export type Direction = "row" | "column";
export type Side = "left" | "right" | "top" | "bottom";

/** Percentages are those of the whole that the first part, or the list, takes. */
export type Layout =
  | { key: string }
  | { keys: string[]; side: Side; size: number }
  | { direction: Direction; percentage: number; first: Layout; second: Layout };

export interface Tile {
  key: string;
  type: FileType;
  title: string;
  readOnly: boolean;
  /** Frames per second, where they are known. */
  fps: number | null;
  /** Null where the file may not be shown; `problem` says why. */
  url: string | null;
  problem: string;
}

export interface NestedText {
  name: string;
  required: boolean;
}

export interface Option {
  value: string;
  label: string | null;
  nested: NestedText[];
}

export interface Question {
  name: string;
  options: Option[];
  required: boolean;
}

export interface GroupDocument {
  layout: Layout;
  /** People may not resize its panes. */
  fixed: boolean;
  /** Tiles that stand below the layout. */
  timeline: string[];
  tiles: Tile[];
  questions: Question[];
}

/** Reads the document that the page carries; our own server wrote it. */
export function readGroupDocument(page: Document): GroupDocument {
  return JSON.parse(page.getElementById("data-group")?.textContent ?? "null") as GroupDocument;
}

/** The layout with the tiles of the timeline that have no place in it side by side below. */
export function wholeLayout({ layout, timeline }: Pick<GroupDocument, "layout" | "timeline">): Layout {
  const placed = new Set(keysOf(layout));
  const below = timeline.filter((key) => !placed.has(key));
  if (below.length === 0) return layout;
  return { direction: "column", percentage: 75, first: layout, second: sideBySide(below) };
}

export function keysOf(layout: Layout): string[] {
  if ("key" in layout) return [layout.key];
  if ("keys" in layout) return layout.keys;
  return [...keysOf(layout.first), ...keysOf(layout.second)];
}

function sideBySide([key = "", ...more]: string[]): Layout {
  if (more.length === 0) return { key };
  const percentage = Math.max(100 / (more.length + 1), 5);
  return { direction: "row", percentage, first: { key }, second: sideBySide(more) };
}
