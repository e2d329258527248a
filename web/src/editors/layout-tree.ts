/** Where the panes of a layout are, and how people resize them. */
import type { Direction, Layout, Side } from "./group-document";

export const LEAST_PERCENTAGE = 5;
export const MOST_PERCENTAGE = 95;

/** In percent of the whole. */
export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The border between the two parts of a split; `path` tells splits apart: "" is the outermost, "12" the second part of its first. */
export interface Border {
  path: string;
  direction: Direction;
  percentage: number;
  /** What both parts take together. */
  area: Rectangle;
  first: string[];
  second: string[];
}

/** A list of which one tile is shown: all its tiles have the same pane. */
export interface TileList {
  keys: string[];
  side: Side;
  area: Rectangle;
}

export interface Arrangement {
  panes: Map<string, Rectangle>;
  borders: Border[];
  lists: TileList[];
}

/** Percentages by path, as a person set them. */
export type PaneSizes = Readonly<Record<string, number>>;

const WHOLE: Rectangle = { left: 0, top: 0, width: 100, height: 100 };

/** Places every tile of a layout; what `sizes` says of a split goes before the layout. */
export function arrange(layout: Layout, sizes: PaneSizes): Arrangement {
  const arrangement: Arrangement = { panes: new Map(), borders: [], lists: [] };
  place(layout, WHOLE, "", sizes, arrangement);
  return arrangement;
}

/** Within what a split may have. */
export function clamped(percentage: number): number {
  return Math.min(Math.max(percentage, LEAST_PERCENTAGE), MOST_PERCENTAGE);
}

/** A short name for the shape of a layout: the same for all groups whose panes correspond, whatever their percentages. */
export function layoutName(layout: Layout): string {
  let hash = 0x811c9dc5; // 32-bit FNV-1a
  for (const character of shapeOf(layout)) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}

function shapeOf(layout: Layout): string {
  if ("key" in layout) return JSON.stringify(layout.key);
  if ("keys" in layout) return JSON.stringify([layout.side, layout.keys]);
  return `${layout.direction}(${shapeOf(layout.first)},${shapeOf(layout.second)})`;
}

function place(layout: Layout, area: Rectangle, path: string, sizes: PaneSizes, into: Arrangement): string[] {
  if ("key" in layout) {
    into.panes.set(layout.key, area);
    return [layout.key];
  }
  if ("keys" in layout) return placeList(layout, area, into);
  const percentage = clamped(sizes[path] ?? layout.percentage);
  const [before, after] = divided(area, layout.direction, percentage);
  const border: Border = {
    path,
    direction: layout.direction,
    percentage,
    area,
    first: [],
    second: [],
  };
  into.borders.push(border);
  border.first = place(layout.first, before, `${path}1`, sizes, into);
  border.second = place(layout.second, after, `${path}2`, sizes, into);
  return [...border.first, ...border.second];
}

function placeList(
  { keys, side, size }: Extract<Layout, { keys: string[] }>,
  area: Rectangle,
  into: Arrangement,
): string[] {
  const listFirst = side === "left" || side === "top";
  const direction = side === "left" || side === "right" ? "row" : "column";
  const parts = divided(area, direction, listFirst ? size : 100 - size);
  const [list, pane] = listFirst ? parts : [parts[1], parts[0]];
  into.lists.push({ keys, side, area: list });
  for (const key of keys) into.panes.set(key, pane);
  return keys;
}

function divided(area: Rectangle, direction: Direction, percentage: number): [Rectangle, Rectangle] {
  if (direction === "row") {
    const width = (area.width * percentage) / 100;
    return [
      { ...area, width },
      { ...area, left: area.left + width, width: area.width - width },
    ];
  }
  const height = (area.height * percentage) / 100;
  return [
    { ...area, height },
    { ...area, top: area.top + height, height: area.height - height },
  ];
}
