import { afterEach, beforeEach } from "vitest";
import type { Assignment, HandIn } from "../../src/app/api";
import { HotkeyRegistry } from "../../src/app/hotkeys";
import { Announcer } from "../../src/app/portal";
import type { DecisionDesk, DecisionDeskParts } from "../../src/review/decision-desk";
import type { Issue } from "../../src/review/label-issues";
import type { FirstAttempt } from "../../src/work/submission-queue";
import { ManualClock, settle } from "../app/manual-clock";
import { anAssignment, at } from "../work/assignments";

/** Takes every decision; there is no template. */
class TakingSession {
  readonly decided: HandIn[] = [];
  readonly draft = { content: null, save: async () => {} } as never;
  outcome: FirstAttempt = { name: "accepted" };

  constructor(readonly assignment: Assignment) {}

  remaining(): number {
    return 60_000;
  }

  async freshLinks(): Promise<Record<string, string>> {
    return {};
  }

  async decide(handIn: HandIn): Promise<FirstAttempt> {
    this.decided.push(handIn);
    return this.outcome;
  }
}

/** Answers what is asked about issues, and keeps what is written. */
export class IssuesServer {
  issues: Issue[] = [];
  readonly written: { path: string; body: unknown }[] = [];
  away = false;

  async get(): Promise<{ items: Issue[]; next_cursor: null }> {
    if (this.away) throw new Error("away");
    return { items: this.issues, next_cursor: null };
  }

  async send(_method: string, path: string, body: Record<string, unknown>): Promise<Issue> {
    if (this.away) throw new Error("away");
    this.written.push({ path, body });
    const settled = path.endsWith("/resolve") ? "resolved" : "open";
    const known = this.issues.find(({ id }) => path.includes(`/${id}/`));
    return known === undefined ? anIssue({ id: "new", ...body }) : { ...known, state: settled };
  }
}

export function anIssue(changes: Partial<Issue> = {}): Issue {
  return {
    id: "i1",
    title: "Blurred",
    state: "open",
    answer: 1,
    label: "/mood",
    tags: [],
    by: "Mia Manager",
    mine: false,
    at: at(0),
    comments: [],
    ...changes,
  };
}

/** A panel of a desk on a page of its own, with its keys. Call it within `describe`. */
export function deskScreen<D extends DecisionDesk>(open: new (parts: DecisionDeskParts) => D) {
  const screen = new DeskScreen(open);
  beforeEach(() => screen.begin());
  afterEach(() => screen.end());
  return screen;
}

class DeskScreen<D extends DecisionDesk> {
  hotkeys = new HotkeyRegistry(false);
  announcer = new Announcer();
  server = new IssuesServer();
  session!: TakingSession;
  desk!: D;
  panel!: HTMLElement;
  private readonly onKey = (event: KeyboardEvent) => this.hotkeys.handle(event);

  constructor(private readonly open: new (parts: DecisionDeskParts) => D) {}

  begin(): void {
    this.hotkeys = new HotkeyRegistry(false);
    this.announcer = new Announcer();
    this.server = new IssuesServer();
    window.addEventListener("keydown", this.onKey);
  }

  end(): void {
    window.removeEventListener("keydown", this.onKey);
    document.body.replaceChildren();
  }

  async show(tag: string, assignment: Partial<Assignment>): Promise<void> {
    this.session = new TakingSession(anAssignment(assignment));
    this.desk = new this.open({
      session: this.session,
      frame: () => null,
      queue: { discard: async () => {} },
      clock: new ManualClock(),
    });
    await this.add(tag);
  }

  /** Another element about the same desk. */
  async add(tag: string): Promise<void> {
    this.panel = document.createElement(tag);
    const portal = { hotkeys: this.hotkeys, announcer: this.announcer, api: this.server };
    Object.assign(this.panel, { portal, desk: this.desk, enabled: true });
    document.body.append(this.panel);
    await rendered();
  }

  button(name: string): HTMLButtonElement {
    return button(this.panel, name);
  }

  all(selector: string): Element[] {
    return all(this.panel, selector);
  }

  texts(selector: string): string[] {
    return texts(this.panel, selector);
  }

  async press(key: string, target: Element = document.body, init: KeyboardEventInit = {}): Promise<void> {
    target.dispatchEvent(
      new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true, ...init }),
    );
    await rendered();
  }

  async type(field: Element | undefined, text: string): Promise<void> {
    (field as HTMLTextAreaElement).value = text;
    field?.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    await rendered();
  }
}

export async function rendered(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await settle();
}

/** Elements in an element's shadow and in the components within it. */
export function all(host: Element, selector: string): Element[] {
  const root = host.shadowRoot;
  if (root === null) return [];
  const nested = [...root.querySelectorAll("*")].flatMap((element) => all(element, selector));
  return [...root.querySelectorAll(selector), ...nested];
}

export function texts(host: Element, selector: string): string[] {
  return all(host, selector).map((element) => (element.textContent ?? "").replace(/\s+/g, " ").trim());
}

export function button(host: Element, name: string): HTMLButtonElement {
  const named = (element: Element) =>
    (element.getAttribute("aria-label") ?? element.textContent ?? "").replace(/\s+/g, " ").trim() === name;
  const found = all(host, "button").find(named);
  if (found === undefined) throw new Error(`There is no button ${name}`);
  return found as HTMLButtonElement;
}
