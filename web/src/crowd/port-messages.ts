/** The messages between the frame and the portal. */
import { isRecord, type Parts } from "./answer-source";
import type { Mode } from "./form-registry";
import type { Shortcut } from "./shortcuts";
import type { Theme } from "./theme";

export type ToPortal =
  | { type: "ready"; nonce: string; shortcuts: Shortcut[]; hasInstructions: boolean; unplaced: Parts }
  | { type: "height"; px: number }
  | { type: "draft"; seq: number; data: Parts; unplaced: Parts; collectId?: string | number }
  | { type: "submit"; answer: Parts; userGesture: boolean }
  | { type: "invalid"; count: number; first: string }
  | { type: "hotkey"; id: "submit" | "help" | "next" | "instructions" }
  | { type: "error"; message: string }
  /** How far the person scrolled, as a share of the way from the top. */
  | { type: "scrolled"; top: number }
  /** The links to files have ended: `links` with new ones is asked for. */
  | { type: "renew" }
  /** The person is at work in the frame; sent at most every 10 s. */
  | { type: "activity" };

export type FromPortal =
  | { type: "collect"; id: string | number }
  | { type: "submit" }
  /** Show this content in place of what is shown now. */
  | { type: "load"; content: Parts }
  | { type: "setMode"; mode: Mode }
  | { type: "focus" }
  /** Bring the element of this part of the answer, a JSON Pointer, into view and mark it; "" marks nothing. */
  | { type: "show"; pointer: string }
  | { type: "scrollTo"; top: number }
  | { type: "theme"; theme: Theme }
  | { type: "instructions" }
  /** What loaded out of sight shows now. */
  | { type: "reveal" }
  /** New addresses of files, by tile. */
  | { type: "links"; links: Readonly<Record<string, string>> };

/** The first message. */
export interface Init {
  nonce: string;
  mode: Mode;
  draft: Parts | null;
  theme: Theme;
  /** False turns single-key shortcuts off. */
  singleKeys: boolean;
  /** It loads out of sight, for later: what weighs much waits for `reveal`. */
  ahead: boolean;
}

/** Reads the init message of protocol version 1; `null` for any other message. */
export function readInit(data: unknown): Init | null {
  if (!isRecord(data) || data.v !== 1 || data.type !== "init" || typeof data.nonce !== "string") return null;
  if (!isMode(data.mode)) return null;
  return {
    nonce: data.nonce,
    mode: data.mode,
    draft: isRecord(data.draft) ? data.draft : null,
    theme: data.theme === "dark" ? "dark" : "light",
    singleKeys: data.singleKeys !== false,
    ahead: data.ahead === true,
  };
}

/** Reads a message from the port; `null` when it is none of the protocol. */
export function readFromPortal(data: unknown): FromPortal | null {
  if (!isRecord(data)) return null;
  switch (data.type) {
    case "collect":
      return typeof data.id === "string" || typeof data.id === "number"
        ? { type: "collect", id: data.id }
        : null;
    case "load":
      return isRecord(data.content) ? { type: "load", content: data.content } : null;
    case "show":
      return typeof data.pointer === "string" ? { type: "show", pointer: data.pointer } : null;
    case "scrollTo":
      return typeof data.top === "number" && Number.isFinite(data.top)
        ? { type: "scrollTo", top: data.top }
        : null;
    case "setMode":
      return isMode(data.mode) ? { type: "setMode", mode: data.mode } : null;
    case "theme":
      return data.theme === "dark" || data.theme === "light" ? { type: "theme", theme: data.theme } : null;
    case "links":
      return isRecord(data.links) && Object.values(data.links).every((link) => typeof link === "string")
        ? { type: "links", links: data.links as Record<string, string> }
        : null;
    case "submit":
    case "focus":
    case "instructions":
    case "reveal":
      return { type: data.type };
    default:
      return null;
  }
}

function isMode(value: unknown): value is Mode {
  return value === "edit" || value === "review" || value === "readonly" || value === "preview";
}
