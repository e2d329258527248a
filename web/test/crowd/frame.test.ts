import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { formRegistry } from "../../src/crowd/form-registry";
import { FrameSession, listenForInit, type Port } from "../../src/crowd/frame-session";
import { registerPageShortcuts } from "../../src/crowd/page-shortcuts";
import {
  type FromPortal,
  type Init,
  readFromPortal,
  readInit,
  type ToPortal,
} from "../../src/crowd/port-messages";
import { ProblemLog } from "../../src/crowd/problem-log";
import { announceReady } from "../../src/crowd/ready";
import { ShortcutRegistry, shortcuts } from "../../src/crowd/shortcuts";
import { find, form, settled, showTemplate } from "./page";

class RecordingPort implements Port {
  onmessage: ((event: MessageEvent) => void) | null = null;
  readonly sent: ToPortal[] = [];

  postMessage(message: ToPortal): void {
    this.sent.push(message);
  }

  deliver(data: FromPortal | unknown): void {
    this.onmessage?.(new MessageEvent("message", { data }));
  }

  all<T extends ToPortal["type"]>(type: T): Extract<ToPortal, { type: T }>[] {
    return this.sent.filter((message): message is Extract<ToPortal, { type: T }> => message.type === type);
  }
}

const INIT: Init = { nonce: "n", mode: "edit", draft: null, theme: "light", singleKeys: true, ahead: false };

async function opened(markup: string, init: Partial<Init> = {}): Promise<RecordingPort> {
  await showTemplate(markup);
  const port = new RecordingPort();
  new FrameSession(port, { ...INIT, ...init }, document).start();
  return port;
}

afterEach(() => {
  formRegistry.listener = null;
});

describe("a session", () => {
  it("answers ready after the draft was set", async () => {
    const port = await opened(
      `<crowd-form><crowd-classifier name="c" categories="['x','y']"><short-instructions>s</short-instructions></crowd-classifier></crowd-form>`,
      {
        draft: { c: { label: "y" }, gone: 1 },
      },
    );
    expect(port.sent[0]).toEqual({
      type: "ready",
      nonce: "n",
      shortcuts: [
        { keys: "1", label: "x" },
        { keys: "2", label: "y" },
      ],
      hasInstructions: true,
      unplaced: { gone: 1 },
    });
    expect(form().answer()).toEqual({ c: { label: "y" } });
  });

  it("submits for the portal's button", async () => {
    const port = await opened('<crowd-form><input name="a" value="1"></crowd-form>');
    port.deliver({ type: "submit" });
    expect(port.all("submit")).toEqual([{ type: "submit", answer: { a: "1" }, userGesture: true }]);
  });

  it("tells the portal what is missing", async () => {
    const port = await opened(
      '<crowd-form><crowd-input name="a" label="Total" required></crowd-input></crowd-form>',
    );
    port.deliver({ type: "submit" });
    expect(port.all("invalid")).toEqual([{ type: "invalid", count: 1, first: "Total: Fill in this field" }]);
    expect(port.all("submit")).toEqual([]);
  });

  it("unlocks the form when the portal sets the mode again", async () => {
    const port = await opened('<crowd-form><input name="a" value="1"></crowd-form>');
    port.deliver({ type: "submit" });
    port.deliver({ type: "submit" });
    port.deliver({ type: "setMode", mode: "edit" });
    port.deliver({ type: "submit" });
    expect(port.all("submit")).toHaveLength(2);
  });

  it("collects at once, unplaced parts included", async () => {
    const port = await opened(
      '<crowd-form><crowd-input name="a" value="1" required></crowd-input></crowd-form>',
      { draft: { gone: "g" } },
    );
    port.deliver({ type: "collect", id: "c7" });
    expect(port.all("draft")).toEqual([
      { type: "draft", seq: 1, data: { a: "1", gone: "g" }, unplaced: { gone: "g" }, collectId: "c7" },
    ]);
  });

  it("shows other content in place of what is shown, and reports no draft of it", async () => {
    const port = await opened(
      `<crowd-form><crowd-input name="a"></crowd-input><crowd-checkbox name="b"></crowd-checkbox>
        <select name="c"><option>x</option><option>y</option></select></crowd-form>`,
      { draft: { a: "first", b: { on: true }, c: "y", gone: 1 } },
    );
    port.deliver({ type: "load", content: { a: "second", other: 2 } });
    expect(form().draft()).toEqual({ a: "second", b: { on: false }, c: "x" });
    port.deliver({ type: "collect", id: "c" });
    expect(port.all("draft").map((draft) => draft.unplaced)).toEqual([{ other: 2 }]);
  });

  it("can be submitted again after other content was shown", async () => {
    const port = await opened('<crowd-form><input name="a" value="1"></crowd-form>');
    port.deliver({ type: "submit" });
    port.deliver({ type: "load", content: { a: "2" } });
    port.deliver({ type: "submit" });
    expect(port.all("submit").map((message) => message.answer)).toEqual([{ a: "1" }, { a: "2" }]);
  });

  it("places a part when its element is added later", async () => {
    const port = await opened("<crowd-form></crowd-form>", { draft: { late: "l" } });
    form().innerHTML = '<crowd-input name="late"></crowd-input>';
    await settled();
    expect(form().answer()).toEqual({ late: "l" });
    port.deliver({ type: "collect", id: "c" });
    expect(port.all("draft")[0]?.unplaced).toEqual({});
  });

  it("leaves handing in to the portal while an answer is reviewed, which may still be changed", async () => {
    const port = await opened('<crowd-form><crowd-input name="a"></crowd-input></crowd-form>', {
      mode: "review",
      draft: { a: "1" },
    });
    await settled();
    expect(form().shadowRoot?.querySelector("crowd-button")).toBeNull();
    port.deliver({ type: "submit" });
    expect(port.all("submit").map((message) => message.answer)).toEqual([{ a: "1" }]);
  });

  it("makes a form that is added later follow the mode", async () => {
    await opened("<crowd-form></crowd-form>", { mode: "readonly" });
    document.body.insertAdjacentHTML("beforeend", '<crowd-form id="second"></crowd-form>');
    await settled();
    expect(find<HTMLElementTagNameMap["crowd-form"]>("#second").getAttribute("aria-disabled")).toBe("true");
  });

  it("reports a message outside the protocol and a template without a form", async () => {
    const port = await opened("<p>nothing</p>");
    port.deliver({ type: "launch" });
    expect(port.all("error").map((error) => error.message)).toEqual([
      "The template has no crowd-form, so nothing can be submitted",
      "The frame got a message that is not part of its protocol",
    ]);
  });

  it("sends only the JSON of an odd value", async () => {
    const port = await opened(
      '<crowd-form><crowd-image-classifier name="a"></crowd-image-classifier></crowd-form>',
    );
    const element = find<HTMLElementTagNameMap["crowd-image-classifier"]>("crowd-image-classifier");
    element.value = { label: "x", extra: () => 1 };
    port.deliver({ type: "submit" });
    expect(port.all("submit")[0]?.answer).toEqual({ a: { label: "x" } });
  });
});

