import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import "./draft-notice";
import "./error-notice";
import "./give-back-dialog";
import "./kept-answer";
import "./lost-work";
import "./modal-dialog";
import "./shortcut-help";
import "./task-timer";
import "./template-frame";
import "./unplaced-parts";
import type { Assignment, SessionInfo } from "./api";
import { draftText } from "./draft-notice";
import { chooseDraft, type DraftChoice } from "./drafts";
import type { FrameMessage, FrameShortcut } from "./frame-messages";
import type { GiveBack } from "./give-back-dialog";
import type { JsonObject } from "./json";
import type { LeaseLoss } from "./lease";
import type { Portal } from "./portal";
import { styles } from "./styles";
import type { QueuedSubmission } from "./submission-queue";
import type { FrameSource, TemplateFrame } from "./template-frame";
import { momentText } from "./time-text";
import { Watch } from "./watch";
import { workPageStyles } from "./work-page-styles";
import { WorkSession } from "./work-session";

type Phase =
  | { name: "opening" }
  | { name: "open-failed"; error: unknown }
  | { name: "working" }
  | { name: "lost"; loss: LeaseLoss }
  | { name: "on-its-way" }
  | { name: "moving-on" }
  | { name: "no-next"; error: unknown };

interface FrameInfo {
  ready: boolean;
  late: boolean;
  shortcuts: FrameShortcut[];
  hasInstructions: boolean;
  unplaced: JsonObject;
  problems: string[];
}

const FRESH_FRAME: FrameInfo = {
  ready: false,
  late: false,
  shortcuts: [],
  hasInstructions: false,
  unplaced: {},
  problems: [],
};

const SUBMIT_ANSWER_WITHIN = 5_000;
const SHOWN_PROBLEMS = 5;
const INPUT_EVENTS = ["keydown", "pointerdown", "pointermove", "wheel"] as const;

