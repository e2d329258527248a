import type { Clock, ServerClock } from "../ui/clock";
import type { Json, JsonObject } from "../ui/json";

export type Role = "admin" | "team_manager" | "annotator" | "reviewer" | "annotator_reviewer" | "viewer";

export interface Person {
  id: string;
  email: string;
  name: string;
  role: Role;
  teams: unknown[];
}

export interface SessionInfo {
  user: Person;
  /** Whom to ask for help, as the operator wrote it. */
  contact?: string;
  /** What people must keep to themselves. */
  confidentiality?: string;
  /** What the person's teams say of both; empty where a team says nothing. */
  team_rules: { team: string; contact: string; confidentiality: string }[];
}

/** What people do with a task; `consensus` is deciding between the answers of others. */
export type WorkKind = "annotate" | "review" | "consensus";

export interface WorkQueue {
  project: string;
  stage: string;
  kind: WorkKind;
  title: string;
  description: string;
  takeable: number;
  held: number;
  oldest_at: string | null;
}

export interface HeldWork {
  id: string;
  task_id: string;
  project: string;
  stage: string;
  kind: WorkKind;
  title: string;
  accepted_at: string;
  hold_until: string;
  lease_expires_at: string | null;
  has_draft: boolean;
}

export interface LeaseGrant {
  token: string;
  expires_at: string;
}

export interface ServerDraft {
  content: Json;
  /** Null where this is no draft of one's own but the earlier answer to go on with. */
  saved_at: string | null;
}

export type Verdict = "approve" | "reject";

/** What is said about one label, which is a JSON Pointer into an answer. */
export interface LabelVerdict {
  answer: number;
  label: string;
  verdict: Verdict;
  comment: string;
}

/** An earlier verdict; `value` is what a rejected label said then, null for others. */
export interface JudgedLabel extends LabelVerdict {
  value: Json;
}

/** One label of an answer; `verdict` is an earlier one that still stands. */
export interface ReviewedLabel {
  label: string;
  value: Json;
  verdict: Verdict | null;
  comment: string;
}

export interface ReviewedAnswer {
  answer: number;
  content: JsonObject;
  labels: ReviewedLabel[];
}

/** An earlier review or decision. */
export interface PreviousReview {
  visit: number;
  stage: string;
  kind: "review" | "consensus";
  decision: Decision;
  comment: string;
  at: string;
  verdicts: JudgedLabel[];
}

/** How much more time there is at a time, and how often from now. */
export interface Extension {
  seconds: number;
  left: number;
}

/** Work that was fetched ahead: it is accepted when it is opened. */
export type PrefetchedAssignment = Omit<Assignment, "accepted_at" | "hold_until"> & {
  accepted_at: null;
  hold_until: null;
};

export interface Assignment {
  id: string;
  task_id: string;
  project: string;
  stage: string;
  kind: WorkKind;
  title: string;
  description: string;
  lease: LeaseGrant;
  accepted_at: string;
  hold_until: string;
  time_limit_seconds: number;
  /** How the time can be extended; null where the project never does. */
  extension?: Extension | null;
  /** Markdown or HTML of the stage, empty where it has none. */
  instructions?: string;
  input: Json;
  draft: ServerDraft | null;
  /** What is reviewed, or decided between. */
  answers: ReviewedAnswer[];
  /** Earlier reviews of this work, oldest first. */
  previous: PreviousReview[];
  /** Between annotators: whether to pick the winner or to edit what they agree on; left out, either will do. */
  decision?: "determine" | "refine" | null;
  /** Where the rendered template loads from; null where the server has no template for this work. */
  frame_url: string | null;
}

/** An answer as a reviewer changed it. */
export interface EditedAnswer {
  answer: number;
  content: JsonObject;
}

/** Approval of what is reviewed, as it is or edited; between annotators `answer` wins, or they agree on `content`. */
export interface Approval {
  content?: JsonObject;
  answer?: number;
  /** In place of `content` and `answer`, where several answers were changed. */
  edits?: readonly EditedAnswer[];
  comment: string;
  label_verdicts: readonly LabelVerdict[];
  approve_all?: boolean;
}

/** Labels go back to their authors; between annotators there is no consensus. */
export interface Rejection {
  comment: string;
  label_verdicts: readonly LabelVerdict[];
}

/** What a person hands in: an answer, or a decision on the answers of others. */
export type HandIn =
  | { action: "submit"; content: JsonObject }
  | ({ action: "approve" } & Approval)
  | ({ action: "reject" } & Rejection);

/** What goes with everything that is handed in. */
export interface Submission {
  lease_token: string;
  submission_id: string;
  active_seconds: number;
}

