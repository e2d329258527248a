/** The shortcuts that hold on the whole page: submit, instructions, help. */
import { formRegistry } from "./form-registry";
import { type FrameSession, hasInstructions, toggleInstructions } from "./frame-session";
import { instructionSources } from "./instructions-panel";
import type { ShortcutRegistry } from "./shortcuts";

export function registerPageShortcuts(registry: ShortcutRegistry, session: () => FrameSession | null): void {
  registry.register({
    keys: "Ctrl+Enter",
    label: "Submit",
    singleKey: false,
    matches: (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey),
    run: () => submit(session()),
  });
  registry.register({
    keys: "?",
    label: "Show the shortcuts",
    singleKey: true,
    matches: (event) => event.key === "?" && !withCommand(event),
    run: () => session()?.hotkey("help"),
  });
  registry.register({
    keys: "I",
    label: "Show or hide the instructions",
    singleKey: true,
    matches: (event) => event.key.toLowerCase() === "i" && !withCommand(event) && !event.shiftKey,
    run: () => (hasInstructions() ? toggleInstructions() : session()?.hotkey("instructions")),
  });
}

/** Escape closes open instructions; it is left to the page when none are open. */
export function closeInstructionsOnEscape(event: KeyboardEvent): void {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const closed = [...instructionSources].filter((source) => source.closeInstructions());
  if (closed.length > 0) event.preventDefault();
}

function withCommand(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey;
}

/** A form whose answer is somebody else's leaves the key to the portal. */
function submit(session: FrameSession | null): void {
  const form = formRegistry.current;
  if (session && (!form || form.mode === "readonly" || form.mode === "review")) session.hotkey("submit");
  else form?.requestSubmit();
}
