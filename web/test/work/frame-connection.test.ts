import { afterEach, describe, expect, test } from "vitest";
import { FrameConnection } from "../../src/work/frame-connection";
import type { FrameMessage } from "../../src/work/frame-messages";
import { ManualClock, settle } from "../app/manual-clock";

type Seen = FrameMessage | { problem: string } | "never-ready";

/** The frame's side of the port, as a template page has it. */
class FakeFrame {
  init: Record<string, unknown> = {};
  target = "";
  readonly received: Record<string, unknown>[] = [];
  private port: MessagePort | null = null;

  readonly window = {
    postMessage: (message: unknown, target: string, transfer: Transferable[]) => {
      this.init = message as Record<string, unknown>;
      this.target = target;
      this.port = transfer[0] as MessagePort;
      this.port.onmessage = (event: MessageEvent) => this.received.push(event.data);
    },
  } as unknown as Window;

  say(message: unknown): void {
    this.port?.postMessage(message);
  }

  close(): void {
    this.port?.close();
  }
}

const open: { connection: FrameConnection; frame: FakeFrame }[] = [];

function setUp() {
  const clock = new ManualClock();
  const seen: Seen[] = [];
  const listener = {
    message: (message: FrameMessage) => seen.push(message),
    problem: (problem: string) => seen.push({ problem }),
    neverReady: () => seen.push("never-ready"),
  };
  const start = {
    nonce: "n1",
    mode: "edit" as const,
    draft: { a: 1 },
    theme: "dark" as const,
    singleKeys: true,
  };
  const connection = new FrameConnection(start, listener, clock);
  const frame = new FakeFrame();
  connection.awaitReady();
  open.push({ connection, frame });
  return { clock, seen, connection, frame };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
  }
}

async function readyFrame() {
  const setup = setUp();
  setup.connection.connect(setup.frame.window);
  setup.frame.say({ type: "ready", nonce: "n1" });
  await until(() => setup.seen.length === 1);
  return setup;
}

afterEach(() => {
  for (const { connection, frame } of open.splice(0)) {
    connection.close();
    frame.close();
  }
});

describe("opening", () => {
  test("hands over version, nonce, mode, draft and theme with the port", () => {
    const { connection, frame } = setUp();
    connection.connect(frame.window);
    expect(frame.init).toEqual({
      v: 1,
      type: "init",
      nonce: "n1",
      mode: "edit",
      draft: { a: 1 },
      theme: "dark",
      singleKeys: true,
    });
    expect(frame.target).toBe("*");
  });

  test("says after ten seconds that the template never became ready", async () => {
    const { clock, seen, connection, frame } = setUp();
    connection.connect(frame.window);
    await clock.advance(9_999);
    expect(seen).toEqual([]);
    await clock.advance(1);
    expect(seen).toEqual(["never-ready"]);
  });

  test("a ready template is not called late", async () => {
    const { clock, seen } = await readyFrame();
    await clock.advance(60_000);
    expect(seen).toHaveLength(1);
  });

  test("does not believe a wrong nonce", async () => {
    const { seen, connection, frame } = setUp();
    connection.connect(frame.window);
    frame.say({ type: "ready", nonce: "stale" });
    await until(() => seen.length === 1);
    expect(connection.isReady).toBe(false);
    expect(seen[0]).toHaveProperty("problem");
  });

  test("takes no answer before the template was ready", async () => {
    const { seen, connection, frame } = setUp();
    connection.connect(frame.window);
    frame.say({ type: "submit", answer: { a: 1 } });
    frame.say({ type: "ready", nonce: "n1" });
    await until(() => seen.length > 0);
    expect(seen.map((item) => (item as FrameMessage).type)).toEqual(["ready"]);
  });

  test("gives no second page a port", async () => {
    const { seen, connection } = await readyFrame();
    const second = new FakeFrame();
    connection.connect(second.window);
    expect(second.init).toEqual({});
    expect(seen.at(-1)).toHaveProperty("problem");
  });
});

describe("a frame that loads out of sight", () => {
  test("is told when it shows", async () => {
    const { connection, frame } = await readyFrame();
    connection.reveal();
    await until(() => frame.received.length === 1);
    expect(frame.received).toEqual([{ type: "reveal" }]);
  });

  test("begins as one that shows where it shows before it loaded", () => {
    const { connection, frame } = setUp();
    connection.reveal();
    connection.connect(frame.window);
    expect(frame.init).toMatchObject({ ahead: false });
  });
});

describe("collecting what is typed", () => {
  test("resolves with the draft that names the request", async () => {
    const { connection, frame } = await readyFrame();
    const collected = connection.collect();
    await until(() => frame.received.length === 1);
    frame.say({ type: "draft", seq: 1, data: { note: "other" } });
    frame.say({ type: "draft", seq: 2, data: { note: "now" }, collectId: frame.received[0]?.id });
    expect(await collected).toEqual({ note: "now" });
  });

  test("gives up after two seconds, and at once when the frame is gone", async () => {
    const { clock, connection } = await readyFrame();
    const late = connection.collect();
    await clock.advance(2_000);
    expect(await late).toBeNull();
    const gone = connection.collect();
    connection.close();
    expect(await gone).toBeNull();
  });
});

test("a frame that floods the port is cut off", async () => {
  const { seen, frame } = await readyFrame();
  for (let count = 0; count < 400; count += 1) frame.say({ type: "height", px: count });
  await until(() => seen.some((item) => typeof item === "object" && "problem" in item));
  await settle();
  expect(seen.length).toBeLessThan(210);
});
