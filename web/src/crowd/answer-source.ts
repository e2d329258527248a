/** What every named control gives to the answer and the draft, be it a crowd element or a plain HTML control. */

export interface AnswerSource {
  readonly name: string;
  /** A disabled control is no part of the answer; its draft is kept. */
  readonly disabled: boolean;
  /** How messages call this control. */
  readonly caption: string;
  /** The present state, also when incomplete; this is what a draft holds. */
  readPart(): unknown;
  /** What a submitted answer holds under the name; `undefined` leaves the name out. */
  answerPart(): unknown;
  /** Sets the state from the share of `part` that belongs here; returns the rest, `undefined` when nothing is left. */
  takePart(part: unknown): unknown;
  reset(): void;
  /** Shows or clears the control's error; returns the message, "" when valid. */
  validate(): string;
  focus(): void;
  /** What shows the value at this path within the part: one item of a list, or the element itself; null for nothing. */
  elementAt(path: readonly string[]): Element | null;
}

export type Parts = Record<string, unknown>;

export function isRecord(value: unknown): value is Parts {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The rest of a part after some of its keys were taken; `undefined` when no key is left. */
export function without(part: Parts, ...keys: string[]): Parts | undefined {
  const rest = Object.entries(part).filter(([key]) => !keys.includes(key));
  return rest.length > 0 ? Object.fromEntries(rest) : undefined;
}

/** Takes the boolean under `key`, the shape that check boxes and radio buttons share. */
export function takeBoolean(part: unknown, key: string, apply: (on: boolean) => void): unknown {
  if (!isRecord(part) || !Object.hasOwn(part, key)) return part;
  const on = part[key];
  if (typeof on !== "boolean") return part;
  apply(on);
  return without(part, key);
}
