import { isJsonObject, type Json, type JsonObject } from "../ui/json";
import { type PaneSizes, readPaneSizes } from "./pane-sizes";

export interface FrameShortcut {
  keys: string;
  label: string;
}

export type FrameHotkey = "submit" | "help" | "next" | "instructions";

/** What a template frame may say on its port. Everything in it is untrusted. */
export type FrameMessage =
  | {
      type: "ready";
      nonce: string;
      shortcuts: FrameShortcut[];
      hasInstructions: boolean;
      unplaced: JsonObject;
    }
  | { type: "height"; px: number }
  | {
      type: "draft";
      seq: number;
      data: JsonObject;
      /** Parts of the draft without an element by now, or null where the frame does not say. */
      unplaced: JsonObject | null;
      collectId: string | null;
    }
  | { type: "submit"; answer: JsonObject; userGesture: boolean }
  | { type: "invalid"; count: number; first: string }
  | { type: "hotkey"; id: FrameHotkey }
  | { type: "error"; message: string }
  /** How far the person scrolled, as a share of the way from the top, 0 to 1. */
  | { type: "scrolled"; top: number }
  /** The person sized the panes of a data group. */
  | { type: "panes"; layout: string; sizes: PaneSizes }
  /** The links to a data group's files have ended. */
  | { type: "renew" }
  | { type: "activity" };

export type ParsedMessage = { message: FrameMessage } | { problem: string };

/** The largest message taken from a frame: 16 MiB of JSON in UTF-8. */
export const MESSAGE_LIMIT = 16 * 1024 * 1024;
const TEXT_LIMIT = 2_000;
const SHORTCUT_LIMIT = 200;
const HOTKEYS: readonly string[] = ["submit", "help", "next", "instructions"];

/**
 * Checks one message against the port's schema.
 *
 * A port carries any cloneable value; only what survives JSON is looked at, so later code sees plain data.
 */
export function parseFrameMessage(raw: unknown, limit: number = MESSAGE_LIMIT): ParsedMessage {
  const text = jsonText(raw);
  if (text === null) return { problem: "The template sent something that is not JSON." };
  if (exceeds(text, limit))
    return { problem: `The template sent more than ${Math.floor(limit / 1024 / 1024)} MiB at once.` };
  const data = JSON.parse(text) as Json;
  if (!isJsonObject(data) || typeof data.type !== "string")
    return { problem: "The template sent a message without a type." };
  const message = readMessage(data);
  return message
    ? { message }
    : { problem: `The template sent a malformed "${shortened(data.type, 40)}" message.` };
}

function readMessage(data: JsonObject): FrameMessage | null {
  switch (data.type) {
    case "ready":
      return readReady(data);
    case "height":
      return isCount(data.px) ? { type: "height", px: data.px } : null;
    case "draft":
      return readDraft(data);
    case "submit":
      return isJsonObject(data.answer)
        ? { type: "submit", answer: data.answer, userGesture: data.userGesture === true }
        : null;
    case "invalid":
      return isCount(data.count) ? { type: "invalid", count: data.count, first: textOf(data.first) } : null;
    case "hotkey":
      return isHotkey(data.id) ? { type: "hotkey", id: data.id } : null;
    case "error":
      return typeof data.message === "string" ? { type: "error", message: textOf(data.message) } : null;
    case "scrolled":
      return isCount(data.top) && data.top <= 1 ? { type: "scrolled", top: data.top } : null;
    case "panes":
      return readPanes(data);
    case "activity":
    case "renew":
      return { type: data.type };
    default:
      return null;
  }
}

function readReady(data: JsonObject): FrameMessage | null {
  const { nonce, unplaced = null } = data;
  const shortcuts = readShortcuts(data.shortcuts);
  if (typeof nonce !== "string" || shortcuts === null) return null;
  if (unplaced !== null && !isJsonObject(unplaced)) return null;
  return {
    type: "ready",
    nonce,
    shortcuts,
    hasInstructions: data.hasInstructions === true,
    unplaced: unplaced ?? {},
  };
}

function readPanes({ layout, sizes }: JsonObject): FrameMessage | null {
  const read = readPaneSizes(sizes);
  return typeof layout === "string" && layout.length <= 40 && read !== null
    ? { type: "panes", layout, sizes: read }
    : null;
}

function readShortcuts(value: Json | undefined): FrameShortcut[] | null {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return null;
  const shortcuts: FrameShortcut[] = [];
  for (const item of value.slice(0, SHORTCUT_LIMIT)) {
    if (!isJsonObject(item) || typeof item.keys !== "string" || typeof item.label !== "string") return null;
    shortcuts.push({ keys: shortened(item.keys, 60), label: shortened(item.label, 200) });
  }
  return shortcuts;
}

function readDraft(data: JsonObject): FrameMessage | null {
  const { seq, data: content, unplaced = null, collectId = null } = data;
  if (!isCount(seq) || !isJsonObject(content)) return null;
  if (unplaced !== null && !isJsonObject(unplaced)) return null;
  if (collectId !== null && typeof collectId !== "string") return null;
  return { type: "draft", seq, data: content, unplaced, collectId };
}

function jsonText(raw: unknown): string | null {
  try {
    return JSON.stringify(raw) ?? null;
  } catch {
    return null;
  }
}

function exceeds(text: string, limit: number): boolean {
  if (text.length * 3 <= limit) return false;
  return text.length > limit || new TextEncoder().encode(text).length > limit;
}

function isCount(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isHotkey(value: Json | undefined): value is FrameHotkey {
  return typeof value === "string" && HOTKEYS.includes(value);
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? shortened(value, TEXT_LIMIT) : "";
}

function shortened(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
