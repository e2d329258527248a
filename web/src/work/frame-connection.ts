import type { Clock } from "../ui/clock";
import type { JsonObject } from "../ui/json";
import { type FrameMessage, parseFrameMessage } from "./frame-messages";
import type { PaneSizes } from "./pane-sizes";

export type FrameMode = "edit" | "review" | "readonly" | "preview";
export type FrameTheme = "light" | "dark";

export interface FrameStart {
  nonce: string;
  mode: FrameMode;
  draft: JsonObject | null;
  theme: FrameTheme;
  /** False where the person switched single-key shortcuts off. */
  singleKeys: boolean;
  /** How this person sized the panes of data groups, by layout. */
  panes?: Record<string, PaneSizes>;
  /** It loads out of sight: what weighs much waits until `reveal`. */
  ahead?: boolean;
}

/** The part of a frame's `contentWindow` that is used. */
export type FrameWindow = Pick<Window, "postMessage">;

export interface FrameListener {
  message(message: FrameMessage): void;
  /** The frame broke the protocol; `text` is fit to show. */
  problem(text: string): void;
  neverReady(): void;
}

export const READY_WITHIN = 10_000;
const COLLECT_WITHIN = 2_000;
const MESSAGES_PER_SECOND = 200;

/**
 * The portal's end of the port to one template frame.
 *
 * The frame's origin is opaque, so the port handed to it is what identifies it: nothing is read from window
 * messages. The template must answer `ready` with our nonce within ten seconds.
 */
export class FrameConnection {
  private port: MessagePort | null = null;
  private ready = false;
  private collectCount = 0;
  private readonly collecting = new Map<string, (data: JsonObject | null) => void>();
  private cancelReadyTimer: (() => void) | null = null;
  private windowStart = 0;
  private messagesInWindow = 0;

  constructor(
    private start: FrameStart,
    private readonly listener: FrameListener,
    private readonly clock: Clock,
  ) {}

  /** Starts the ten seconds within which the template has to be ready. */
  awaitReady(): void {
    this.cancelReadyTimer = this.clock.after(READY_WITHIN, () => this.listener.neverReady());
  }

  /** Called on the frame's `load`: hands over the port. A second load means that the template left its page. */
  connect(frame: FrameWindow): void {
    if (this.port !== null) {
      this.close();
      this.listener.problem("The template left its page. Reload it to go on; what you typed so far is kept.");
      return;
    }
    const channel = new MessageChannel();
    this.port = channel.port1;
    this.port.onmessage = (event: MessageEvent<unknown>) => this.receive(event.data);
    // An opaque origin has no name to address, so the target must be "*": nothing secret is in here.
    frame.postMessage({ v: 1, type: "init", ...this.start }, "*", [channel.port2]);
  }

  close(): void {
    this.cancelReadyTimer?.();
    if (this.port !== null) {
      this.port.onmessage = null;
      this.port.close();
    }
    for (const resolve of this.collecting.values()) resolve(null);
    this.collecting.clear();
  }

  get isReady(): boolean {
    return this.ready;
  }

  submit(): void {
    this.post({ type: "submit" });
  }

  focus(): void {
    this.post({ type: "focus" });
  }

  /** Brings the element of a label, a JSON Pointer into the answer, into view and marks it; "" marks nothing. */
  show(pointer: string): void {
    this.post({ type: "show", pointer });
  }

  /** Scrolls to a share of the way from the top. */
  scrollTo(top: number): void {
    this.post({ type: "scrollTo", top });
  }

  toggleInstructions(): void {
    this.post({ type: "instructions" });
  }

  /** Shows this content in place of what is shown now. */
  load(content: JsonObject): void {
    this.post({ type: "load", content });
  }

  /** What loaded out of sight shows now. */
  reveal(): void {
    this.start = { ...this.start, ahead: false };
    this.post({ type: "reveal" });
  }

  /** New addresses of a data group's files, by tile. */
  giveLinks(links: Record<string, string>): void {
    this.post({ type: "links", links });
  }

  setMode(mode: FrameMode): void {
    this.post({ type: "setMode", mode });
  }

  setTheme(theme: FrameTheme): void {
    this.post({ type: "theme", theme });
  }

  /** What is typed right now, or null if the frame does not answer within two seconds. */
  collect(): Promise<JsonObject | null> {
    if (!this.ready) return Promise.resolve(null);
    const id = `c${++this.collectCount}`;
    return new Promise((resolve) => {
      const cancelTimer = this.clock.after(COLLECT_WITHIN, () => settle(null));
      const settle = (data: JsonObject | null) => {
        cancelTimer();
        this.collecting.delete(id);
        resolve(data);
      };
      this.collecting.set(id, settle);
      this.post({ type: "collect", id });
    });
  }

  private post(message: JsonObject): void {
    this.port?.postMessage(message);
  }

  private receive(raw: unknown): void {
    if (this.tooMany()) {
      this.close();
      this.listener.problem(
        "The template sends messages without end and was cut off. Reload it to try again.",
      );
      return;
    }
    const parsed = parseFrameMessage(raw);
    if ("problem" in parsed) this.listener.problem(parsed.problem);
    else this.accept(parsed.message);
  }

  private accept(message: FrameMessage): void {
    if (message.type === "ready") {
      if (message.nonce !== this.start.nonce) {
        this.listener.problem("The template answered for another page.");
        return;
      }
      this.ready = true;
      this.cancelReadyTimer?.();
    } else if (!this.ready && message.type !== "error") {
      return;
    }
    this.listener.message(message);
    if (message.type === "draft" && message.collectId !== null)
      this.collecting.get(message.collectId)?.(message.data);
  }

  private tooMany(): boolean {
    const now = this.clock.now();
    if (now - this.windowStart >= 1000) {
      this.windowStart = now;
      this.messagesInWindow = 0;
    }
    this.messagesInWindow += 1;
    return this.messagesInWindow > MESSAGES_PER_SECOND;
  }
}
