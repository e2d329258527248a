import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PortalApi } from "../../src/app/api";
import { ServerClock } from "../../src/ui/clock";
import { type QueuedSubmission, retryDelay, SubmissionQueue } from "../../src/work/submission-queue";
import { ManualClock, settle } from "../app/manual-clock";
import { MemoryStore } from "../app/memory-store";
import { jsonReply, problemReply, ScriptedServer, type SeenRequest } from "../app/scripted-server";
import { anAssignment, at, NOW } from "./assignments";

const ANSWER = {
  submissionId: "s1",
  handIn: { action: "submit", content: { total: "12.40" } },
  activeSeconds: 7,
} as const;

function setUp(store = new MemoryStore<QueuedSubmission>(), clock = new ManualClock(NOW)) {
  const server = new ScriptedServer();
  const serverClock = new ServerClock(clock);
  const queue = new SubmissionQueue({
    api: new PortalApi(server.fetch, clock, serverClock),
    store,
    clock,
    serverClock,
    exclusive: (send) => send(),
    random: () => 0.5,
  });
  const accepted: string[] = [];
  queue.addEventListener("accepted", (event) => {
    accepted.push((event as CustomEvent<QueuedSubmission>).detail.submissionId);
  });
  return { server, queue, clock, store, accepted };
}

function receipt(request: SeenRequest) {
  return jsonReply({
    submission_id: request.body.submission_id,
    assignment_id: "a1",
    submitted_at: at(1),
  });
}

async function handIn({ queue }: { queue: SubmissionQueue }): Promise<void> {
  await queue.start("u1");
  await queue.add(anAssignment(), ANSWER);
  await settle();
}

describe("an answer that the server takes", () => {
  test("is sent once with lease, content and active time, then forgotten", async () => {
    const setup = setUp();
    setup.server.reply = receipt;
    await handIn(setup);
    expect(setup.server.sent("/a1/submit").map((request) => request.body)).toEqual([
      { lease_token: "lease-1", submission_id: "s1", content: { total: "12.40" }, active_seconds: 7 },
    ]);
    expect(setup.server.requests[0]?.headers.get("X-Loupe-CSRF")).toBe("1");
    expect(setup.accepted).toEqual(["s1"]);
    expect(setup.queue.waiting).toEqual([]);
    expect(await setup.store.values()).toEqual([]);
    await setup.clock.advance(3_600_000);
    expect(setup.server.sent("/submit")).toHaveLength(1);
  });
});

describe("an answer that the network loses", () => {
  test("is sent again with the same submission id until the server takes it", async () => {
    const setup = setUp();
    await handIn(setup);
    expect(setup.queue.waiting.map((entry) => entry.attempts)).toEqual([1]);
    await setup.clock.advance(5_000);
    setup.server.reply = receipt;
    await setup.clock.advance(60_000);
    const ids = setup.server.sent("/submit").map((request) => request.body.submission_id);
    expect(ids.length).toBeGreaterThan(2);
    expect(new Set(ids)).toEqual(new Set(["s1"]));
    expect(setup.accepted).toEqual(["s1"]);
  });

  test("survives a reload and goes out with the same id from the next page", async () => {
    const first = setUp();
    await handIn(first);
    first.queue.stop();
    const second = setUp(first.store, first.clock);
    second.server.reply = receipt;
    await second.queue.start("u1");
    await second.clock.advance(60_000);
    expect(second.server.sent("/submit").map((request) => request.body.submission_id)).toEqual(["s1"]);
    expect(await first.store.values()).toEqual([]);
  });

  test("is never sent in the name of another person", async () => {
    const first = setUp();
    await handIn(first);
    first.queue.stop();
    const second = setUp(first.store, first.clock);
    second.server.reply = receipt;
    await second.queue.start("somebody-else");
    await second.clock.advance(600_000);
    expect(second.server.requests).toEqual([]);
    expect(second.queue.waiting).toEqual([]);
    expect(await first.store.values()).toHaveLength(1);
  });

  test("is tried at once when asked to, without waiting for the backoff", async () => {
    const setup = setUp();
    await handIn(setup);
    setup.server.reply = receipt;
    await setup.queue.sendNow();
    expect(setup.accepted).toEqual(["s1"]);
  });

  test("also counts as lost when a page that is not Loupe answers 200", async () => {
    const setup = setUp();
    setup.server.reply = () =>
      new Response("<h1>Hotel Wi-Fi</h1>", { headers: { "content-type": "text/html" } });
    await handIn(setup);
    expect(setup.queue.waiting).toHaveLength(1);
    expect(setup.accepted).toEqual([]);
  });

  test("waits as long as Retry-After says", async () => {
    const setup = setUp();
    setup.server.reply = () => problemReply(503, "busy", { "retry-after": "30" });
    await handIn(setup);
    setup.server.reply = receipt;
    await setup.clock.advance(29_000);
    expect(setup.server.sent("/submit")).toHaveLength(1);
    await setup.clock.advance(1_000);
    expect(setup.accepted).toEqual(["s1"]);
  });

  test("stays in this tab, and says so, when the browser keeps no data", async () => {
    const setup = setUp();
    setup.store.broken = true;
    await handIn(setup);
    expect(setup.queue.waiting).toHaveLength(1);
    expect(setup.queue.onlyInThisTab).toBe(true);
    setup.server.reply = receipt;
    await setup.clock.advance(60_000);
    expect(setup.accepted).toEqual(["s1"]);
    expect(setup.queue.onlyInThisTab).toBe(false);
  });
});

