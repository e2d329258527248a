import { ApiRefusal, type ServerDraft, ServerUnreachable } from "../app/api";
import type { DeviceStore } from "../app/device-store";
import type { Clock, ServerClock } from "../ui/clock";
import { canonicalJson, isJsonObject, type JsonObject } from "../ui/json";

export interface LocalDraft {
  assignmentId: string;
  userId: string;
  content: JsonObject;
  /** Server time in ISO-8601, so that it compares with the server's own draft. */
  savedAt: string;
}

export interface DraftChoice {
  content: JsonObject;
  /** Null where this is the earlier answer that one goes on with. */
  savedAt: string | null;
  from: "device" | "server";
}

export interface DraftChoices {
  /** The newer draft, or null where there is none. */
  chosen: DraftChoice | null;
  /** The older draft, if it says something else. */
  other: DraftChoice | null;
}

/**
 * Picks the newer of the draft on this device and the one on the server; at the same time the server's. An earlier
 * answer to go on with is older than any draft.
 */
export function chooseDraft(local: LocalDraft | undefined, server: ServerDraft | null): DraftChoices {
  const onServer: DraftChoice | null =
    server !== null && isJsonObject(server.content)
      ? { content: server.content, savedAt: server.saved_at, from: "server" }
      : null;
  const onDevice: DraftChoice | null = local
    ? { content: local.content, savedAt: local.savedAt, from: "device" }
    : null;
  if (onServer === null || onDevice === null) return { chosen: onServer ?? onDevice, other: null };
  if (canonicalJson(onServer.content) === canonicalJson(onDevice.content))
    return { chosen: onServer, other: null };
  return savedTime(onDevice) > savedTime(onServer)
    ? { chosen: onDevice, other: onServer }
    : { chosen: onServer, other: onDevice };
}

function savedTime(draft: DraftChoice): number {
  return draft.savedAt === null ? Number.NEGATIVE_INFINITY : Date.parse(draft.savedAt);
}

const LOCAL_DRAFT_LIFE = 30 * 24 * 3600 * 1000;

/** Drafts on this device, apart for each person who signs in here. */
export class LocalDrafts {
  constructor(
    private readonly store: DeviceStore<LocalDraft>,
    private readonly serverClock: Pick<ServerClock, "now">,
  ) {}

  async find(userId: string, assignmentId: string): Promise<LocalDraft | undefined> {
    return this.store.get(draftKey(userId, assignmentId));
  }

  async save(userId: string, assignmentId: string, content: JsonObject): Promise<void> {
    const savedAt = new Date(this.serverClock.now()).toISOString();
    await this.store.set(draftKey(userId, assignmentId), { assignmentId, userId, content, savedAt });
  }

  async forget(userId: string, assignmentId: string): Promise<void> {
    await this.store.delete(draftKey(userId, assignmentId));
  }

  /** Removes drafts of work that ended a month ago or more. */
  async forgetOld(): Promise<void> {
    const oldest = this.serverClock.now() - LOCAL_DRAFT_LIFE;
    for (const draft of await this.store.values()) {
      if (Date.parse(draft.savedAt) < oldest) await this.forget(draft.userId, draft.assignmentId);
    }
  }
}

function draftKey(userId: string, assignmentId: string): string {
  return `${userId}/${assignmentId}`;
}

export type DraftState =
  | { name: "unchanged" }
  | { name: "saving" }
  | { name: "saved"; at: string }
  | { name: "on-device"; reason: string }
  | { name: "not-kept"; reason: string };

const RETRY_AFTER = 15_000;

/**
 * Saves what a person types into one assignment: at once on the device, then on the server, where one request is
 * under way at a time and only the newest content is sent. Fires `change`.
 */
export class DraftSaver extends EventTarget {
  state: DraftState = { name: "unchanged" };
  content: JsonObject | null = null;
  /** False while the server does not answer to drafts. */
  reachable = true;
  private unsent = false;
  private saving: Promise<void> = Promise.resolve();
  private uploading: Promise<void> | null = null;
  private cancelRetry: (() => void) | null = null;
  private stopped = false;

  constructor(
    private readonly keepOnDevice: (content: JsonObject) => Promise<void>,
    private readonly sendToServer: (content: JsonObject) => Promise<{ saved_at: string }>,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Resolves once the content is on the device and the server has answered or could not be reached. */
  save(content: JsonObject): Promise<void> {
    const unchanged = this.content !== null && canonicalJson(this.content) === canonicalJson(content);
    if (!this.stopped && !unchanged) this.saving = this.keepAndUpload(content);
    return this.saving;
  }

  /** Sends what the server has not got yet, for example because the network is back. */
  async retry(): Promise<void> {
    if (this.unsent) await this.upload(true);
  }

  /** Waits for a running upload and sends nothing more. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelRetry?.();
    await this.uploading;
  }

  private async keepAndUpload(content: JsonObject): Promise<void> {
    this.content = content;
    this.unsent = true;
    const kept = await this.tryKeepOnDevice(content);
    await this.upload(kept);
  }

  private async tryKeepOnDevice(content: JsonObject): Promise<boolean> {
    try {
      await this.keepOnDevice(content);
      return true;
    } catch (error) {
      console.warn("The draft cannot be kept on this device", error);
      return false;
    }
  }

  private async upload(keptOnDevice: boolean): Promise<void> {
    if (this.uploading !== null) return this.uploading;
    this.uploading = this.uploadNewest(keptOnDevice);
    try {
      await this.uploading;
    } finally {
      this.uploading = null;
    }
  }

  private async uploadNewest(keptOnDevice: boolean): Promise<void> {
    this.cancelRetry?.();
    while (this.unsent && !this.stopped && this.content !== null) {
      this.unsent = false;
      this.enter({ name: "saving" });
      try {
        const { saved_at: at } = await this.sendToServer(this.content);
        this.reachable = true;
        this.enter({ name: "saved", at });
      } catch (error) {
        this.unsent = true;
        this.failed(error, keptOnDevice);
        return;
      }
    }
  }

  private failed(error: unknown, keptOnDevice: boolean): void {
    if (!(error instanceof ApiRefusal || error instanceof ServerUnreachable)) throw error;
    this.reachable = !(error instanceof ServerUnreachable);
    this.enter({ name: keptOnDevice ? "on-device" : "not-kept", reason: error.message });
    const passing = error instanceof ServerUnreachable || error.status >= 500 || error.status === 429;
    if (passing && !this.stopped) this.cancelRetry = this.clock.after(RETRY_AFTER, () => void this.retry());
  }

  private enter(state: DraftState): void {
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }
}
