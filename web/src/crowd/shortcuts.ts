/** The one registry of the frame's keyboard shortcuts; the list shown to the person comes from it. */

export type Shortcut = { keys: string; label: string };

/** A shortcut for the whole page. A single key works only while no text is being typed. */
export interface PageShortcut extends Shortcut {
  readonly singleKey: boolean;
  matches(event: KeyboardEvent): boolean;
  run(): void;
}

/** An element whose options are chosen with 1 to 9 and 0, and with Shift for the next ten. */
export interface ChoiceHost extends Element {
  readonly choices: readonly string[];
  readonly choosable: boolean;
  choose(index: number): void;
}

const CHOICE_LIMIT = 20;
const UNTYPED = new Set([
  "checkbox",
  "radio",
  "range",
  "button",
  "submit",
  "reset",
  "color",
  "file",
  "image",
]);

export class ShortcutRegistry {
  /** Off for people who asked for no single-key shortcuts (WCAG 2.1.4). */
  singleKeys = true;
  readonly #page: PageShortcut[] = [];
  readonly #hosts = new Set<ChoiceHost>();
  #lastUsed: ChoiceHost | null = null;

  register(shortcut: PageShortcut): void {
    this.#page.push(shortcut);
  }

  addChoices(host: ChoiceHost): void {
    this.#hosts.add(host);
  }

  removeChoices(host: ChoiceHost): void {
    this.#hosts.delete(host);
    if (this.#lastUsed === host) this.#lastUsed = null;
  }

  list(): Shortcut[] {
    const page = this.#page.map(({ keys, label }) => ({ keys, label }));
    return [...page, ...this.#choiceShortcuts()];
  }

  /** Runs the shortcut of this key, if there is one; returns whether it did. */
  handle(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.isComposing) return false;
    const single = this.singleKeys && !isTyping(event);
    const shortcut = this.#page.find(
      (candidate) => candidate.matches(event) && (single || !candidate.singleKey),
    );
    const handled = shortcut !== undefined || (single && this.#chooseByDigit(event));
    shortcut?.run();
    if (handled) event.preventDefault();
    return handled;
  }

  #choiceShortcuts(): Shortcut[] {
    const hosts = [...this.#hosts].filter((host) => host.choices.length > 0);
    if (hosts.length > 1)
      return [{ keys: "1-9, 0 (Shift: next ten)", label: "Choose an option of the question in focus" }];
    const choices = hosts[0]?.choices.slice(0, CHOICE_LIMIT) ?? [];
    return choices.map((label, index) => ({ keys: choiceKeys(index), label }));
  }

  #chooseByDigit(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code)?.[1];
    if (digit === undefined) return false;
    const index = ((Number(digit) + 9) % 10) + (event.shiftKey ? 10 : 0);
    const host = this.#activeHost(event);
    if (!host?.choosable || index >= host.choices.length) return false;
    this.#lastUsed = host;
    host.choose(index);
    return true;
  }

  /** The question that has the focus, else the one used last, else the first on the page. */
  #activeHost(event: KeyboardEvent): ChoiceHost | undefined {
    const hosts = [...this.#hosts].sort((a, b) =>
      a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
    );
    return hosts.find((host) => event.composedPath().includes(host)) ?? this.#lastUsed ?? hosts[0];
  }
}

/** The keys that choose the option at `index`, "" beyond the twentieth. */
export function choiceKeys(index: number): string {
  if (index >= CHOICE_LIMIT) return "";
  return `${index >= 10 ? "Shift+" : ""}${(index + 1) % 10}`;
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (target instanceof HTMLInputElement) return !UNTYPED.has(target.type);
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLElement && target.isContentEditable === true;
}

export const shortcuts = new ShortcutRegistry();
