import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { ref } from "lit/directives/ref.js";
import { repeat } from "lit/directives/repeat.js";
import "./draft-notice";
import "../app/house-rules";
import "./lost-work";
import "./template-frame";
import "./work-notices";
import "./work-status";
import "./work-toolbar";
import type { SessionInfo } from "../app/api";
import type { Portal } from "../app/portal";
import { ConsensusDesk } from "../review/consensus-desk";
import { renderBoard } from "../review/decision-screen";
import { styles } from "../ui/styles";
import { momentText } from "../ui/time-text";
import { Watch } from "../ui/watch";
import { draftText } from "./draft-notice";
import type { DraftChoice } from "./drafts";
import type { FrameMessage, FrameShortcut } from "./frame-messages";
import type { GiveBack } from "./give-back-dialog";
import type { LeaseLoss } from "./lease";
import type { OpenTask } from "./open-task";
import type { QueuedSubmission } from "./submission-queue";
import type { TaskFrame } from "./task-frame";
import { TaskWalk } from "./task-walk";
import type { TemplateFrame } from "./template-frame";
import { type WorkCommands, workHotkeys } from "./work-commands";
import { renderWorkDialog, type WorkDialog } from "./work-dialogs";
import { workPageStyles } from "./work-page-styles";
import { renderWorkSide, type WorkPanel } from "./work-side";

const INPUT_EVENTS = ["keydown", "pointerdown", "pointermove", "wheel"] as const;

/** One task after the other: the template in its frame, the toolbar around it, and every way on and out. */
@customElement("loupe-work")
export class WorkPage extends LitElement implements WorkCommands {
  static override styles = [styles, workPageStyles];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @property() assignmentId = "";
  @state() private dialog: WorkDialog | null = null;
  @state() private panel: WorkPanel | null = null;
  @state() private failure = "";
  @query("loupe-work-toolbar, loupe-work-status") private head!: HTMLElement | null;

  private walk!: TaskWalk;
  private turned = true;
  private stopListening: (() => void)[] = [];
  private removeSubmitHotkey: (() => void) | null = null;

  constructor() {
    super();
    new Watch(this, () => [this.portal.preferences, this.portal.hotkeys]);
  }

  /** Shortcuts that the template offers, for the help overlay. */
  get frameShortcuts(): FrameShortcut[] {
    return this.walk.task?.frame.shortcuts ?? [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.walk = new TaskWalk(this.portal, this.info.user.id);
    const { walk } = this;
    const visible = () => document.visibilityState === "visible";
    this.stopListening = [
      this.portal.hotkeys.register(...workHotkeys(this)),
      ...INPUT_EVENTS.map((name) => listen(window, name, () => walk.task?.session.activeTime.input())),
      listen(document, "visibilitychange", () => walk.visibilityChanged(visible())),
      listen(window, "online", () => void walk.task?.session.lease.renewNow()),
      listen(window, "pagehide", () => walk.closing()),
      listen(this.portal.queue, "accepted", (event) =>
        walk.accepted((event as CustomEvent<QueuedSubmission>).detail),
      ),
      listen(this.portal.queue, "change", () => walk.queueChanged()),
      listen(walk, "change", () => this.requestUpdate()),
      listen(walk, "turn", () => this.turn()),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.stopListening) stop();
    this.removeSubmitHotkey?.();
    this.removeSubmitHotkey = null;
    this.walk.end();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("assignmentId")) this.walk.begin(this.assignmentId);
  }

  override updated(): void {
    if (!this.turned) return;
    this.turned = false;
    void this.focusHeading();
  }

  override render() {
    const { task, phase, words, keptContent } = this.walk;
    if ((phase.name === "working" || phase.name === "lost") && task !== null)
      return this.renderTask(task, phase.name === "lost" ? phase.loss : null);
    return html`<loupe-work-status
      .status=${phase}
      .words=${words}
      .kept=${keptContent}
      @open=${() => this.walk.open()}
      @take-next=${() => this.walk.takeNext()}
      @leave=${this.toMyWork}
    ></loupe-work-status>`;
  }

  private get working(): boolean {
    return this.walk.working;
  }

