import type { Clock, ServerClock } from "../ui/clock";
import type { JsonObject } from "../ui/json";
import type {
  Assignment,
  Extension,
  HandIn,
  HeldWork,
  LeaseGrant,
  PrefetchedAssignment,
  Submission,
  SubmissionReceipt,
  WorkQueue,
} from "./work-shapes";

export type * from "./work-shapes";

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
    if (response.status === 204) return null as T;
    // What only begins (202) may have nothing to say yet.
    if (response.status === 202 && (await response.clone().text()) === "") return null as T;
    return parseJson<T>(response);
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
