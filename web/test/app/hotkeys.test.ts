import { beforeEach, describe, expect, test } from "vitest";
import { HotkeyRegistry, keyNames } from "../../src/app/hotkeys";

let ran: string[];
let registry: HotkeyRegistry;

function press(init: KeyboardEventInit & { key: string }, target: Element = document.body): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { bubbles: true, composed: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
}

function field(html: string): Element {
  document.body.innerHTML = html;
  return document.body.firstElementChild as Element;
}

beforeEach(() => {
  ran = [];
  registry = new HotkeyRegistry(false);
  registry.register(
    { id: "submit", keys: ["$mod+Enter"], label: "Submit", run: () => ran.push("submit") },
    { id: "help", keys: ["Shift+?", "?"], label: "Show shortcuts", run: () => ran.push("help") },
    { id: "instructions", keys: ["i"], label: "Instructions", run: () => ran.push("instructions") },
  );
  const handle = (event: Event) => registry.handle(event as KeyboardEvent);
  document.body.replaceChildren();
  document.body.onkeydown = handle;
});

describe("a key press", () => {
  test("runs its shortcut and is used up", () => {
    expect(press({ key: "i" }).defaultPrevented).toBe(true);
    press({ key: "?", shiftKey: true });
    press({ key: "Enter", ctrlKey: true });
    expect(ran).toEqual(["instructions", "help", "submit"]);
  });

  test("without a shortcut is left alone", () => {
    expect(press({ key: "q" }).defaultPrevented).toBe(false);
    expect(press({ key: "i", ctrlKey: true }).defaultPrevented).toBe(false);
    expect(ran).toEqual([]);
  });

  test.each([
    "<input>",
    "<input type=email>",
    "<textarea></textarea>",
    "<select></select>",
    "<p contenteditable=true></p>",
  ])("in %s types, only combinations act", (html) => {
    const target = field(html);
    press({ key: "i" }, target);
    expect(ran).toEqual([]);
    press({ key: "Enter", ctrlKey: true }, target);
    expect(ran).toEqual(["submit"]);
  });

  test("in a text field inside a shadow root types too", () => {
    const host = field("<section></section>");
    host.attachShadow({ mode: "open" }).innerHTML = "<input>";
    press({ key: "i" }, host.shadowRoot?.querySelector("input") as Element);
    expect(ran).toEqual([]);
  });

  test("on a check box acts", () => {
    press({ key: "i" }, field("<input type=checkbox>"));
    expect(ran).toEqual(["instructions"]);
  });

  test("does nothing behind an open dialog, while composing or repeating", () => {
    const dialog = field("<dialog open><button></button></dialog>");
    press({ key: "i" }, dialog.firstElementChild as Element);
    press({ key: "i", repeat: true });
    press({ key: "i", isComposing: true });
    expect(ran).toEqual([]);
  });
});

describe("single keys switched off", () => {
  test("leave only combinations, and controls announce no single key", () => {
    registry.singleKeys = false;
    press({ key: "i" });
    press({ key: "?", shiftKey: true });
    press({ key: "Enter", ctrlKey: true });
    expect(ran).toEqual(["submit"]);
    expect(registry.ariaKeys("instructions")).toBe("");
    expect(registry.ariaKeys("submit")).toBe("Control+Enter");
  });
});

describe("the registry", () => {
  test("refuses a taken key or id, and frees both when a page goes", () => {
    const twice = { id: "other", keys: ["i"] as [string], label: "Other", run: () => ran.push("other") };
    expect(() => registry.register(twice)).toThrow("i is taken by instructions");
    const remove = registry.register({ ...twice, keys: ["o"] });
    expect(() => registry.register({ ...twice, keys: ["x"] })).toThrow("other is registered already");
    remove();
    press({ key: "o" });
    expect(ran).toEqual([]);
    expect(registry.list().map((hotkey) => hotkey.id)).toEqual(["submit", "help", "instructions"]);
  });

  test("names keys as they are printed on the keyboard", () => {
    expect(keyNames("$mod+Enter", false)).toEqual(["Ctrl", "Enter"]);
    expect(keyNames("$mod+Enter", true)).toEqual(["⌘", "Enter"]);
    expect(keyNames("Shift+?", false)).toEqual(["?"]);
    expect(registry.tooltip("instructions")).toBe("Instructions (I)");
  });

  test("runs a shortcut by id, as the frame asks for it", () => {
    expect(registry.run("help")).toBe(true);
    expect(registry.run("unknown")).toBe(false);
    expect(ran).toEqual(["help"]);
  });
});