describe("drafts", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function typing(): Promise<{ port: RecordingPort; type: (text: string) => void }> {
    vi.useRealTimers();
    const port = await opened('<crowd-form><input name="a"></crowd-form>');
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    const type = (text: string): void => {
      find<HTMLInputElement>("input").value = text;
      find("input").dispatchEvent(new Event("input", { bubbles: true }));
    };
    return { port, type };
  }

  it("follow a change after one quiet second", async () => {
    const { port, type } = await typing();
    type("x");
    vi.advanceTimersByTime(999);
    expect(port.all("draft")).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(port.all("draft").map((draft) => draft.data)).toEqual([{ a: "x" }]);
  });

  it("do not wait longer than five seconds for quiet", async () => {
    const { port, type } = await typing();
    for (let step = 0; step < 10; step += 1) {
      type("x".repeat(step + 1));
      vi.advanceTimersByTime(500);
    }
    expect(port.all("draft")).toHaveLength(1);
  });

  it("are not sent when nothing differs", async () => {
    const { port, type } = await typing();
    type("");
    vi.advanceTimersByTime(5000);
    expect(port.all("draft")).toEqual([]);
  });
});

describe("init", () => {
  const valid = { v: 1, type: "init", nonce: "n", mode: "edit", draft: { a: 1 }, theme: "dark" };

  it("is read by the protocol's shape", () => {
    expect(readInit(valid)).toEqual({
      nonce: "n",
      mode: "edit",
      draft: { a: 1 },
      theme: "dark",
      singleKeys: true,
      ahead: false,
    });
    expect(readInit({ ...valid, singleKeys: false })?.singleKeys).toBe(false);
  });

  it.each([
    null,
    "init",
    { ...valid, v: 2 },
    { ...valid, type: "x" },
    { ...valid, mode: "own" },
    { ...valid, nonce: 1 },
  ])("refuses %j", (data) => expect(readInit(data)).toBeNull());

  it.each([null, {}, { type: "collect" }, { type: "setMode", mode: "x" }, { type: "theme", theme: "red" }])(
    "knows %j to be no message of the portal",
    (data) => expect(readFromPortal(data)).toBeNull(),
  );

  it("is not waited for where there is no parent", () => {
    const listen = vi.spyOn(window, "addEventListener");
    listenForInit(window, Promise.resolve(), () => expect.unreachable());
    expect(listen).not.toHaveBeenCalled();
    listen.mockRestore();
  });
});

