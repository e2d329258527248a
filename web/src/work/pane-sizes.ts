import { isJsonObject, type Json, type JsonObject } from "../ui/json";

/** How a person sized the panes of a data group's layout: percentages by the place of the split. */
export type PaneSizes = Record<string, number>;

type Kept = Record<string, PaneSizes>;

const KEY = "loupe.panes";
const MOST_LAYOUTS = 20;
const MOST_SPLITS = 60;

/** What this browser keeps, by layout. */
export function keptPanes(storage: Pick<Storage, "getItem">): Kept {
  let kept: Json;
  try {
    kept = JSON.parse(storage.getItem(KEY) ?? "{}") as Json;
  } catch {
    return {};
  }
  if (!isJsonObject(kept)) return {};
  return Object.fromEntries(
    Object.entries(kept).flatMap(([layout, sizes]) => {
      const read = readPaneSizes(sizes);
      return read === null ? [] : [[layout, read]];
    }),
  );
}

/** Keeps the sizes of one layout, and those of the layouts that were sized last. */
export function keepPanes(
  storage: Pick<Storage, "getItem" | "setItem">,
  layout: string,
  sizes: PaneSizes,
): void {
  const { [layout]: _, ...others } = keptPanes(storage);
  const latest = Object.entries(others).slice(-(MOST_LAYOUTS - 1));
  storage.setItem(KEY, JSON.stringify({ ...Object.fromEntries(latest), [layout]: sizes }));
}

/** Sizes as a frame or the storage gives them; null where they are none. */
export function readPaneSizes(value: Json | undefined): PaneSizes | null {
  if (!isJsonObject(value)) return null;
  const sizes = Object.entries(value as JsonObject);
  const sound = sizes.every(([path, size]) => /^[12]{0,60}$/.test(path) && isPercentage(size));
  return sound && sizes.length <= MOST_SPLITS ? (value as PaneSizes) : null;
}

function isPercentage(value: Json): boolean {
  return typeof value === "number" && value >= 5 && value <= 95;
}
