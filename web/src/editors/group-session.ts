/** The editor's side of the port to the portal: the same protocol as a template's, and how its panes are sized. */
import { isRecord, type Parts } from "../crowd/answer-source";
import { DraftClock } from "../crowd/draft-clock";
import type { Mode } from "../crowd/form-registry";
import { type FromPortal, type Init, readFromPortal, readInit, type ToPortal } from "../crowd/port-messages";
import type { ProblemLog } from "../crowd/problem-log";
import type { ShortcutRegistry } from "../crowd/shortcuts";
import { applyTheme } from "../crowd/theme";
import type { DataGroup } from "./data-group";
import type { MissingAnswer } from "./group-answers";
import type { SessionKeys } from "./group-keys";
import { layoutName, type PaneSizes } from "./layout-tree";

const ACTIVITY_EVERY_MS = 10_000;
/** How high the frame should be; the portal gives it the rest of its window where that is more. */
const HEIGHT_PX = 720;

/** The part of a MessagePort that a session uses. */
export interface Port {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
}

type ToPortalHere = ToPortal | { type: "panes"; layout: string; sizes: PaneSizes };

export class GroupSession implements SessionKeys {
  private mode: Mode;
  private readonly clock = new DraftClock(() => this.sendDraftIfChanged());
  private readonly layout: string;
  private sequence = 0;
  private lastDraft = "";
  /** From handing in until the portal says how to go on. */
  private locked = false;
  private awaitsLinks = false;

  constructor(
    private readonly port: Port,
    private readonly init: Init,
    private readonly editor: DataGroup,
    private readonly shortcuts: ShortcutRegistry,
    private readonly problems: ProblemLog,
    panes: Readonly<Record<string, PaneSizes>> = {},
  ) {
    this.mode = init.mode;
    this.layout = layoutName(editor.group.layout);
    editor.panes = panes[this.layout] ?? {};
    editor.ahead = init.ahead;
  }

  /** Sets the draft, answers `ready` and from then on follows the portal and the person. */
  start(): void {
    const { editor, init, port } = this;
    this.theme(init.theme);
    this.shortcuts.singleKeys = init.singleKeys;
    editor.answers.load(init.draft ?? {});
    this.setMode(init.mode);
    this.lastDraft = JSON.stringify(editor.answers.draft());
    this.send({
      type: "ready",
      nonce: init.nonce,
      shortcuts: this.shortcuts.list(),
      hasInstructions: false,
      unplaced: editor.answers.unplaced,
    });
    port.onmessage = (event) => this.receive(event.data);
    this.problems.connect((message) => this.send({ type: "error", message }));
    this.send({ type: "height", px: HEIGHT_PX });
    editor.answers.addEventListener("change", () => this.clock.touch());
    editor.addEventListener("panes-changed", (event) =>
      this.keepPanes((event as CustomEvent<PaneSizes>).detail),
    );
    editor.addEventListener("link-ended", () => this.askForLinks());
    this.watchPage(editor.ownerDocument);
  }

  /** What Ctrl+Enter does: whose answer is somebody else's leaves it to the portal. */
  submit(): void {
    if (this.mode === "review" || this.mode === "readonly") this.send({ type: "hotkey", id: "submit" });
    else this.handIn(true);
  }

  hotkey(id: "help" | "instructions"): void {
    this.send({ type: "hotkey", id });
  }

  private receive(data: unknown): void {
    const message = readFromPortal(data);
    if (message === null) this.problems.report("The frame got a message that is not part of its protocol");
    else this.act(message);
  }