/** One task: the template in its frame, the toolbar around it, and every way out. */
@customElement("loupe-work")
export class WorkPage extends LitElement {
  static override styles = [styles, workPageStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property() assignmentId = "";
  @state() private phase: Phase = { name: "opening" };
  @state() private source: FrameSource | null = null;
  @state() private frameInfo = FRESH_FRAME;
  @state() private shownDraft: DraftChoice | null = null;
  @state() private otherDraft: DraftChoice | null = null;
  @state() private invalid = "";
  @state() private endsSoon = false;
  @state() private keptContent: JsonObject | null = null;
  @state() private giveBack: GiveBack | null = null;
  @state() private moreOpen = false;
  @state() private showDescription = false;
  @query("h1") private heading!: HTMLElement | null;
  @query("loupe-template-frame") private frame!: TemplateFrame | null;

  private session: WorkSession | null = null;
  private queue: { project: string; stage: string } | null = null;
  private cancelSubmitTimer: (() => void) | null = null;
  private removeHotkeys: (() => void) | null = null;
  private handedIn = false;

  constructor() {
    super();
    new Watch(this, () => [this.portal.preferences, this.portal.hotkeys]);
  }

  /** Shortcuts that the template offers, for the help overlay. */
  get frameShortcuts(): FrameShortcut[] {
    return this.frameInfo.shortcuts;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.removeHotkeys = this.registerHotkeys();
    for (const name of INPUT_EVENTS) window.addEventListener(name, this.onInput, { passive: true });
    document.addEventListener("visibilitychange", this.onVisibility);
    window.addEventListener("online", this.onOnline);
    this.portal.queue.addEventListener("accepted", this.onAccepted);
    this.portal.router.beforeLeave = () => this.pause();
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeHotkeys?.();
    this.cancelSubmitTimer?.();
    this.session?.stop();
    for (const name of INPUT_EVENTS) window.removeEventListener(name, this.onInput);
    document.removeEventListener("visibilitychange", this.onVisibility);
    window.removeEventListener("online", this.onOnline);
    this.portal.queue.removeEventListener("accepted", this.onAccepted);
  }

  override updated(changed: PropertyValues): void {
    if (changed.has("phase")) this.heading?.focus();
  }

  override render() {
    switch (this.phase.name) {
      case "opening":
        return this.renderPlain("Opening your task…", html`<p class="muted" role="status">One moment.</p>`);
      case "moving-on":
        return this.renderPlain(
          "Answer handed in",
          html`<p class="muted" role="status">Taking the next task…</p>`,
        );
      case "open-failed":
        return this.renderPlain("This task cannot be opened", this.renderOpenFailed(this.phase.error));
      case "on-its-way":
        return this.renderPlain("Answer handed in", this.renderOnItsWay());
      case "no-next":
        return this.renderPlain("Answer handed in", this.renderNoNext(this.phase.error));
      case "working":
      case "lost":
        return this.session === null ? nothing : this.renderTask(this.session);
    }
  }

  private renderPlain(heading: string, content: unknown) {
    return html`<div class="plain-page stack">
      <h1 tabindex="-1">${heading}</h1>
      ${content}
    </div>`;
  }

  private renderOpenFailed(error: unknown) {
    return html`<loupe-error .error=${error}></loupe-error>
      ${this.keptContent === null ? nothing : html`<loupe-kept-answer .content=${this.keptContent}></loupe-kept-answer>`}
      <div class="row">
        <button class="primary" @click=${() => this.open()}>Try again</button>
        <button @click=${this.toMyWork}>Back to My work</button>
      </div>`;
  }

  private renderOnItsWay() {
    return html`<p>Your answer to this task is kept on this device and sent as soon as the server can be reached.</p>
      <div class="row">
        <button class="primary" @click=${this.takeNext}>Take the next task</button>
        <button @click=${this.toMyWork}>Back to My work</button>
      </div>`;
  }

  private renderNoNext(error: unknown) {
    return html`<p>Your answer is kept and on its way. The next task could not be taken yet.</p>
      <loupe-error .error=${error}></loupe-error>
      <div class="row">
        <button class="primary" @click=${this.takeNext}>Try again</button>
        <button @click=${this.toMyWork}>Back to My work</button>
      </div>`;
  }

  private renderTask(session: WorkSession) {
    const { assignment } = session;
    const unplaced = Object.keys(this.frameInfo.unplaced).length > 0;
    return html`
      ${this.renderToolbar(session)}
      <div class="notices">${this.renderNotices(session)}</div>
      <div class="task ${unplaced ? "with-aside" : ""}">
        ${
          this.source === null
            ? nothing
            : html`<loupe-template-frame
              .source=${this.source}
              .clock=${this.portal.clock}
              .theme=${this.portal.preferences.shownTheme}
              .singleKeys=${this.portal.hotkeys.singleKeys}
              .label=${assignment.title}
              @frame-message=${this.onFrameMessage}
              @frame-problem=${(event: CustomEvent<string>) => this.addProblem(event.detail)}
              @frame-never-ready=${this.onNeverReady}
            ></loupe-template-frame>`
        }
        ${unplaced ? html`<loupe-unplaced-parts .parts=${this.frameInfo.unplaced}></loupe-unplaced-parts>` : nothing}
      </div>
      ${
        this.giveBack === null
          ? nothing
          : html`<loupe-give-back
            .kind=${this.giveBack}
            .session=${session}
            @given-back=${this.onGivenBack}
            @close=${() => {
              this.giveBack = null;
            }}
          ></loupe-give-back>`
      }
      ${this.showDescription ? this.renderDescription(assignment) : nothing}
    `;
  }

  private renderToolbar(session: WorkSession) {
    const working = this.phase.name === "working";
    const { assignment } = session;
    return html`<div class="toolbar">
      <div class="title">
        <h1 tabindex="-1">${assignment.title || assignment.project}</h1>
        <p class="small muted facts">
          <loupe-task-timer .session=${session} .clock=${this.portal.clock}></loupe-task-timer>
          <span>${working ? draftText(session.draft.state, session.lease.reachable) : ""}</span>
        </p>
      </div>
      <button
        class="more"
        aria-expanded=${this.moreOpen ? "true" : "false"}
        aria-controls="actions"
        @click=${() => {
          this.moreOpen = !this.moreOpen;
        }}
      >
        More
      </button>
      <div
        id="actions"
        class="actions ${this.moreOpen ? "open" : ""}"
        role="group"
        aria-label="Task actions"
        @click=${this.closeMore}
        @keydown=${this.closeMoreByEscape}
      >
        ${this.renderAction("instructions", "Instructions", this.hasInstructions(assignment))}
        ${this.renderAction("help", "Shortcuts", true)} ${this.renderAction("later", "Stop and resume later", working)}
        ${this.renderAction("release", "Release task", working)} ${this.renderAction("decline", "Decline task", working)}
      </div>
      <button
        class="primary submit"
        title=${this.portal.hotkeys.tooltip("submit")}
        aria-keyshortcuts=${this.portal.hotkeys.ariaKeys("submit") || nothing}
        ?disabled=${!working || !this.frameInfo.ready}
        @click=${this.submit}
      >
        Submit
      </button>
    </div>`;
  }

  private renderAction(id: string, label: string, enabled: boolean) {
    return html`<button
      class="plain"
      title=${this.portal.hotkeys.tooltip(id)}
      aria-keyshortcuts=${this.portal.hotkeys.ariaKeys(id) || nothing}
      ?disabled=${!enabled}
      @click=${() => this.portal.hotkeys.run(id)}
    >
      ${label}
    </button>`;
  }

  private renderNotices(session: WorkSession) {
    return html`
      ${this.phase.name === "lost" ? this.renderLost(this.phase.loss) : nothing}
      <div role="alert">
        ${
          this.endsSoon && this.phase.name === "working"
            ? html`<p class="notice warning">
              The time for this task is nearly over. Submit soon; what you typed is kept in any case.
            </p>`
            : nothing
        }
        ${this.invalid === "" ? nothing : html`<p class="notice error">${this.invalid}</p>`}
        ${this.frameInfo.problems.map((problem) => html`<p class="notice error">${problem}</p>`)}
      </div>
      ${this.phase.name === "working" ? this.renderWorkingNotices(session) : nothing}
    `;
  }

  private renderWorkingNotices(session: WorkSession) {
    return html`
      ${
        session.lease.reachable
          ? nothing
          : html`<p class="notice warning" role="status">
            The server cannot be reached. You can go on: what you type is kept on this device and sent when the connection
            is back.
          </p>`
      }
      ${this.renderDraftNotice()}
      ${
        this.frameInfo.late && !this.frameInfo.ready
          ? html`<div class="notice warning" role="alert">
            <p>
              ${
                this.source === null
                  ? "This task has no template to show."
                  : "The template does not get ready. It may be slow or broken."
              }
              Reload it, or give the task back with Release or Decline.
            </p>
            <button @click=${this.reload}>Reload template</button>
          </div>`
          : nothing
      }
    `;
  }

  private renderDraftNotice() {
    const { shownDraft, otherDraft } = this;
    if (shownDraft === null) return nothing;
    return html`<loupe-draft-notice
      .shown=${shownDraft}
      .other=${otherDraft}
      @use-other=${() => this.useDraft(otherDraft)}
      @close=${() => {
        this.shownDraft = null;
      }}
    ></loupe-draft-notice>`;
  }

  private renderLost(loss: LeaseLoss) {
    return html`<loupe-lost-work .loss=${loss} .content=${this.keptContent}>
      ${
        loss === "opened-elsewhere"
          ? html`<button class="primary" @click=${() => this.open()}>Continue here</button>`
          : html`<button class="primary" @click=${this.takeNext}>Take the next task</button>`
      }
      <button @click=${this.toMyWork}>Back to My work</button>
    </loupe-lost-work>`;
  }

  private renderDescription(assignment: Assignment) {
    return html`<loupe-dialog
      heading="Instructions"
      @close=${() => {
        this.showDescription = false;
      }}
      ><p class="description">${assignment.description}</p></loupe-dialog
    >`;
  }

  private registerHotkeys(): () => void {
    return this.portal.hotkeys.register(
      { id: "submit", keys: ["$mod+Enter"], label: "Submit", run: () => this.submit() },
      { id: "save", keys: ["$mod+s"], label: "Save the draft now", run: () => void this.saveNow() },
      { id: "instructions", keys: ["i"], label: "Instructions", run: () => this.toggleInstructions() },
      { id: "focus", keys: ["f"], label: "Go into the task", run: () => this.frame?.focusTemplate() },
      { id: "later", keys: ["p"], label: "Stop and resume later", run: () => void this.later() },
      { id: "release", keys: ["l"], label: "Release task", run: () => this.askGiveBack("release") },
      { id: "decline", keys: ["s"], label: "Decline task", run: () => this.askGiveBack("decline") },
      { id: "next", keys: ["n"], label: "Take the next task once this one is over", run: () => this.next() },
    );
  }

  private async begin(): Promise<void> {
    const taken = this.portal.handover.takeTask(this.assignmentId);
    const waiting = this.portal.queue.waiting.find((entry) => entry.assignmentId === this.assignmentId);
    if (taken !== null) await this.show(taken);
    else if (waiting !== undefined) this.showWaiting(waiting);
    else await this.open();
  }

  // Opening the task would take the lease away from the answer that is being sent.
  private showWaiting(waiting: QueuedSubmission): void {
    this.queue = waiting;
    this.handedIn = true;
    this.phase = { name: "on-its-way" };
  }

  /** Opens the task on the server, under a new lease, and shows it with the wished or else the newer draft. */
  private async open(wished: DraftChoice | null = null): Promise<void> {
    try {
      const assignment = await this.portal.api.open(this.assignmentId);
      await this.show(assignment, wished);
    } catch (error) {
      const kept = await this.portal.localDrafts.find(this.info.user.id, this.assignmentId);
      this.keptContent = this.keptContent ?? kept?.content ?? null;
      this.session?.stop();
      this.phase = { name: "open-failed", error };
    }
  }

  private async show(assignment: Assignment, wished: DraftChoice | null = null): Promise<void> {
    this.session?.stop();
    const local = await this.portal.localDrafts.find(this.info.user.id, assignment.id);
    const { chosen, other } = chooseDraft(local, assignment.draft);
    this.shownDraft = wished ?? chosen;
    this.otherDraft = wished === null ? other : null;
    const session = this.prepareSession(assignment);
    this.session = session;
    this.queue = assignment;
    this.source =
      assignment.frame_url === null
        ? null
        : { url: assignment.frame_url, draft: this.shownDraft?.content ?? null };
    this.frameInfo = { ...FRESH_FRAME, late: this.source === null };
    this.keptContent = this.shownDraft?.content ?? null;
    this.invalid = "";
    this.handedIn = false;
    this.phase = { name: "working" };
    session.start();
    document.title = `${assignment.title || assignment.project} · Loupe`;
  }

  private prepareSession(assignment: Assignment): WorkSession {
    const visible = document.visibilityState === "visible";
    const session = new WorkSession(assignment, this.info.user.id, this.portal, visible);
    this.endsSoon = false;
    session.addEventListener("warning", () => {
      this.endsSoon = true;
    });
    session.draft.addEventListener("change", () => this.requestUpdate());
    session.lease.addEventListener("renewed", () => this.requestUpdate());
    session.lease.addEventListener("unreachable", () => this.requestUpdate());
    session.lease.addEventListener("lost", () => void this.onLost(session));
    return session;
  }

  private async onLost(session: WorkSession): Promise<void> {
    if (session !== this.session || this.handedIn || session.lease.loss === null) return;
    this.phase = { name: "lost", loss: session.lease.loss };
    this.giveBack = null;
    const content = (await this.frame?.connection?.collect()) ?? session.draft.content;
    if (content !== null) {
      this.keptContent = content;
      await session.keepOnDevice(content);
    }
    this.frame?.connection?.setMode("readonly");
  }

  private readonly onFrameMessage = (event: CustomEvent<FrameMessage>): void => {
    const message = event.detail;
    if (message.type !== "height" && message.type !== "ready") this.session?.activeTime.input();
    switch (message.type) {
      case "ready":
        this.frameInfo = { ...this.frameInfo, ...message, ready: true };
        break;
      case "draft":
        if (message.unplaced !== null) this.frameInfo = { ...this.frameInfo, unplaced: message.unplaced };
        this.keptContent = message.data;
        if (this.phase.name === "working") void this.session?.draft.save(message.data);
        break;
      case "submit":
        void this.handIn(message.answer);
        break;
      case "invalid":
        this.showInvalid(message.count, message.first);
        break;
      case "hotkey":
        this.portal.hotkeys.run(message.id);
        break;
      case "error":
        this.addProblem(`The template reports a problem: ${message.message}`);
        break;
    }
  };

  private readonly onNeverReady = (): void => {
    this.frameInfo = { ...this.frameInfo, late: true };
  };

  private addProblem(text: string): void {
    const { problems } = this.frameInfo;
    if (problems.includes(text) || problems.length >= SHOWN_PROBLEMS) return;
    this.frameInfo = { ...this.frameInfo, problems: [...problems, text] };
  }

  private submit(): void {
    if (this.phase.name !== "working") return;
    if (!this.frameInfo.ready) {
      this.portal.announcer.say("The task is not ready yet.");
      return;
    }
    this.invalid = "";
    this.cancelSubmitTimer?.();
    this.cancelSubmitTimer = this.portal.clock.after(SUBMIT_ANSWER_WITHIN, () => {
      this.invalid = "The template did not answer to Submit. Try again, or use the template's own button.";
    });
    this.frame?.connection?.submit();
  }

  private showInvalid(count: number, first: string): void {
    this.cancelSubmitTimer?.();
    const places = count === 1 ? "One part needs" : `${count} parts need`;
    this.invalid = `${places} your attention before this can be submitted${first === "" ? "." : `: ${first}`}`;
  }

  // A template may submit at any time, also without a click; it counts once, while the task is open.
  private async handIn(answer: JsonObject): Promise<void> {
    this.cancelSubmitTimer?.();
    if (this.phase.name !== "working" || this.handedIn || this.session === null) return;
    this.handedIn = true;
    this.invalid = "";
    await this.session.submit(answer);
    await this.takeNext();
  }

  private readonly takeNext = async (): Promise<void> => {
    if (this.queue === null) return;
    const submitted = this.handedIn;
    if (submitted) this.phase = { name: "moving-on" };
    try {
      const next = await this.portal.api.next(this.queue);
      if (!this.isConnected) return;
      if (next === null) await this.finishQueue(submitted);
      else await this.goTo(next, submitted);
    } catch (error) {
      if (submitted) this.phase = { name: "no-next", error };
      else this.phase = { name: "open-failed", error };
    }
  };

  private async goTo(next: Assignment, submitted: boolean): Promise<void> {
    this.portal.announcer.say(submitted ? "Answer handed in. Next task." : "Next task.");
    this.portal.handover.giveTask(next);
    await this.portal.router.go({ name: "work", assignment: next.id }, { replace: true });
  }

  private async finishQueue(submitted: boolean): Promise<void> {
    this.portal.handover.giveNotice(
      `${submitted ? "Answer handed in. " : ""}Nothing more waits in this queue right now.`,
    );
    await this.portal.router.go({ name: "my-work" }, { replace: true });
  }

  private readonly onGivenBack = async (event: CustomEvent<GiveBack>): Promise<void> => {
    this.handedIn = true;
    this.giveBack = null;
    const declined = event.detail === "decline";
    this.portal.handover.giveNotice(
      declined
        ? "Task declined: it will not be offered to you again."
        : "Task released: it is back in its queue.",
    );
    await this.toMyWork();
  };

  private askGiveBack(kind: GiveBack): void {
    if (this.phase.name === "working") this.giveBack = kind;
  }

  private async later(): Promise<void> {
    const session = this.session;
    if (this.phase.name !== "working" || session === null) return;
    this.portal.handover.giveNotice(
      `The task is reserved for you until ${momentText(session.lease.holdUntil)}. Resume it from here.`,
    );
    await this.toMyWork();
  }

  private readonly toMyWork = async (): Promise<void> => {
    await this.portal.router.go({ name: "my-work" });
  };

  private next(): void {
    if (this.phase.name === "working")
      this.portal.announcer.say("Submit, release or decline this task first.");
    else void this.takeNext();
  }

  private async pause(): Promise<void> {
    if (this.handedIn || this.phase.name !== "working") return;
    await this.session?.pause(await this.collect());
  }

  private async saveNow(): Promise<void> {
    const content = await this.collect();
    if (content === null) return;
    await this.session?.draft.save(content);
    this.portal.announcer.say("Draft saved.");
  }

  private async collect(): Promise<JsonObject | null> {
    return (await this.frame?.connection?.collect()) ?? null;
  }

  private readonly reload = async (): Promise<void> => {
    await this.pause();
    await this.open();
  };

  private async useDraft(draft: DraftChoice | null): Promise<void> {
    this.session?.stop();
    await this.open(draft);
  }

  private hasInstructions(assignment: Assignment): boolean {
    return this.frameInfo.hasInstructions || assignment.description !== "";
  }

  private toggleInstructions(): void {
    if (this.frameInfo.hasInstructions) {
      this.frame?.focusTemplate();
      this.frame?.connection?.toggleInstructions();
    } else if (this.session !== null && this.session.assignment.description !== "") {
      this.showDescription = true;
    }
  }

  private closeMore(): void {
    this.moreOpen = false;
  }

  private closeMoreByEscape(event: KeyboardEvent): void {
    if (event.key === "Escape") this.closeMore();
  }

  private readonly onInput = (): void => this.session?.activeTime.input();

  private readonly onVisibility = (): void => {
    const visible = document.visibilityState === "visible";
    this.session?.activeTime.setVisible(visible);
    if (this.phase.name !== "working") return;
    if (visible) void this.session?.lease.renewNow();
    else void this.frame?.connection?.collect();
  };

  // The server took an answer, so it can be reached again.
  private readonly onAccepted = (): void => {
    if (this.phase.name === "no-next") void this.takeNext();
  };

  private readonly onOnline = (): void => {
    void this.session?.lease.renewNow();
  };
}