  // Another task shows, or something else of it: dialogs and notices of before are over.
  private turn(): void {
    const { task } = this.walk;
    this.turned = true;
    this.dialog = null;
    this.failure = "";
    this.removeSubmitHotkey?.();
    this.removeSubmitHotkey = null;
    if (task === null || !this.working) return;
    if (!task.assignment.instructions && this.panel === "instructions") this.panel = null;
    document.title = `${task.assignment.title || task.assignment.project} · Loupe`;
    // The panels of a desk bring their own way to hand in.
    if (task.desk === null) this.removeSubmitHotkey = this.registerSubmit(task);
  }

  private registerSubmit(task: OpenTask): () => void {
    return this.portal.hotkeys.register({
      id: "submit",
      keys: ["$mod+Enter"],
      label: "Submit",
      run: () => {
        if (this.working) task.submit();
      },
    });
  }

  private async focusHeading(): Promise<void> {
    const { head } = this;
    if (head instanceof LitElement) await head.updateComplete;
    head?.focus();
  }

  private renderTask(task: OpenTask, loss: LeaseLoss | null) {
    const { session, assignment } = task;
    const { portal, panel } = this;
    const enabled = this.deskEnabled(task);
    const side = renderWorkSide(task, { portal, panel, enabled, closePanel: this.closePanel });
    const dialog = { portal, close: this.closeDialog, gaveBack: this.gaveBack };
    return html`
      <loupe-work-toolbar
        .portal=${portal}
        .session=${session}
        .working=${this.working}
        .ready=${task.frame.ready}
        .instructions=${this.hasInstructions(task)}
        .panel=${panel}
        .draft=${this.working ? draftText(session.draft.state, session.lease.reachable) : ""}
        @undo-failed=${this.undoFailed}
      ></loupe-work-toolbar>
      <div class="notices">${loss === null ? nothing : this.renderLost(task, loss)}${this.renderNotices(task)}</div>
      <div class="task ${side.length > 0 ? "with-side" : ""}">
        ${this.renderMain(task)}
        ${side.length > 0 ? html`<div class="side ${assignment.kind}">${side}</div>` : nothing}
      </div>
      <loupe-house-rules .info=${this.info}></loupe-house-rules>
      ${this.dialog === null ? nothing : renderWorkDialog(this.dialog, task, dialog)}
    `;
  }

  // The next task's frame is in its place already when the one before it goes.
  private renderMain(task: OpenTask) {
    if (task.desk instanceof ConsensusDesk) {
      const frame = task.frame.source === null ? null : this.renderFrame(task.frame);
      return keyed(task.desk, renderBoard(task.desk, this.portal, this.deskEnabled(task), frame));
    }
    const frames = [task.frame, this.walk.ahead].filter((frame) => frame !== null && frame.source !== null);
    return html`<div class="stage">
      ${repeat(
        frames as TaskFrame[],
        (frame) => frame,
        (frame) => this.renderFrame(frame),
      )}
    </div>`;
  }

  private renderFrame(frame: TaskFrame) {
    const ahead = frame !== this.walk.task?.frame;
    return html`<loupe-template-frame
      ${ref((element) => {
        frame.element = (element as TemplateFrame | undefined) ?? null;
      })}
      class=${ahead ? "ahead" : ""}
      ?inert=${ahead}
      aria-hidden=${ahead ? "true" : nothing}
      .source=${frame.source}
      .clock=${this.portal.clock}
      .theme=${this.portal.preferences.shownTheme}
      .singleKeys=${this.portal.hotkeys.singleKeys}
      .label=${frame.assignment.title}
      @frame-message=${(event: CustomEvent<FrameMessage>) => this.heard(frame, event.detail)}
      @frame-problem=${(event: CustomEvent<string>) => frame.problem(event.detail)}
      @frame-never-ready=${() => frame.neverReady()}
    ></loupe-template-frame>`;
  }

  private deskEnabled({ handedIn, frame }: OpenTask): boolean {
    return this.working && !handedIn && (frame.ready || frame.late);
  }

  private renderNotices(task: OpenTask) {
    const { ready, late, problems, source } = task.frame;
    const missing = source === null ? "no-template" : "not-ready";
    return html`
      ${this.failure === "" ? nothing : html`<p class="notice error" role="alert">${this.failure}</p>`}
      <loupe-work-notices
        ?working=${this.working}
        ?endsSoon=${task.endsSoon}
        .extension=${task.session.extension}
        .reachable=${task.session.lease.reachable && task.session.draft.reachable}
        .invalid=${task.invalid}
        .problems=${problems}
        .missing=${late && !ready ? missing : null}
        @reload=${() => this.walk.reload()}
        @extend=${() => this.extend()}
        @report=${() => this.reportProblem()}
      ></loupe-work-notices>
      ${this.working && task.shownDraft !== null ? this.renderDraftNotice(task, task.shownDraft) : nothing}
    `;
  }

