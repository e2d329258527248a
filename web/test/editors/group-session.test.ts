import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { FromPortal, Init } from "../../src/crowd/port-messages";
import { ProblemLog } from "../../src/crowd/problem-log";
import { ShortcutRegistry } from "../../src/crowd/shortcuts";
import type { DataGroup } from "../../src/editors/data-group";
import "../../src/editors/data-group";
import type { FileView } from "../../src/editors/file-view";
import { registerGroupKeys } from "../../src/editors/group-keys";
import { GroupSession, type Port } from "../../src/editors/group-session";
import type { GroupTile } from "../../src/editors/group-tile";
import { layoutName } from "../../src/editors/layout-tree";
import type { PaneBorder } from "../../src/editors/pane-border";
import { groupDocument, QUESTIONS, tile } from "./documents";

const [PREDICTION = "", SUMMARY = ""] = QUESTIONS.map(({ name }) => name);
const WRONG = "What's wrong?";
const INIT: Init = { nonce: "n", mode: "edit", draft: null, theme: "light", singleKeys: true, ahead: false };
const YES = { value: "yes", nested: {} };
const ALL = {
  left: { [PREDICTION]: YES, [SUMMARY]: YES },
  right: { [PREDICTION]: YES, [SUMMARY]: YES },
};

type Said = { type: string; [name: string]: unknown };

class RecordingPort implements Port {
  onmessage: ((event: MessageEvent) => void) | null = null;
  readonly sent: Said[] = [];

  postMessage(message: unknown): void {
    this.sent.push(JSON.parse(JSON.stringify(message)) as Said);
  }

  deliver(data: FromPortal): void {
    this.onmessage?.(new MessageEvent("message", { data }));
  }

  all(type: string): Said[] {
    return this.sent.filter((message) => message.type === type);
  }
}

let editor: DataGroup;
let port: RecordingPort;
let registry: ShortcutRegistry;
let onKey: (event: KeyboardEvent) => void;

beforeEach(() => {
  document.body.innerHTML = "";
});

afterEach(() => {
  document.removeEventListener("keydown", onKey);
  vi.useRealTimers();
});

async function open(init: Partial<Init> = {}, panes = {}, group = {}): Promise<void> {
  editor = document.createElement("loupe-data-group");
  editor.group = groupDocument(group);
  port = new RecordingPort();
  registry = new ShortcutRegistry();
  const problems = new ProblemLog();
  const session = new GroupSession(port, { ...INIT, ...init }, editor, registry, problems, panes);
  editor.addEventListener("tile-failed", (event) => problems.report((event as CustomEvent<string>).detail));
  registerGroupKeys(registry, editor, session);
  onKey = (event) => void registry.handle(event);
  document.addEventListener("keydown", onKey);
  document.body.append(editor);
  await settled();
  if (editor.choices !== null) registry.addChoices(editor.choices);
  session.start();
  await settled();
}

async function settled(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await editor.updateComplete;
    await editor.choices?.updateComplete;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
  const code = /^\d$/.test(key) ? `Digit${key}` : "";
  document.dispatchEvent(
    new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true, ...more }),
  );
  await settled();
}

const activeKey = () => editor.renderRoot.querySelector("loupe-group-tile[active]")?.getAttribute("data-key");
const radios = () => [...(editor.choices?.renderRoot.querySelectorAll<HTMLInputElement>("input") ?? [])];

const tiles = () => [...editor.renderRoot.querySelectorAll("loupe-group-tile")];
const fileIn = (element: GroupTile) =>
  element.renderRoot.querySelector<FileView>(".file > :not([role])") ?? undefined;
const shownFiles = () => tiles().map((each) => fileIn(each)?.localName ?? "");
const shownAddresses = () => tiles().map((each) => fileIn(each)?.tile.url);
const failFile = (key: string) => {
  const shown = tiles().find((each) => each.dataset.key === key);
  if (shown !== undefined) fileIn(shown)?.dispatchEvent(new CustomEvent("file-failed", { detail: "gone" }));
};

