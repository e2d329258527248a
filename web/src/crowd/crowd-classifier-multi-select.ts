import { property } from "lit/decorators.js";
import { isRecord, without } from "./answer-source";
import { CategoryElement } from "./category-element";
import { looseJsonOrText } from "./loose-json";

/** Content and any number of categories; the exclusion category stands alone. Answers `{name: {labels: [...]}}`. */
export class CrowdClassifierMultiSelect extends CategoryElement {
  @property({ attribute: "exclusion-category", converter: looseJsonOrText }) exclusionCategory: unknown =
    undefined;

  protected readonly multiple = true;

  override get choices(): readonly string[] {
    const exclusion = this.#exclusion();
    return exclusion === null
      ? super.choices
      : [...super.choices.filter((label) => label !== exclusion), exclusion];
  }

  override get value(): { labels: string[] } {
    return this.readPart();
  }

  override set value(value: unknown) {
    const labels = isRecord(value) ? value.labels : value;
    this.chosen = Array.isArray(labels) ? [...new Set(labels.map(String))] : [];
  }

  readPart(): { labels: string[] } {
    return { labels: [...this.chosen] };
  }

  takePart(part: unknown): unknown {
    if (part === null) {
      this.chosen = [];
      return undefined;
    }
    if (
      !isRecord(part) ||
      !Array.isArray(part.labels) ||
      !part.labels.every((label) => typeof label === "string")
    )
      return part;
    this.value = part;
    return without(part, "labels");
  }

  /** An empty choice is an answer, unless the template asks for one or offers a category for it. */
  protected problem(): string {
    const needed = this.required || this.#exclusion() !== null;
    return needed && this.chosen.length === 0 ? "Choose at least one category" : "";
  }

  protected override isExclusive(choice: string): boolean {
    return choice === this.#exclusion();
  }

  protected select(choice: string, on: boolean): void {
    const others = this.chosen.filter((label) => label !== choice);
    if (!on) this.chosen = others;
    else if (this.isExclusive(choice)) this.chosen = [choice];
    else this.chosen = this.#inOrder([...others.filter((label) => !this.isExclusive(label)), choice]);
  }

  #inOrder(labels: string[]): string[] {
    const known = this.choices.filter((label) => labels.includes(label));
    return [...known, ...labels.filter((label) => !known.includes(label))];
  }

  #exclusion(): string | null {
    const category = this.exclusionCategory;
    const text = isRecord(category) ? category.text : category;
    return text === undefined || text === null || text === "" ? null : String(text);
  }
}