  private renderDraftNotice(task: OpenTask, shown: DraftChoice) {
    return html`<loupe-draft-notice
      .shown=${shown}
      .other=${task.otherDraft}
      @use-other=${() => this.walk.useDraft(task.otherDraft)}
      @close=${() => {
        task.shownDraft = null;
        this.requestUpdate();
      }}
    ></loupe-draft-notice>`;
  }

  private renderLost(task: OpenTask, loss: LeaseLoss) {
    return html`<loupe-lost-work .loss=${loss} .content=${task.keptContent} what=${this.walk.words.noun}>
      ${
        loss === "opened-elsewhere"
          ? html`<button class="primary" @click=${() => this.walk.open()}>Continue here</button>`
          : html`<button class="primary" @click=${() => this.walk.takeNext()}>Take the next task</button>`
      }
      <button @click=${this.toMyWork}>Back to My work</button>
    </loupe-lost-work>`;
  }

  private heard(frame: TaskFrame, message: FrameMessage): void {
    const { task } = this.walk;
    if (frame === task?.frame) task.heard(message);
    else frame.heardAhead(message);
  }

  private readonly gaveBack = (kind: GiveBack): void => {
    this.dialog = null;
    void this.walk.gaveBack(kind);
  };

  askGiveBack(kind: GiveBack): void {
    if (!this.working) return;
    if (kind === "skip") void this.walk.task?.saveNow();
    this.dialog = kind;
  }

  reportProblem(): void {
    if (this.working) this.dialog = "problem";
  }

  async extend(): Promise<void> {
    const { task } = this.walk;
    if (!this.working || task === null) return;
    if (task.session.extension === null) {
      this.portal.announcer.say("This project gives no more time.");
      return;
    }
    try {
      await task.session.extend();
      this.failure = "";
      this.portal.announcer.say(`More time: until ${momentText(task.session.lease.holdUntil)}.`);
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
    this.requestUpdate();
  }

  async later(): Promise<void> {
    if (!this.working || this.walk.task === null) return;
    this.portal.handover.giveNotice(
      `The task is reserved for you until ${momentText(this.walk.task.session.lease.holdUntil)}. Resume it from here.`,
    );
    await this.toMyWork();
  }

  next(): void {
    if (this.working) this.portal.announcer.say("Submit, release or decline this task first.");
    else void this.walk.takeNext();
  }

  focusTemplate(): void {
    this.walk.task?.frame.element?.focusTemplate();
  }

  async saveNow(): Promise<void> {
    if (await this.walk.task?.saveNow()) this.portal.announcer.say("Draft saved.");
  }

  toggleInstructions(): void {
    const { task } = this.walk;
    if (task === null) return;
    if (task.assignment.instructions) void this.togglePanel("instructions");
    else if (task.frame.hasInstructions) {
      task.frame.element?.focusTemplate();
      task.frame.connection?.toggleInstructions();
    } else if (task.assignment.description !== "") this.dialog = "description";
  }

  toggleComments(): void {
    if (this.walk.task !== null) void this.togglePanel("comments");
  }

  private async togglePanel(panel: "instructions" | "comments"): Promise<void> {
    this.panel = this.panel === panel ? null : panel;
    await this.updateComplete;
    const shown = this.renderRoot.querySelector<LitElement>("loupe-instructions, loupe-task-issues");
    await shown?.updateComplete;
    if (shown === null) await this.focusHeading();
    else shown.focus();
  }

  private readonly closePanel = (): void => {
    this.panel = null;
    void this.focusHeading();
  };

  private readonly closeDialog = (): void => {
    this.dialog = null;
  };

  private readonly undoFailed = (event: CustomEvent<string>): void => {
    this.failure = event.detail;
  };

  private hasInstructions({ assignment, frame }: OpenTask): boolean {
    return Boolean(assignment.instructions) || frame.hasInstructions || assignment.description !== "";
  }

  private readonly toMyWork = async (): Promise<void> => {
    await this.portal.router.go({ name: "my-work" });
  };
}

function listen(target: EventTarget, name: string, heard: (event: Event) => void): () => void {
  target.addEventListener(name, heard, { passive: true });
  return () => target.removeEventListener(name, heard);
}