export interface SubmissionReceipt {
  submission_id: string;
  assignment_id: string;
  submitted_at: string;
  /** Until when the answer may be taken back; null or left out where it may not. */
  withdraw_until?: string | null;
}

export type Decision = "approved" | "rejected" | "agreed" | "no_consensus";

export interface FieldError {
  field: string;
  message: string;
}

/** An RFC 9457 problem document as the server sends it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors: FieldError[];
}

/** The server answered, and refused. */
export class ApiRefusal extends Error {
  constructor(
    readonly problem: Problem,
    /** From `Retry-After`, in milliseconds. */
    readonly retryAfter: number | null = null,
  ) {
    super(problem.detail || problem.title);
    this.name = "ApiRefusal";
  }

  get status(): number {
    return this.problem.status;
  }

  /** True if the problem's type URI ends in `/name`. */
  is(name: string): boolean {
    return this.problem.type.endsWith(`/${name}`);
  }
}

/** No usable answer came back: nothing is known about whether the server got the request. */
export class ServerUnreachable extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = "ServerUnreachable";
  }
}

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

interface Sending {
  /** The request is to outlive its page. */
  keepalive?: boolean;
  /** Tells a call that is repeated from another one of the same content. */
  key?: string;
}

const REQUEST_TIMEOUT = 60_000;

/**
 * Loupe's `/v1` API as the portal uses it.
 *
 * Every method rejects with `ApiRefusal` (an answer that is not 2xx) or `ServerUnreachable` (no answer).
 * A 401 on anything but signing in also fires `session-over` here.
 */
export class PortalApi extends EventTarget {
  constructor(
    private readonly fetch: Fetch,
    private readonly clock: Clock,
    private readonly serverClock: ServerClock,
  ) {
    super();
  }

  signInByToken(token: string): Promise<SessionInfo> {
    return this.json("POST", "/v1/session", { token });
  }

  signInByPassword(email: string, password: string): Promise<SessionInfo> {
    return this.json("POST", "/v1/session", { email, password });
  }

  session(): Promise<SessionInfo> {
    return this.json("GET", "/v1/session");
  }

  async signOut(): Promise<void> {
    await this.request("DELETE", "/v1/session");
  }

  async setPassword(password: string): Promise<void> {
    await this.request("PUT", "/v1/session/password", { password });
  }

  async queues(): Promise<WorkQueue[]> {
    return (await this.json<{ items: WorkQueue[] }>("GET", "/v1/work/queues")).items;
  }

  async held(): Promise<HeldWork[]> {
    return (await this.json<{ items: HeldWork[] }>("GET", "/v1/work/held")).items;
  }

  /** The next task of a queue, or null when nothing waits there for this person. */
  async next(queue: { project: string; stage: string }): Promise<Assignment | null> {
    const response = await this.request("POST", "/v1/work/next", {
      project: queue.project,
      stage: queue.stage,
    });
    return response.status === 204 ? null : parseJson<Assignment>(response);
  }

  /** Fetches the next task of a queue ahead, or renews what was fetched ahead; null where nothing waits. */
  async prefetch(queue: { project: string; stage: string }): Promise<PrefetchedAssignment | null> {
    const { project, stage } = queue;
    const response = await this.request("POST", "/v1/work/next", { project, stage, prefetch: true });
    return response.status === 204 ? null : parseJson<PrefetchedAssignment>(response);
  }

  /** One piece of work that is reserved to the person; null where it is not any more. */
  async takeReserved(assignment: string): Promise<Assignment | null> {
    const response = await this.request("POST", "/v1/work/next", { assignment });
    return response.status === 204 ? null : parseJson<Assignment>(response);
  }

  /** Opens work; with the token of a prefetch only where nothing else has opened it since. */
  open(assignment: string, leaseToken?: string): Promise<Assignment> {
    const body = leaseToken === undefined ? {} : { lease_token: leaseToken };
    return this.json("POST", assignmentPath(assignment, "open"), body);
  }

  extend(
    assignment: string,
    leaseToken: string,
  ): Promise<{ lease: LeaseGrant; hold_until: string; extension: Extension }> {
    return this.json("POST", assignmentPath(assignment, "extend"), { lease_token: leaseToken });
  }

  /** Takes an answer back: the work is the person's again. */
  withdraw(assignment: string, submissionId: string): Promise<Assignment> {
    return this.json("POST", assignmentPath(assignment, "withdraw"), { submission_id: submissionId });
  }

  async skip(assignment: string, leaseToken: string, reason: string): Promise<void> {
    await this.request("POST", assignmentPath(assignment, "skip"), withReason(leaseToken, reason));
  }

