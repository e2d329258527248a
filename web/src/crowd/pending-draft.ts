/** The parts of a draft (or an earlier answer) that have not found their element yet. */
import { type AnswerSource, isRecord, type Parts } from "./answer-source";

export class PendingDraft {
  readonly #parts: Map<string, unknown>;
  readonly #superseded = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = new Map(Object.entries(parts));
  }

  /** Parts without an element: shown beside the form, kept in later drafts, never submitted. */
  get unplaced(): Parts {
    return Object.fromEntries(this.#parts);
  }

  place(sources: Iterable<AnswerSource>): void {
    for (const source of sources) this.#placeOne(source);
  }

  /** The person changed this element: a part still waiting for it must not overwrite the change later. */
  supersede(name: string): void {
    if (!isRecord(this.#parts.get(name))) this.#parts.delete(name);
    this.#superseded.add(name);
  }

  /** The present state with the unplaced parts added; what the person changed wins over a part that still waits. */
  addTo(present: Parts): Parts {
    const merged = new Map<string, unknown>(Object.entries(present));
    for (const [name, waiting] of this.#parts) {
      const now = merged.get(name);
      if (isRecord(waiting) && isRecord(now)) merged.set(name, { ...waiting, ...now });
      else if (!merged.has(name) || !this.#superseded.has(name)) merged.set(name, waiting);
    }
    return Object.fromEntries(merged);
  }

  #placeOne(source: AnswerSource): void {
    if (this.#parts.has(source.name)) this.#offer(source, this.#parts.get(source.name));
    else this.#offerFlattened(source);
  }

  #offer(source: AnswerSource, part: unknown): void {
    const rest = source.takePart(part);
    if (rest === undefined) this.#parts.delete(source.name);
    else this.#parts.set(source.name, rest);
  }

  /** Answers of a form with `answer-format="flatten-objects"` hold `name.key` instead of `name: {key}`. */
  #offerFlattened(source: AnswerSource): void {
    const prefix = `${source.name}.`;
    const keys = [...this.#parts.keys()].filter((key) => source.name !== "" && key.startsWith(prefix));
    if (keys.length === 0) return;
    const part = Object.fromEntries(keys.map((key) => [key.slice(prefix.length), this.#parts.get(key)]));
    const rest = source.takePart(part);
    if (rest === part) return;
    for (const key of keys) this.#parts.delete(key);
    if (isRecord(rest)) for (const [key, value] of Object.entries(rest)) this.#parts.set(prefix + key, value);
  }
}
