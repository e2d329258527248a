/** The keys of the editor; those that are single act only while nobody types. */
import type { ShortcutRegistry } from "../crowd/shortcuts";
import type { DataGroup } from "./data-group";

export interface SessionKeys {
  submit(): void;
  hotkey(id: "help" | "instructions"): void;
}

export function registerGroupKeys(registry: ShortcutRegistry, editor: DataGroup, session: SessionKeys): void {
  const single = (keys: string, label: string, run: () => void, key = keys.toLowerCase()) =>
    registry.register({
      keys,
      label,
      singleKey: true,
      matches: (event) => event.key.toLowerCase() === key && !withCommand(event),
      run,
    });
  const always = (keys: string, label: string, matches: (event: KeyboardEvent) => boolean, run: () => void) =>
    registry.register({ keys, label, singleKey: false, matches, run });

  always(
    "Ctrl+Enter",
    "Submit",
    (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey),
    () => session.submit(),
  );
  always(
    "F6",
    "Next tile",
    (event) => event.key === "F6" && !event.shiftKey,
    () => editor.move(1),
  );
  always(
    "Shift+F6",
    "Previous tile",
    (event) => event.key === "F6" && event.shiftKey,
    () => editor.move(-1),
  );
  always("Escape", "Leave a text", isLeavingText, () => void editor.focusActive());
  single("]", "Next tile", () => editor.move(1));
  single("[", "Previous tile", () => editor.move(-1));
  registry.register({
    keys: "Space",
    label: "Play or pause",
    singleKey: true,
    // A button that has the focus is pressed by it, an option chosen.
    // Without anything to play it scrolls.
    matches: (event) =>
      event.key === " " && editor.transport.canPlay && !withCommand(event) && !isPressable(event),
    run: () => editor.transport.toggle(),
  });
  single(".", "Next frame", () => editor.transport.step(1));
  single(",", "Previous frame", () => editor.transport.step(-1));
  single("G", "Videos in step, or each by itself", () => {
    editor.transport.inStep = !editor.transport.inStep;
  });
  single("M", "Sound on or off", () => editor.toggleSound());
  single("+", "Larger", () => editor.magnify(1));
  single("-", "Smaller", () => editor.magnify(-1));
  single("Z", "Whole picture", () => editor.magnify(0));
  single("?", "Show the shortcuts", () => session.hotkey("help"));
  single("I", "Instructions", () => session.hotkey("instructions"));
}

function withCommand(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey;
}

function isPressable(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (target instanceof HTMLInputElement) return target.type === "radio" && !target.checked;
  return target instanceof HTMLButtonElement;
}

function isLeavingText(event: KeyboardEvent): boolean {
  return event.key === "Escape" && event.composedPath()[0] instanceof HTMLTextAreaElement;
}
