import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../ui/error-notice";
import { type HeldWork, ServerUnreachable, type SessionInfo, type WorkQueue } from "../app/api";
import type { Portal } from "../app/portal";
import { describeError } from "../ui/error-text";
import { styles } from "../ui/styles";
import { roughText } from "../ui/time-text";
import { Watch } from "../ui/watch";
import { takeNext } from "./taking";
import { workWords } from "./work-words";

const REFRESH = 30_000;

interface Loaded {
  queues: WorkQueue[];
  held: HeldWork[];
  at: number;
}

/** What a person can work on: tasks reserved for them, and the queues that their teams serve; fires `told` (detail: text). */
@customElement("loupe-my-queues")
export class MyQueues extends LitElement {
  static override styles = [
    styles,
    css`
      section {
        display: grid;
        gap: 0.75rem;
        margin-top: 0.75rem;
      }

      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto;
        gap: 0.5rem 1.5rem;
        align-items: center;
        padding: 1rem 1.25rem;
      }

      li + li {
        border-top: 1px solid var(--line);
      }

      ul.card {
        padding: 0;
        overflow: hidden;
      }

      .description {
        display: -webkit-box;
        overflow: hidden;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
      }

      .figures {
        min-width: 8rem;
        text-align: right;
      }

      .count {
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }

      li button {
        min-width: 6rem;
      }

      .empty {
        padding: 2.5rem 1.5rem;
        text-align: center;
      }

      .empty p {
        max-width: 34rem;
        margin: 0.5rem auto 0;
      }

      @media (max-width: 40rem) {
        li {
          grid-template-columns: 1fr auto;
        }

        li > :first-child {
          grid-column: 1 / -1;
        }

        .figures {
          text-align: left;
        }
      }
    `,
  ];

  @property({ attribute: false }) portal!: Portal;
  @property({ attribute: false }) info!: SessionInfo;
  @state() private loaded: Loaded | null = null;
  @state() private error: unknown = null;
  @state() private starting: string | null = null;
  private cancelRefresh: (() => void) | null = null;
  private removeHotkeys: (() => void) | null = null;

