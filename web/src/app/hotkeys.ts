import { matchKeyBindingPress, parseKeybinding } from "tinykeys";

export interface Hotkey {
  id: string;
  /** Bindings in tinykeys' notation; the first one is shown. */
  keys: [string, ...string[]];
  label: string;
  run: () => void;
}

/** A shortcut's keys, one name each, as printed on a keyboard: ["Ctrl", "Enter"]. */
export function keyNames(binding: string, mac: boolean): string[] {
  if (binding.startsWith("Shift+") && isSymbol(binding.slice(6))) return [binding.slice(6)];
  return binding
    .split("+")
    .map((key) => KEY_NAMES[key]?.[mac ? 1 : 0] ?? (key.length === 1 ? key.toUpperCase() : key));
}

const KEY_NAMES: Record<string, [other: string, mac: string]> = {
  $mod: ["Ctrl", "⌘"],
  Escape: ["Esc", "Esc"],
};

function isSymbol(key: string): boolean {
  return key.length === 1 && key.toLowerCase() === key.toUpperCase();
}

/** All shortcuts of the portal: what the keyboard does, the help overlay and `aria-keyshortcuts` come from here. */
export class HotkeyRegistry extends EventTarget {
  private readonly hotkeys = new Map<string, Hotkey>();

  constructor(
    readonly mac: boolean,
    /** Off lets only combinations with Ctrl or Cmd work (WCAG 2.1.4). */
    private singleKeysOn: boolean = true,
  ) {
    super();
  }

  /** Adds shortcuts and returns what removes them. Throws if an id or a binding is taken. */
  register(...added: Hotkey[]): () => void {
    for (const hotkey of added) {
      this.refuseClash(hotkey);
      this.hotkeys.set(hotkey.id, hotkey);
    }
    this.changed();
    return () => {
      for (const hotkey of added) this.hotkeys.delete(hotkey.id);
      this.changed();
    };
  }

  list(): Hotkey[] {
    return [...this.hotkeys.values()];
  }

  run(id: string): boolean {
    const hotkey = this.hotkeys.get(id);
    hotkey?.run();
    return hotkey !== undefined;
  }

  get singleKeys(): boolean {
    return this.singleKeysOn;
  }

  set singleKeys(on: boolean) {
    this.singleKeysOn = on;
    this.changed();
  }

  /** For `keydown` on the window. */
  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.repeat || event.isComposing || inDialog(event)) return;
    const plain = !event.ctrlKey && !event.metaKey;
    if (plain && (!this.singleKeysOn || inTextField(event))) return;
    const hotkey = this.list().find((candidate) => candidate.keys.some((keys) => matches(event, keys)));
    if (hotkey === undefined) return;
    event.preventDefault();
    hotkey.run();
  }

  /** The value of `aria-keyshortcuts` for a control, empty where it has no shortcut. */
  ariaKeys(id: string): string {
    const keys = this.hotkeys.get(id)?.keys[0];
    if (keys === undefined || (!this.singleKeysOn && !keys.includes("$mod"))) return "";
    return keys.replace("$mod", this.mac ? "Meta" : "Control");
  }

  /** A tooltip such as "Submit (Ctrl+Enter)". */
  tooltip(id: string): string {
    const hotkey = this.hotkeys.get(id);
    if (hotkey === undefined) return "";
    return `${hotkey.label} (${keyNames(hotkey.keys[0], this.mac).join("+")})`;
  }

  private refuseClash(added: Hotkey): void {
    for (const hotkey of this.hotkeys.values()) {
      const shared = hotkey.keys.find((keys) => added.keys.includes(keys));
      if (hotkey.id === added.id) throw new Error(`The shortcut ${added.id} is registered already.`);
      if (shared !== undefined)
        throw new Error(`${shared} is taken by ${hotkey.id}, ${added.id} cannot have it too.`);
    }
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

function matches(event: KeyboardEvent, keys: string): boolean {
  const [press] = parseKeybinding(keys);
  return press !== undefined && matchKeyBindingPress(event, press);
}

const TEXT_FIELDS =
  "textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])";

function inTextField(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return target instanceof HTMLElement && (target.matches(TEXT_FIELDS) || target.isContentEditable);
}

function inDialog(event: KeyboardEvent): boolean {
  return event.composedPath().some((node) => node instanceof HTMLDialogElement && node.open);
}