describe("shortcuts", () => {
  const press = (
    code: string,
    key: string,
    options: KeyboardEventInit = {},
    target: Element = document.body,
  ) => {
    const event = new KeyboardEvent("keydown", {
      code,
      key,
      bubbles: true,
      composed: true,
      cancelable: true,
      ...options,
    });
    let handled = false;
    const listener = (heard: Event): void => {
      handled = shortcuts.handle(heard as KeyboardEvent);
    };
    document.addEventListener("keydown", listener);
    target.dispatchEvent(event);
    document.removeEventListener("keydown", listener);
    return handled;
  };
  const twelve = Array.from({ length: 12 }, (_, index) => `'c${index + 1}'`).join(",");
  const page = `<crowd-form><crowd-classifier name="c" categories="[${twelve}]"></crowd-classifier><crowd-input name="t"></crowd-input></crowd-form>`;
  const chosen = () => find<HTMLElementTagNameMap["crowd-classifier"]>("crowd-classifier").value.label;

  afterEach(() => {
    shortcuts.singleKeys = true;
  });

  it.each([
    ["Digit1", "1", false, "c1"],
    ["Digit0", "0", false, "c10"],
    ["Digit2", '"', true, "c12"],
    ["Numpad3", "3", false, "c3"],
  ])("%s chooses", async (code, key, shiftKey, label) => {
    await showTemplate(page);
    expect(press(code, key, { shiftKey })).toBe(true);
    expect(chosen()).toBe(label);
  });

  it("leaves digits alone while text is typed, and where single keys are off", async () => {
    await showTemplate(page);
    const field = find("input", find("crowd-input").shadowRoot as ShadowRoot);
    expect(press("Digit1", "1", {}, field)).toBe(false);
    shortcuts.singleKeys = false;
    expect(press("Digit1", "1")).toBe(false);
    expect(press("Digit1", "1", { ctrlKey: true })).toBe(false);
    expect(chosen()).toBeUndefined();
  });

  it("chooses nothing in a form that only shows an answer", async () => {
    await showTemplate(page);
    form().inert = true;
    expect(press("Digit1", "1")).toBe(false);
  });

  it("chooses nothing in a question with its own form either", async () => {
    await opened(`<crowd-classifier name="c" categories="['x']"></crowd-classifier>`, { mode: "readonly" });
    expect(press("Digit1", "1")).toBe(false);
    expect(chosen()).toBeUndefined();
  });

  it("follows the question in focus where there are several", async () => {
    const one = (name: string) =>
      `<crowd-classifier name="${name}" categories="['x','y']"></crowd-classifier>`;
    await showTemplate(`<crowd-form>${one("a")}${one("b")}</crowd-form>`);
    press("Digit2", "2", {}, find('[name="b"]'));
    expect(form().answer()).toEqual({ b: { label: "y" } });
    expect(shortcuts.list()).toEqual([
      { keys: "1-9, 0 (Shift: next ten)", label: "Choose an option of the question in focus" },
    ]);
  });

  it("submit with Ctrl or Cmd and Enter, also from a text field", async () => {
    await showTemplate('<crowd-form><input name="a" value="1"></crowd-form>');
    const registry = new ShortcutRegistry();
    const port = new RecordingPort();
    const session = new FrameSession(port, INIT, document);
    session.start();
    registerPageShortcuts(registry, () => session);
    const enter = new KeyboardEvent("keydown", { key: "Enter", metaKey: true, cancelable: true });
    find("input").dispatchEvent(enter);
    expect(registry.handle(enter)).toBe(true);
    expect(port.all("submit")).toHaveLength(1);
    port.deliver({ type: "setMode", mode: "readonly" });
    registry.handle(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, cancelable: true }));
    registry.handle(new KeyboardEvent("keydown", { key: "?", shiftKey: true, cancelable: true }));
    expect(port.all("hotkey").map((hotkey) => hotkey.id)).toEqual(["submit", "help"]);
    expect(port.all("submit")).toHaveLength(1);
  });
});

it("announces that the elements are ready once, after their first rendering", async () => {
  const heard = vi.fn(() => expect(find("crowd-input").shadowRoot?.querySelector("input")).not.toBeNull());
  document.addEventListener("all-crowd-elements-ready", heard);
  document.body.innerHTML = '<crowd-form><crowd-input name="a"></crowd-input></crowd-form>';
  await announceReady(document);
  await settled();
  document.removeEventListener("all-crowd-elements-ready", heard);
  expect(heard).toHaveBeenCalledTimes(1);
});

it("reports at most ten problems in ten seconds, those before the connection too", () => {
  let now = 0;
  const log = new ProblemLog(() => now);
  const silent = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const sent: string[] = [];
  log.report("early");
  log.connect((message) => sent.push(message));
  for (let count = 0; count < 20; count += 1) log.report(`p${count}`);
  expect(sent).toHaveLength(10);
  expect(sent[0]).toBe("early");
  now = 10_000;
  log.report("later");
  expect(sent.at(-1)).toBe("later");
  silent.mockRestore();
});