  constructor() {
    super();
    new Watch(this, () => [this.portal.queue, this.portal.hotkeys]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.removeHotkeys = this.portal.hotkeys.register(
      {
        id: "next",
        keys: ["n"],
        label: "Start the first queue with work",
        run: () => void this.startFirst(),
      },
      { id: "refresh", keys: ["r"], label: "Look for new work", run: () => void this.load() },
    );
    document.addEventListener("visibilitychange", this.onVisible);
    window.addEventListener("online", this.onVisible);
    void this.load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.cancelRefresh?.();
    this.removeHotkeys?.();
    document.removeEventListener("visibilitychange", this.onVisible);
    window.removeEventListener("online", this.onVisible);
  }

  override render() {
    return html`<div class="stack">
      ${this.renderError()} ${this.loaded === null ? this.renderLoading() : this.renderLoaded(this.loaded)}
    </div>`;
  }

  private renderLoading() {
    return this.error === null ? html`<p class="muted" role="status">Looking for work…</p>` : nothing;
  }

  private renderError() {
    if (this.error === null) return nothing;
    const offline = this.error instanceof ServerUnreachable;
    const since = this.loaded && `The list below is from ${timeOfDay(this.loaded.at)}.`;
    const text = describeError(this.error);
    return html`<loupe-error
      .text=${{ ...text, todo: [offline ? OFFLINE_ADVICE : text.todo, since].filter(Boolean).join(" ") }}
    >
      <button @click=${this.load}>Try again</button>
    </loupe-error>`;
  }

  private renderLoaded(loaded: Loaded) {
    const alone = this.info.user.teams.length === 0;
    return html`${loaded.held.length > 0 ? this.renderHeld(loaded.held) : nothing}
    ${alone ? this.renderNoTeam() : this.renderQueues(loaded.queues)}`;
  }

  private renderNoTeam() {
    return html`<div class="card empty">
      <h2>You are not in a work team yet</h2>
      ${
        this.info.user.role === "admin"
          ? html`<p>
              Tasks come to people through work teams. To set things up, <a href="/teams">make a team</a>,
              <a href="/people">invite its people</a>, then <a href="/projects/new">create a project</a> that gives them
              work.
            </p>`
          : html`<p>
              Tasks come to people through work teams. Ask ${this.info.contact ?? "the person who invited you"} to add
              ${this.info.user.email} to a team, then press Refresh.
            </p>`
      }
    </div>`;
  }

  private renderHeld(held: HeldWork[]) {
    return html`<section aria-labelledby="reserved">
      <h2 id="reserved">Reserved for you</h2>
      <ul class="card">
        ${held.map((work) => this.renderHeldWork(work))}
      </ul>
    </section>`;
  }

  private renderHeldWork(work: HeldWork) {
    const remaining = this.portal.serverClock.until(work.hold_until);
    const sending = this.portal.queue.waiting.some((entry) => entry.assignmentId === work.id);
    return html`<li>
      <div>
        <h3>${work.title || work.project}</h3>
        <p class="small muted">${workWords(work.kind).kind} · ${work.has_draft ? "Begun, draft saved" : "Nothing saved yet"}</p>
      </div>
      <p class="figures small muted">${remaining > 0 ? `${roughText(remaining)} left` : "Time is over"}</p>
      ${
        sending
          ? html`<span class="small muted">Answer waiting to be sent</span>`
          : html`<button ?disabled=${remaining <= 0} aria-label=${`Resume ${work.title || work.project}`} @click=${() => this.resume(work)}>
            Resume
          </button>`
      }
    </li>`;
  }

  private renderQueues(queues: WorkQueue[]) {
    if (queues.length === 0)
      return html`<div class="card empty">
        <h2>No queues yet</h2>
        <p>
          No task has come for your teams so far. As soon as the first one does, its queue shows here; this page looks
          every 30 seconds.
        </p>
      </div>`;
    const idle = queues.every((queue) => queue.takeable === 0);
    return html`<section aria-labelledby="queues">
      <h2 id="queues">Queues</h2>
      ${
        idle
          ? html`<p class="notice">Nothing waits for you right now. New tasks show here by themselves.</p>`
          : nothing
      }
      <ul class="card">
        ${queues.map((queue) => this.renderQueue(queue, queues))}
      </ul>
    </section>`;
  }

  private renderQueue(queue: WorkQueue, all: WorkQueue[]) {
    const severalStages = all.filter((other) => other.project === queue.project).length > 1;
    const name = queue.title || queue.project;
    const oldest = queue.oldest_at === null ? null : -this.portal.serverClock.until(queue.oldest_at);
    const key = queueKey(queue);
    return html`<li>
      <div>
        <h3>${name}${severalStages ? html` <span class="muted">· ${queue.stage}</span>` : nothing}</h3>
        <p class="small muted">${workWords(queue.kind).kind}</p>
        ${queue.description === "" ? nothing : html`<p class="small muted description">${queue.description}</p>`}
      </div>
      <div class="figures small">
        <p><span class="count">${queue.takeable.toLocaleString("en")}</span> waiting</p>
        ${
          oldest === null || queue.takeable === 0
            ? nothing
            : html`<p class="muted">oldest ${roughText(Math.max(0, oldest))}</p>`
        }
      </div>
      <button
        class=${queue.takeable > 0 ? "primary" : ""}
        aria-label=${`Start ${name}${severalStages ? `, ${queue.stage}` : ""}`}
        ?disabled=${queue.takeable === 0 || this.starting !== null}
        @click=${() => this.start(queue)}
      >
        ${this.starting === key ? "Starting…" : "Start"}
      </button>
    </li>`;
  }

  private readonly onVisible = (): void => {
    if (document.visibilityState === "visible") void this.load();
  };

  /** Looks for new work. */
  async load(): Promise<void> {
    this.cancelRefresh?.();
    try {
      const [queues, held] = await Promise.all([this.portal.api.queues(), this.portal.api.held()]);
      this.loaded = { queues, held, at: this.portal.clock.now() };
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    if (!this.isConnected) return;
    this.cancelRefresh?.();
    this.cancelRefresh = this.portal.clock.after(REFRESH, () => this.refreshIfVisible());
  }

  private refreshIfVisible(): void {
    if (document.visibilityState === "visible") void this.load();
  }

  private async startFirst(): Promise<void> {
    const queue = this.loaded?.queues.find((candidate) => candidate.takeable > 0);
    if (queue === undefined) this.portal.announcer.say("Nothing waits for you right now.");
    else await this.start(queue);
  }

  private async start(queue: WorkQueue): Promise<void> {
    if (this.starting !== null) return;
    this.starting = queueKey(queue);
    this.tell("");
    try {
      const assignment = await takeNext(this.portal, queue);
      if (assignment === null) {
        this.tell("Others took the last task of this queue. Try another one, or wait for new tasks.");
        await this.load();
        return;
      }
      this.portal.handover.giveTask(assignment);
      await this.portal.router.go({ name: "work", assignment: assignment.id });
    } catch (error) {
      this.error = error;
    } finally {
      this.starting = null;
    }
  }

  private tell(text: string): void {
    this.dispatchEvent(new CustomEvent("told", { detail: text }));
  }

  private async resume(work: HeldWork): Promise<void> {
    await this.portal.router.go({ name: "work", assignment: work.id });
  }
}

const OFFLINE_ADVICE = "Check your connection; this page tries again by itself.";

function queueKey(queue: WorkQueue): string {
  return `${queue.project}/${queue.stage}`;
}

function timeOfDay(milliseconds: number): string {
  return new Date(milliseconds).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
