/** Brings the element of one part of an answer into view, and marks it until another one is shown. */
import type { AnswerSource } from "./answer-source";

const MARK = "data-loupe-shown";

const MARK_STYLES = `
[${MARK}] { outline: 3px dashed var(--crowd-accent); outline-offset: 5px; scroll-margin: 24px; }
`;

export class ShownPart {
  #marked: Element[] = [];
  #styled = false;

  constructor(private readonly page: Document) {}

  /** Shows what an RFC 6901 JSON Pointer into the answer names; nothing where no element has it. */
  show(pointer: string, sources: readonly AnswerSource[]): void {
    this.clear();
    this.#marked = elementsOf(pointer, sources);
    if (this.#marked.length > 0) this.#installStyles();
    for (const element of this.#marked) element.setAttribute(MARK, "");
    this.#marked[0]?.scrollIntoView?.({ block: "center", behavior: this.#behavior() });
  }

  clear(): void {
    for (const element of this.#marked) element.removeAttribute(MARK);
    this.#marked = [];
  }

  #behavior(): ScrollBehavior {
    const still = this.page.defaultView?.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? true;
    return still ? "auto" : "smooth";
  }

  #installStyles(): void {
    if (this.#styled) return;
    this.#styled = true;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(MARK_STYLES);
    this.page.adoptedStyleSheets = [...this.page.adoptedStyleSheets, sheet];
  }
}

function elementsOf(pointer: string, sources: readonly AnswerSource[]): Element[] {
  const [name, ...path] = partsOf(pointer);
  if (name === undefined || name === "") return [];
  const named = sources.filter((source) => source.name === name);
  if (named.length > 0) return named.flatMap((source) => source.elementAt(path) ?? []);
  // Answers of a form with `answer-format="flatten-objects"` hold `name.key` instead of `name: {key}`.
  return sources.flatMap((source) => {
    if (source.name === "" || !name.startsWith(`${source.name}.`)) return [];
    return source.elementAt([...name.slice(source.name.length + 1).split("."), ...path]) ?? [];
  });
}

function partsOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
