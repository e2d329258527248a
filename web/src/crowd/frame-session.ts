/** The frame's side of the port protocol: one session per page, from `init` until the portal drops the frame. */
import type { Parts } from "./answer-source";
import type { CrowdForm } from "./crowd-form";
import { DraftClock } from "./draft-clock";
import { type FormListener, formRegistry, type Mode } from "./form-registry";
import { watchHeight } from "./frame-height";
import { FrameScroll } from "./frame-scroll";
import { instructionSources } from "./instructions-panel";
import { PendingDraft } from "./pending-draft";
import { type FromPortal, type Init, readFromPortal, readInit, type ToPortal } from "./port-messages";
import { problems } from "./problem-log";
import { shortcuts } from "./shortcuts";
import { ShownPart } from "./shown-part";
import { applyTheme } from "./theme";

const ACTIVITY_EVERY_MS = 10_000;

/** The part of a MessagePort that a session uses. */
export interface Port {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: unknown): void;
}

export class FrameSession implements FormListener {
  mode: Mode;
  #pending: PendingDraft;
  readonly #clock = new DraftClock(() => this.#sendDraftIfChanged());
  #sequence = 0;
  #lastDraft = "";
  #portalAsked = false;
  readonly #shown: ShownPart;
  readonly #scroll: FrameScroll;

  constructor(
    private readonly port: Port,
    private readonly init: Init,
    private readonly page: Document,
  ) {
    this.mode = init.mode;
    this.#pending = new PendingDraft(init.draft ?? {});
    this.#shown = new ShownPart(page);
    this.#scroll = new FrameScroll(page, (top) => this.#send({ type: "scrolled", top }));
  }

  /** Sets the draft, answers `ready` and from then on follows the portal and the person. */
  start(): void {
    applyTheme(this.page, this.init.theme);
    shortcuts.singleKeys = this.init.singleKeys;
    formRegistry.listener = this;
    for (const form of formRegistry.forms) this.restructured(form);
    this.#setMode(this.mode);
    this.#lastDraft = JSON.stringify(this.#draft());
    this.#send({
      type: "ready",
      nonce: this.init.nonce,
      shortcuts: shortcuts.list(),
      hasInstructions: hasInstructions(),
      unplaced: this.#pending.unplaced,
    });
    this.port.onmessage = (event) => this.#receive(event.data);
    problems.connect((message) => this.#send({ type: "error", message }));
    if (formRegistry.forms.size === 0)
      problems.report("The template has no crowd-form, so nothing can be submitted");
    watchHeight(this.page, (px) => this.#send({ type: "height", px }));
    this.#scroll.watch();
    this.#watchEdits();
    this.#watchActivity();
  }

  submitted(_form: CrowdForm, answer: Parts, userGesture: boolean): void {
    this.#clock.stop();
    this.#send({ type: "submit", answer, userGesture: userGesture || this.#portalAsked });
  }

  invalid(messages: string[]): void {
    this.#send({ type: "invalid", count: messages.length, first: messages[0] ?? "" });
  }

  changed(name: string): void {
    this.#pending.supersede(name);
    this.#clock.touch();
  }

  restructured(form: CrowdForm): void {
    this.#pending.place(form.sources());
  }

  hotkey(id: "submit" | "help" | "next" | "instructions"): void {
    this.#send({ type: "hotkey", id });
  }

  #receive(data: unknown): void {
    const message = readFromPortal(data);
    if (message === null) problems.report("The frame got a message that is not part of its protocol");
    else this.#act(message);
  }

  #act(message: FromPortal): void {
    switch (message.type) {
      case "collect":
        this.#sendDraft(message.id);
        break;
      case "submit":
        this.#submitForPortal();
        break;
      case "load":
        this.#load(message.content);
        break;
      case "setMode":
        this.#setMode(message.mode);
        break;
      case "focus":
        formRegistry.current?.focus();
        break;
      case "show":
        this.#shown.show(
          message.pointer,
          [...formRegistry.forms].flatMap((form) => form.sources()),
        );
        break;
      case "scrollTo":
        this.#scroll.follow(message.top);
        break;
      case "theme":
        applyTheme(this.page, message.theme);
        break;
      case "instructions":
        toggleInstructions();
        break;
    }
  }

  #submitForPortal(): void {
    this.#portalAsked = true; // the portal asks when the person pressed its own button
    try {
      formRegistry.current?.requestSubmit();
    } finally {
      this.#portalAsked = false;
    }
  }

  #load(content: Parts): void {
    this.#shown.clear();
    for (const form of formRegistry.forms) {
      form.reset();
      form.unlock();
    }
    this.#pending = new PendingDraft(content);
    for (const form of formRegistry.forms) this.restructured(form);
    this.#lastDraft = JSON.stringify(this.#draft());
  }

  #setMode(mode: Mode): void {
    this.mode = mode;
    for (const form of formRegistry.forms) {
      form.mode = mode;
      form.unlock();
    }
  }

  /** Scripts of a template change values without events, so every action of the person may mean a new draft. */
  #watchEdits(): void {
    for (const type of ["input", "change", "pointerup", "keyup"]) {
      this.page.addEventListener(type, () => this.#clock.touch(), { capture: true, passive: true });
    }
    this.page.addEventListener("visibilitychange", () => {
      if (this.page.visibilityState === "hidden") this.#clock.flush();
    });
  }

  #watchActivity(): void {
    let reported = Number.NEGATIVE_INFINITY;
    const report = (event: Event): void => {
      if (!event.isTrusted || event.timeStamp - reported < ACTIVITY_EVERY_MS) return;
      reported = event.timeStamp;
      this.#send({ type: "activity" });
    };
    for (const type of ["keydown", "pointerdown", "pointermove", "wheel"]) {
      this.page.addEventListener(type, report, { capture: true, passive: true });
    }
  }

  #draft(): Parts {
    const present = [...formRegistry.forms].flatMap((form) => Object.entries(form.draft()));
    return this.#pending.addTo(Object.fromEntries(present));
  }

  #sendDraftIfChanged(): void {
    const editable = this.mode === "edit" || this.mode === "review";
    if (editable && JSON.stringify(this.#draft()) !== this.#lastDraft) this.#sendDraft();
  }

  #sendDraft(collectId?: string | number): void {
    const data = this.#draft();
    this.#lastDraft = JSON.stringify(data);
    this.#sequence += 1;
    const draft: ToPortal = { type: "draft", seq: this.#sequence, data, unplaced: this.#pending.unplaced };
    this.#send(collectId === undefined ? draft : { ...draft, collectId });
  }

  /** Templates may hold anything in a value; only its JSON crosses the frame. */
  #send(message: ToPortal): void {
    this.port.postMessage(JSON.parse(JSON.stringify(message)));
  }
}

export function hasInstructions(): boolean {
  return [...instructionSources].some((source) => source.hasInstructions);
}

export function toggleInstructions(): void {
  [...instructionSources].find((source) => source.hasInstructions)?.toggleInstructions();
}

/** Waits for the portal's one `init` message; a page that was opened on its own never gets one. */
export function listenForInit(
  target: Window,
  ready: Promise<void>,
  opened: (session: FrameSession) => void,
): void {
  if (target.parent === target) return;
  const onMessage = (event: MessageEvent): void => {
    const [port] = event.ports;
    const init = event.source === target.parent ? readInit(event.data) : null;
    if (!init || !port) return;
    target.removeEventListener("message", onMessage);
    void ready.then(() => {
      const session = new FrameSession(port, init, target.document);
      session.start();
      opened(session);
    });
  };
  target.addEventListener("message", onMessage);
}