describe("an answer that the server refuses", () => {
  test.each([
    [409, "visit-closed"],
    [409, "lease-lost"],
    [413, "too-large"],
    [422, "bad-content"],
    [404, "not-found"],
  ])("with %i %s is kept with its content and not sent again by itself", async (status, type) => {
    const setup = setUp();
    setup.server.reply = () => problemReply(status, type);
    await handIn(setup);
    await setup.clock.advance(600_000);
    expect(setup.server.requests).toHaveLength(1);
    expect(setup.queue.waiting).toEqual([]);
    expect(setup.queue.refused).toMatchObject([{ handIn: ANSWER.handIn, refused: { status } }]);
    expect(await setup.store.values()).toHaveLength(1);
  });

  test("goes away only when discarded or when a corrected answer is taken", async () => {
    const setup = setUp();
    setup.server.reply = () => problemReply(422, "bad-content");
    await handIn(setup);
    setup.server.reply = receipt;
    await setup.queue.add(anAssignment(), { ...ANSWER, submissionId: "s2" });
    await settle();
    expect(setup.accepted).toEqual(["s2"]);
    expect(setup.queue.refused).toEqual([]);
  });

  test("is kept until the person signs in again after a 401", async () => {
    const setup = setUp();
    setup.server.reply = () => problemReply(401, "signed-out");
    await handIn(setup);
    await setup.clock.advance(600_000);
    expect(setup.server.sent("/submit")).toHaveLength(1);
    expect(setup.queue.waiting).toHaveLength(1);
    setup.server.reply = receipt;
    await setup.queue.start("u1");
    await settle();
    expect(setup.accepted).toEqual(["s1"]);
  });
});

describe("a lease that ran out while the network was away", () => {
  async function losesLease(open: (request: SeenRequest) => Response) {
    const setup = setUp();
    await handIn(setup);
    setup.queue.stop();
    await setup.clock.advance(300_000);
    setup.server.reply = (request) => {
      if (request.path.endsWith("/open")) return open(request);
      return request.body.lease_token === "lease-2" ? receipt(request) : problemReply(409, "lease-lost");
    };
    await setup.queue.start("u1");
    await setup.clock.advance(1_000);
    return setup;
  }

  test("is taken anew, and the answer goes out under it with the same id", async () => {
    const setup = await losesLease(() =>
      jsonReply(anAssignment({ lease: { token: "lease-2", expires_at: at(500) } })),
    );
    const sent = setup.server.sent("/submit").map((request) => request.body);
    expect(sent.at(-1)).toMatchObject({ lease_token: "lease-2", submission_id: "s1" });
    expect(setup.accepted).toEqual(["s1"]);
  });

  test("leaves the answer refused, and kept, when the work went to somebody else", async () => {
    const setup = await losesLease(() => problemReply(409, "held-by-another"));
    expect(setup.queue.refused).toMatchObject([{ handIn: ANSWER.handIn }]);
    expect(setup.accepted).toEqual([]);
  });
});

