/** What a person has answered about each tile of a data group, complete or not. */
import { isRecord, type Parts } from "../crowd/answer-source";
import type { Option, Question } from "./group-document";

export interface MissingAnswer {
  tile: string;
  question: string;
  /** The text that is missing; null where no option is chosen. */
  text: string | null;
}

interface Choice {
  value: string;
  /** Texts by name; kept apart for each option, so that changing one's mind twice loses nothing. */
  texts: Map<string, string>;
}

/** Fires `change`. */
export class GroupAnswers extends EventTarget {
  private readonly choices = new Map<string, Choice>();
  private readonly texts = new Map<string, Map<string, string>>();
  private leftOver: Parts = {};

  constructor(
    readonly questions: readonly Question[],
    /** The tiles that are answered, in their order. */
    readonly tiles: readonly string[],
  ) {
    super();
  }

  /** Parts of what was loaded that belong to no question of these tiles. */
  get unplaced(): Parts {
    return this.leftOver;
  }

  chosen(tile: string, question: string): string | null {
    return this.choices.get(place(tile, question))?.value ?? null;
  }

  text(tile: string, question: string, name: string): string {
    return this.choices.get(place(tile, question))?.texts.get(name) ?? "";
  }

  choose(tile: string, question: string, value: string): void {
    this.choices.set(place(tile, question), { value, texts: this.textsOf(tile, question, value) });
    this.dispatchEvent(new Event("change"));
  }

  setText(tile: string, question: string, name: string, text: string): void {
    this.choices.get(place(tile, question))?.texts.set(name, text);
    this.dispatchEvent(new Event("change"));
  }

  /** How many of a tile's questions are answered with all that they need. */
  answered(tile: string): number {
    return this.questions.filter(
      (question) => this.chosen(tile, question.name) !== null && this.missingOf(tile, question).length === 0,
    ).length;
  }

  /** What still has to be answered, in order. */
  missing(): MissingAnswer[] {
    return this.tiles.flatMap((tile) => this.questions.flatMap((question) => this.missingOf(tile, question)));
  }

  /** The answer: `{tile: {question: {value, nested}}}`, tiles without any answered question left out. */
  content(): Parts {
    const content: Parts = {};
    for (const tile of this.tiles) {
      const answers = this.questions.flatMap((question) => this.answerOf(tile, question));
      if (answers.length > 0) content[tile] = Object.fromEntries(answers);
    }
    return content;
  }

  /** The answer so far, with the parts that found no place. */
  draft(): Parts {
    const draft = this.content();
    for (const [tile, parts] of Object.entries(this.leftOver)) {
      const present = draft[tile];
      draft[tile] = isRecord(parts) && isRecord(present) ? { ...parts, ...present } : (present ?? parts);
    }
    return draft;
  }

  /** Shows this content in place of what was there. */
  load(content: Parts): void {
    this.choices.clear();
    this.texts.clear();
    this.leftOver = {};
    for (const [tile, part] of Object.entries(content)) {
      const rest = this.tiles.includes(tile) && isRecord(part) ? this.loadTile(tile, part) : part;
      if (rest !== undefined) this.leftOver[tile] = rest;
    }
    this.dispatchEvent(new Event("change"));
  }

  private loadTile(tile: string, part: Parts): Parts | undefined {
    const rest = Object.entries(part).filter(
      ([question, answer]) => !this.loadAnswer(tile, question, answer),
    );
    return rest.length > 0 ? Object.fromEntries(rest) : undefined;
  }

  private loadAnswer(tile: string, name: string, answer: unknown): boolean {
    const question = this.questions.find((candidate) => candidate.name === name);
    if (question === undefined || !isRecord(answer)) return false;
    const { value, nested } = answer;
    const option = question.options.find((candidate) => candidate.value === value);
    if (option === undefined) return false;
    const texts = this.textsOf(tile, name, option.value);
    for (const [text, words] of Object.entries(isRecord(nested) ? nested : {}))
      if (typeof words === "string") texts.set(text, words);
    this.choices.set(place(tile, name), { value: option.value, texts });
    return true;
  }

  private answerOf(tile: string, question: Question): [string, Parts][] {
    const choice = this.choices.get(place(tile, question.name));
    if (choice === undefined) return [];
    const nested = textsAskedFor(question, choice.value).flatMap(({ name }) => {
      const text = choice.texts.get(name) ?? "";
      return text.trim() === "" ? [] : [[name, text]];
    });
    return [[question.name, { value: choice.value, nested: Object.fromEntries(nested) }]];
  }

  private missingOf(tile: string, question: Question): MissingAnswer[] {
    const value = this.chosen(tile, question.name);
    if (value === null) return question.required ? [{ tile, question: question.name, text: null }] : [];
    return textsAskedFor(question, value)
      .filter(({ name, required }) => required && this.text(tile, question.name, name).trim() === "")
      .map(({ name }) => ({ tile, question: question.name, text: name }));
  }

  private textsOf(tile: string, question: string, value: string): Map<string, string> {
    const key = JSON.stringify([tile, question, value]);
    const texts = this.texts.get(key) ?? new Map<string, string>();
    this.texts.set(key, texts);
    return texts;
  }
}

/** How people call an option. */
export function optionText({ label, value }: Option): string {
  return label ?? value;
}

function textsAskedFor(question: Question, value: string) {
  return question.options.find((option) => option.value === value)?.nested ?? [];
}

function place(tile: string, question: string): string {
  return JSON.stringify([tile, question]);
}