describe("a session", () => {
  test("answers ready with its keys, and shows the draft", async () => {
    await open({ draft: { left: { [PREDICTION]: { value: "no", nested: { [WRONG]: "x" } } }, gone: 1 } });
    const [ready] = port.all("ready");
    expect(ready).toMatchObject({ nonce: "n", hasInstructions: false, unplaced: { gone: 1 } });
    const shortcuts = ready?.shortcuts as { keys: string; label: string }[];
    expect(shortcuts).toContainEqual({ keys: "F6", label: "Next tile" });
    expect(shortcuts).toContainEqual({ keys: "2", label: `${PREDICTION} no` });
    expect(radios().map((radio) => radio.checked)).toEqual([false, true, false, false]);
  });

  test("begins with the first tile that is answered, and goes round by keys", async () => {
    await open();
    const seen = [activeKey()];
    for (const key of ["F6", "]", "]"]) {
      await press(key);
      seen.push(activeKey());
    }
    await press("[");
    expect([...seen, activeKey()]).toEqual(["left", "right", "events", "left", "events"]);
  });

  test("hands in what was chosen by number", async () => {
    await open();
    await press("1");
    await press("3");
    await press("F6");
    await press("1");
    await press("4");
    editor.answers.setText("right", SUMMARY, WRONG, "no lorry");
    await press("Enter", { ctrlKey: true });
    expect(port.all("submit")).toEqual([
      {
        type: "submit",
        userGesture: true,
        answer: {
          left: { [PREDICTION]: YES, [SUMMARY]: YES },
          right: { [PREDICTION]: YES, [SUMMARY]: { value: "no", nested: { [WRONG]: "no lorry" } } },
        },
      },
    ]);
    await press("Enter", { ctrlKey: true });
    expect(port.all("submit")).toHaveLength(1);
    port.deliver({ type: "setMode", mode: "edit" });
    await press("Enter", { ctrlKey: true });
    expect(port.all("submit")).toHaveLength(2);
  });

  test("goes to what is missing and says it", async () => {
    await open({ draft: { left: ALL.left } });
    port.deliver({ type: "submit" });
    await settled();
    expect(port.all("invalid")).toEqual([{ type: "invalid", count: 2, first: `right: ${PREDICTION}` }]);
    expect(port.all("submit")).toEqual([]);
    expect(activeKey()).toBe("right");
    expect(editor.choices?.renderRoot.textContent).toContain("Choose an answer.");
  });

  test("leaves the answer of somebody else alone, and the portal to hand it in", async () => {
    await open({ mode: "readonly", draft: ALL });
    await press("2");
    expect(radios().map((radio) => [radio.checked, radio.disabled])).toEqual([
      [true, true],
      [false, true],
      [true, true],
      [false, true],
    ]);
    await press("Enter", { ctrlKey: true });
    expect(port.all("submit")).toEqual([]);
    expect(port.all("hotkey")).toEqual([{ type: "hotkey", id: "submit" }]);
    port.deliver({ type: "setMode", mode: "review" });
    await settled();
    await press("2");
    port.deliver({ type: "collect", id: "c" });
    expect(port.all("draft").at(-1)).toMatchObject({
      collectId: "c",
      data: { left: { [PREDICTION]: { value: "no", nested: {} } } },
    });
    port.deliver({ type: "load", content: ALL });
    await settled();
    expect(radios().map((radio) => radio.checked)).toEqual([true, false, true, false]);
  });

  test("shows the label that the portal points at, and marks nothing that is not there", async () => {
    await open({ mode: "readonly", draft: ALL });
    port.deliver({ type: "show", pointer: `/right/${SUMMARY}` });
    await settled();
    expect(activeKey()).toBe("right");
    const marked = () =>
      editor.choices?.renderRoot.querySelector("fieldset.shown")?.getAttribute("data-name");
    expect(marked()).toBe(SUMMARY);
    port.deliver({ type: "show", pointer: "" });
    await settled();
    expect(marked()).toBeUndefined();
  });

  test("tells how panes are sized, and takes what was kept", async () => {
    const name = layoutName(groupDocument().layout);
    await open({}, { [name]: { "": 40 }, other: { "": 90 } });
    const border = editor.renderRoot.querySelector<PaneBorder>("loupe-pane-border");
    const separator = border?.renderRoot.querySelector('[role="separator"]');
    expect(separator?.getAttribute("aria-valuenow")).toBe("40");
    separator?.dispatchEvent(
      new KeyboardEvent("keydown", { key: "ArrowDown", shiftKey: true, bubbles: true }),
    );
    expect(port.all("panes")).toEqual([{ type: "panes", layout: name, sizes: { "": 50 } }]);
  });

  test("what weighs much loads when it shows", async () => {
    const tiles = [tile("left", { type: "video" }), tile("right"), tile("events", { type: "audio" })];
    await open({ ahead: true }, {}, { tiles });
    expect(shownFiles()).toEqual(["", "loupe-image-view", ""]);
    port.deliver({ type: "reveal" });
    await settled();
    expect(shownFiles()).toEqual(["loupe-player-view", "loupe-image-view", "loupe-player-view"]);
  });

  test("files whose links ended are asked for once, and load under their new ones alone", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: performance.timeOrigin + 16 * 60_000 });
    await open();
    for (const key of ["events", "right"]) failFile(key);
    expect(port.all("renew")).toEqual([{ type: "renew" }]);
    await settled();
    expect(shownFiles()).toEqual(["", "loupe-image-view", ""]);

    port.deliver({
      type: "links",
      links: { events: "http://portal/media/e2", left: "http://portal/media/l2" },
    });
    await settled();
    expect(shownAddresses()).toEqual(["http://portal/media/e2", "http://portal/media/left", undefined]);
    expect(port.all("error")).toMatchObject([{ message: expect.stringContaining("right (gone)") }]);

    failFile("events");
    await settled();
    expect(port.all("renew")).toHaveLength(1);
    expect(port.all("error")).toHaveLength(2);
  });

  test("a file that does not load while its link lasts is said at once", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: performance.timeOrigin + 60_000 });
    await open();
    failFile("left");
    expect(port.all("renew")).toEqual([]);
    expect(port.all("error")).toMatchObject([{ message: expect.stringContaining("left (gone)") }]);
  });

  test("single keys can be switched off", async () => {
    await open({ singleKeys: false });
    await press("1");
    await press("]");
    expect([radios().some((radio) => radio.checked), activeKey()]).toEqual([false, "left"]);
    await press("F6");
    expect(activeKey()).toBe("right");
  });
});