  private act(message: FromPortal): void {
    switch (message.type) {
      case "collect":
        this.sendDraft(message.id);
        break;
      case "submit":
        this.handIn(true); // the portal asks when the person pressed its own button
        break;
      case "load":
        this.load(message.content);
        break;
      case "setMode":
        this.setMode(message.mode);
        break;
      case "focus":
        void this.editor.focusActive();
        break;
      case "show": {
        const [tile = "", question = ""] = pointerParts(message.pointer);
        this.editor.showLabel(tile, question);
        break;
      }
      case "theme":
        this.theme(message.theme);
        break;
      case "reveal":
        this.editor.ahead = false;
        break;
      case "links":
        this.awaitsLinks = false;
        this.editor.renewLinks(message.links);
        break;
    }
  }

  private handIn(userGesture: boolean): void {
    if (this.locked || this.mode === "readonly") return;
    const missing = this.editor.answers.missing();
    void this.editor.showMissing(missing);
    const [first] = missing;
    if (first !== undefined) {
      this.send({ type: "invalid", count: missing.length, first: missingText(first) });
      return;
    }
    this.clock.stop();
    this.locked = this.mode !== "preview";
    this.send({ type: "submit", answer: this.editor.answers.content(), userGesture });
  }

  private load(content: Parts): void {
    this.locked = false;
    this.editor.missing = [];
    this.editor.answers.load(content);
    this.lastDraft = JSON.stringify(this.editor.answers.draft());
  }

  private setMode(mode: Mode): void {
    this.mode = mode;
    this.locked = false;
    this.editor.readOnly = mode === "readonly";
  }

  private theme(theme: Init["theme"]): void {
    applyTheme(this.editor.ownerDocument, theme);
  }

  // All links of a page end together: one request is for all tiles.
  private askForLinks(): void {
    if (this.awaitsLinks) return;
    this.awaitsLinks = true;
    this.send({ type: "renew" });
  }

  private keepPanes(sizes: PaneSizes): void {
    this.send({ type: "panes", layout: this.layout, sizes });
  }

  private sendDraftIfChanged(): void {
    const editable = this.mode === "edit" || this.mode === "review";
    if (editable && JSON.stringify(this.editor.answers.draft()) !== this.lastDraft) this.sendDraft();
  }

  private sendDraft(collectId?: string | number): void {
    const { answers } = this.editor;
    const data = answers.draft();
    this.lastDraft = JSON.stringify(data);
    this.sequence += 1;
    const draft: ToPortal = { type: "draft", seq: this.sequence, data, unplaced: answers.unplaced };
    this.send(collectId === undefined ? draft : { ...draft, collectId });
  }

  private watchPage(page: Document): void {
    page.addEventListener("visibilitychange", () => {
      if (page.visibilityState === "hidden") this.clock.flush();
    });
    let reported = Number.NEGATIVE_INFINITY;
    const report = (event: Event): void => {
      if (!event.isTrusted || event.timeStamp - reported < ACTIVITY_EVERY_MS) return;
      reported = event.timeStamp;
      this.send({ type: "activity" });
    };
    for (const type of ["keydown", "pointerdown", "pointermove", "wheel"])
      page.addEventListener(type, report, { capture: true, passive: true });
  }

  private send(message: ToPortalHere): void {
    this.port.postMessage(message);
  }
}

/** Waits for the portal's one `init` message; a page that was opened on its own never gets one. */
export function listenForInit(
  target: Window,
  open: (port: Port, init: Init, panes: Readonly<Record<string, PaneSizes>>) => void,
): void {
  if (target.parent === target) return;
  const onMessage = (event: MessageEvent): void => {
    const [port] = event.ports;
    const init = event.source === target.parent ? readInit(event.data) : null;
    if (init === null || port === undefined) return;
    target.removeEventListener("message", onMessage);
    open(port, init, panesOf(event.data));
  };
  target.addEventListener("message", onMessage);
}

function panesOf(data: unknown): Readonly<Record<string, PaneSizes>> {
  return isRecord(data) && isRecord(data.panes) ? (data.panes as Record<string, PaneSizes>) : {};
}

function missingText({ tile, question, text }: MissingAnswer): string {
  return text === null ? `${tile}: ${question}` : `${tile}: ${question} ${text}`;
}

function pointerParts(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
