/** Keeps a form as it is: all of it can be read, scrolled and played, but its controls take no input. */

const CONTROLS = [
  "input, select, textarea, button, label, option, crowd-button, [contenteditable]",
  "[role=button], [role=radio], [role=checkbox], [role=slider], [role=switch], [role=textbox], [role=combobox], [role=option]",
].join();
/** What serves reading, though it is pressed. */
const READING = "loupe-instructions-panel, crowd-instructions, aside, summary, a";
const TEXT =
  'textarea, input:not([type]), input:is([type="text"], [type="search"], [type="url"], [type="tel"], [type="email"])';
const PASSING_KEYS = new Set(["Tab", "Escape", "PageUp", "PageDown", "Shift"]);
const POINTER_EVENTS = ["click", "pointerdown", "mousedown", "dblclick", "touchstart", "drop"];

/** Listens before the controls do; the form says itself to people with a screen reader that it is disabled. */
export class ReadOnly {
  #on = false;

  constructor(private readonly form: HTMLElement) {
    for (const type of POINTER_EVENTS)
      form.addEventListener(type, (event) => this.#refuse(event), { capture: true });
    form.addEventListener("beforeinput", (event) => this.#refuse(event), { capture: true });
    form.addEventListener("keydown", (event) => this.#refuseKey(event), { capture: true });
  }

  get on(): boolean {
    return this.#on;
  }

  set on(on: boolean) {
    if (on === this.#on) return;
    this.#on = on;
    if (on) {
      this.form.setAttribute("role", "group");
      this.form.setAttribute("aria-label", "The answer, which takes no input");
      this.form.setAttribute("aria-disabled", "true");
    } else for (const name of ["role", "aria-label", "aria-disabled"]) this.form.removeAttribute(name);
  }

  #refuse(event: Event): void {
    if (!this.#on || !isForControl(event, this.form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // In a text field keys move the caret, and what they would change is refused as input.
  #refuseKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || PASSING_KEYS.has(event.key)) return;
    const target = event.composedPath()[0];
    const moves = target instanceof Element && target.matches(TEXT) && event.key !== "Enter";
    if (!moves) this.#refuse(event);
  }
}

function isForControl(event: Event, form: HTMLElement): boolean {
  const path = event.composedPath();
  const within = path.slice(0, path.indexOf(form)).filter((node) => node instanceof Element);
  return within.some((node) => node.matches(CONTROLS)) && !within.some((node) => node.matches(READING));
}
