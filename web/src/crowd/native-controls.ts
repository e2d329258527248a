/** Plain HTML controls of a template as parts of the answer. */
import { type AnswerSource, takeBoolean } from "./answer-source";

export type NativeControl = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const WITHOUT_ANSWER = new Set(["button", "submit", "reset", "image", "file"]);

export function isNativeControl(element: Element): element is NativeControl {
  if (element instanceof HTMLInputElement) return !WITHOUT_ANSWER.has(element.type);
  return element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement;
}

/** Radio buttons and check boxes answer `{value: bool}`, lists of several choices an array, all others their text. */
export function nativeSource(control: NativeControl): AnswerSource {
  if (control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio")) {
    return new CheckableSource(control);
  }
  if (control instanceof HTMLSelectElement && control.multiple) return new MultipleSelectSource(control);
  return new TextSource(control);
}

abstract class NativeSource<C extends NativeControl> implements AnswerSource {
  constructor(protected readonly control: C) {}

  get name(): string {
    return this.control.name;
  }

  get disabled(): boolean {
    return this.control.matches(":disabled");
  }

  get caption(): string {
    const text = this.control.labels?.[0]?.textContent ?? this.control.getAttribute("aria-label") ?? "";
    return text.replace(/\s+/g, " ").trim() || this.name;
  }

  abstract readPart(): unknown;
  abstract takePart(part: unknown): unknown;
  abstract reset(): void;

  answerPart(): unknown {
    return this.readPart();
  }

  validate(): string {
    const valid = this.control.checkValidity();
    if (valid) this.control.removeAttribute("aria-invalid");
    else this.control.setAttribute("aria-invalid", "true");
    return valid ? "" : this.control.validationMessage || "This answer is not valid";
  }

  focus(): void {
    this.control.focus();
  }

  elementAt(_path: readonly string[]): Element | null {
    return this.control;
  }
}

class CheckableSource extends NativeSource<HTMLInputElement> {
  readPart(): unknown {
    return { [this.control.value]: this.control.checked };
  }

  takePart(part: unknown): unknown {
    return takeBoolean(part, this.control.value, (on) => {
      this.control.checked = on;
    });
  }

  reset(): void {
    this.control.checked = this.control.defaultChecked;
  }

  /** Of the controls that share a name, the one with this value. */
  override elementAt([value]: readonly string[]): Element | null {
    return value === undefined || value === this.control.value ? this.control : null;
  }
}

class TextSource extends NativeSource<NativeControl> {
  readPart(): unknown {
    return this.control.value;
  }

  override answerPart(): unknown {
    return this.control.value === "" ? undefined : this.control.value;
  }

  takePart(part: unknown): unknown {
    if (part !== null && typeof part !== "string" && typeof part !== "number") return part;
    const wanted = part === null ? "" : String(part);
    const offered =
      !(this.control instanceof HTMLSelectElement) ||
      [...this.control.options].some((option) => option.value === wanted);
    if (!offered) return part;
    const before = this.control.value;
    this.control.value = wanted;
    if (this.control.value !== "" || wanted === "") return undefined;
    this.control.value = before; // the control's type refuses this text
    return part;
  }

  reset(): void {
    if (this.control instanceof HTMLSelectElement) resetOptions(this.control);
    else this.control.value = this.control.defaultValue;
  }
}

class MultipleSelectSource extends NativeSource<HTMLSelectElement> {
  readPart(): unknown {
    return [...this.control.options].filter((option) => option.selected).map((option) => option.value);
  }

  takePart(part: unknown): unknown {
    if (!Array.isArray(part)) return part;
    const options = [...this.control.options];
    const offered = new Set(options.map((option) => option.value));
    if (!part.every((value) => offered.has(value))) return part;
    for (const option of options) option.selected = part.includes(option.value);
    return undefined;
  }

  reset(): void {
    resetOptions(this.control);
  }
}

function resetOptions(select: HTMLSelectElement): void {
  const options = [...select.options];
  for (const option of options) option.selected = option.hasAttribute("selected");
  const first = options.find((option) => !option.disabled);
  if (first && !select.multiple && !options.some((option) => option.hasAttribute("selected")))
    first.selected = true;
}