  heartbeat(assignment: string, leaseToken: string): Promise<{ lease: LeaseGrant; hold_until: string }> {
    return this.json("POST", assignmentPath(assignment, "heartbeat"), { lease_token: leaseToken });
  }

  /** `leaving`: the page is about to close, and the request is to outlive it. */
  async release(assignment: string, leaseToken: string, { leaving = false } = {}): Promise<void> {
    const body = { lease_token: leaseToken };
    await this.request("POST", assignmentPath(assignment, "release"), body, { keepalive: leaving });
  }

  async decline(assignment: string, leaseToken: string, reason: string): Promise<void> {
    await this.request("POST", assignmentPath(assignment, "decline"), withReason(leaseToken, reason));
  }

  saveDraft(assignment: string, leaseToken: string, content: JsonObject): Promise<{ saved_at: string }> {
    return this.json("PUT", assignmentPath(assignment, "draft"), { lease_token: leaseToken, content });
  }

  async handIn(assignment: string, handIn: HandIn, submission: Submission): Promise<SubmissionReceipt> {
    const { action, ...fields } = handIn;
    const receipt = await this.json<SubmissionReceipt>("POST", assignmentPath(assignment, action), {
      ...submission,
      ...fields,
    });
    if (receipt.submission_id !== submission.submission_id)
      throw new ServerUnreachable("The receipt names another submission.");
    return receipt;
  }

  /** What a path of `/v1` answers; screens that are loaded later describe their own shapes. */
  get<T>(path: string): Promise<T> {
    return this.json("GET", path);
  }

  /**
   * Sends a body, and gives what is answered; an answer without content is null. With the same `key`, routes that take
   * an Idempotency-Key give a call that is repeated its first answer.
   */
  async send<T>(
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
    { key = "" } = {},
  ): Promise<T> {
    const response = await this.request(method, path, body, { key });
    return response.status === 204 ? (null as T) : parseJson<T>(response);
  }

  private async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    return parseJson<T>(await this.request(method, path, body));
  }

  private async request(method: string, path: string, body?: unknown, how: Sending = {}): Promise<Response> {
    const response = await this.exchange(method, path, body, how);
    if (response.ok) return response;
    const refusal = await readRefusal(response);
    const signingIn = method === "POST" && path === "/v1/session";
    if (refusal.status === 401 && !signingIn) this.dispatchEvent(new Event("session-over"));
    throw refusal;
  }

  private async exchange(method: string, path: string, body: unknown, how: Sending): Promise<Response> {
    const sentAt = this.clock.now();
    const abort = new AbortController();
    const cancelTimeout = this.clock.after(REQUEST_TIMEOUT, () => abort.abort());
    try {
      const response = await this.fetch(path, { ...requestInit(method, body, how), signal: abort.signal });
      this.serverClock.observe(response.headers.get("date"), sentAt, this.clock.now());
      return response;
    } catch (cause) {
      const reason = abort.signal.aborted ? "No answer within a minute." : "The server cannot be reached.";
      throw new ServerUnreachable(reason, { cause });
    } finally {
      cancelTimeout();
    }
  }
}

function assignmentPath(assignment: string, action: string): string {
  return `/v1/assignments/${encodeURIComponent(assignment)}/${action}`;
}

function withReason(leaseToken: string, reason: string): { lease_token: string; reason?: string } {
  return reason === "" ? { lease_token: leaseToken } : { lease_token: leaseToken, reason };
}

function requestInit(method: string, body: unknown, { keepalive = false, key = "" }: Sending): RequestInit {
  const headers: Record<string, string> = { Accept: "application/json, application/problem+json" };
  if (method !== "GET") headers["X-Loupe-CSRF"] = "1";
  if (key !== "") headers["Idempotency-Key"] = key;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return {
    method,
    headers,
    credentials: "same-origin",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(keepalive ? { keepalive } : {}),
  };
}

// A proxy or a hotel's network may answer 200 with a page of its own: that is no answer from Loupe.
async function parseJson<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (cause) {
    throw new ServerUnreachable("The answer did not come from Loupe.", { cause });
  }
}

async function readRefusal(response: Response): Promise<ApiRefusal> {
  const fallback: Problem = {
    type: "about:blank",
    title: response.statusText || `Status ${response.status}`,
    status: response.status,
    detail: "",
    errors: [],
  };
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json") ?? false;
  const body = isProblem ? ((await parseJson<Partial<Problem>>(response)) ?? {}) : {};
  return new ApiRefusal({ ...fallback, ...body, status: response.status }, readRetryAfter(response));
}

function readRetryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}