describe("a decision", () => {
  const REJECTION = {
    submissionId: "s1",
    handIn: {
      action: "reject",
      comment: "Look again",
      label_verdicts: [{ answer: 1, label: "/mood", verdict: "reject", comment: "" }],
    },
    activeSeconds: 7,
  } as const;

  test("goes where it belongs, with its verdicts, and is told to be accepted", async () => {
    const setup = setUp();
    setup.server.reply = receipt;
    await setup.queue.start("u1");
    expect(await setup.queue.addAndSend(anAssignment(), REJECTION)).toEqual({ name: "accepted" });
    expect(setup.server.requests.map(({ path, body }) => ({ path, body }))).toEqual([
      {
        path: "/v1/assignments/a1/reject",
        body: {
          lease_token: "lease-1",
          submission_id: "s1",
          active_seconds: 7,
          comment: "Look again",
          label_verdicts: REJECTION.handIn.label_verdicts,
        },
      },
    ]);
  });

  test("that the network loses is told to be waiting, and sent again with the same submission id", async () => {
    const setup = setUp();
    await setup.queue.start("u1");
    expect(await setup.queue.addAndSend(anAssignment(), REJECTION)).toEqual({ name: "waiting" });
    setup.server.reply = receipt;
    await setup.clock.advance(60_000);
    expect(setup.server.sent("/a1/reject").map((request) => request.body.submission_id)).toEqual([
      "s1",
      "s1",
    ]);
    expect(setup.accepted).toEqual(["s1"]);
  });

  test("that the server refuses is told with the problem", async () => {
    const setup = setUp();
    setup.server.reply = () => problemReply(422, "bad-request");
    await setup.queue.start("u1");
    const outcome = await setup.queue.addAndSend(anAssignment(), REJECTION);
    expect(outcome).toMatchObject({ name: "refused", submissionId: "s1", problem: { status: 422 } });
  });
});

test("the retry delay grows, is never over a minute and never under half a second", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempts, random) => {
        const delay = retryDelay(attempts, random);
        expect(delay).toBeGreaterThanOrEqual(500);
        expect(delay).toBeLessThanOrEqual(60_000);
        expect(retryDelay(attempts + 1, random)).toBeGreaterThanOrEqual(delay);
      },
    ),
  );
});

describe("an answer to work that was fetched ahead and never opened", () => {
  const offered = anAssignment({ lease: { token: "lease-2", expires_at: at(300) } });

  test("goes on under the new lease when that work is offered again", async () => {
    const setup = setUp();
    await handIn(setup);
    setup.server.reply = (request) =>
      request.body.lease_token === "lease-2" ? receipt(request) : problemReply(409, "lease-lost");
    expect(await setup.queue.answers(offered)).toBe(true);
    await settle();
    expect(setup.accepted).toEqual(["s1"]);
    expect(await setup.queue.answers(offered)).toBe(false);
  });

  test("also where it was refused under the old one, before or at that moment", async () => {
    const setup = setUp();
    let refuse: (reply: Response) => void = () => {};
    setup.server.reply = (request) =>
      request.body.lease_token === "lease-2"
        ? receipt(request)
        : new Promise<Response>((resolve) => {
            refuse = resolve;
          });
    await handIn(setup);
    await setup.queue.answers(offered);
    refuse(problemReply(409, "lease-lost"));
    await setup.clock.advance(1_000);
    expect(setup.accepted).toEqual(["s1"]);
    expect(setup.queue.refused).toEqual([]);
  });

  test("other work is not touched", async () => {
    const setup = setUp();
    await handIn(setup);
    expect(await setup.queue.answers(anAssignment({ id: "a2" }))).toBe(false);
    expect(setup.queue.waiting[0]?.leaseToken).toBe("lease-1");
  });
});
