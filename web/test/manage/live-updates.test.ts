import type { ReactiveController, ReactiveControllerHost } from "lit";
import { beforeEach, expect, test } from "vitest";
import { type HintSource, LiveUpdates } from "../../src/manage/live-updates";
import type { Pulse } from "../../src/manage/overview-shapes";
import { ManualClock } from "../app/manual-clock";

class FakeSource extends EventTarget implements HintSource {
  closed = false;

  constructor(readonly path: string) {
    super();
  }

  close(): void {
    this.closed = true;
  }

  hint(open: number): void {
    this.dispatchEvent(new MessageEvent("changed", { data: JSON.stringify({ counts: { open } }) }));
  }

  fail(): void {
    this.dispatchEvent(new Event("error"));
  }
}

class FakePage extends EventTarget {
  hidden = false;

  turn(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

let clock: ManualClock;
let page: FakePage;
let sources: FakeSource[];
let refreshes: number;
let pulses: Pulse[];
let path: string;
let live: LiveUpdates;

const host = {
  addController: (_: ReactiveController) => {},
  requestUpdate: () => {},
} as unknown as ReactiveControllerHost;
const last = () => sources.at(-1) as FakeSource;

beforeEach(() => {
  clock = new ManualClock();
  page = new FakePage();
  sources = [];
  refreshes = 0;
  pulses = [];
  path = "/v1/projects/moods/live";
  live = new LiveUpdates(
    host,
    () => ({
      clock,
      path: () => path,
      refresh: async () => {
        refreshes += 1;
      },
      every: 5_000,
      onPulse: (pulse) => pulses.push(pulse),
      connect: (address) => {
        sources.push(new FakeSource(address));
        return last();
      },
      random: () => 1,
    }),
    page as unknown as Document,
  );
  live.hostConnected();
});

test("the first hint says how things are, the next ones that they changed", async () => {
  expect(last().path).toBe("/v1/projects/moods/live");
  last().hint(3);
  await clock.advance(60_000);
  expect([live.state, pulses, refreshes]).toEqual(["live", [{ counts: { open: 3 } }], 0]);
  last().hint(4);
  await clock.advance(0);
  expect(refreshes).toBe(1);
});

test("many hints make one refresh in the time that is set", async () => {
  last().hint(1);
  for (let n = 2; n < 12; n += 1) {
    last().hint(n);
    await clock.advance(1_000);
  }
  expect(refreshes).toBe(2);
  expect(pulses).toHaveLength(11);
});

test("a lost connection is tried again, ever more seldom, and each time the screen is read anew", async () => {
  last().fail();
  expect([live.state, sources.length, last().closed]).toEqual(["polling", 1, true]);
  await clock.advance(1_000);
  expect(sources).toHaveLength(2);
  last().fail();
  await clock.advance(1_999);
  expect(sources).toHaveLength(2);
  await clock.advance(1);
  expect(sources).toHaveLength(3);
  for (let n = 0; n < 8; n += 1) {
    last().fail();
    await clock.advance(15_000);
  }
  expect(sources).toHaveLength(11);
  expect(refreshes).toBeGreaterThanOrEqual(8);
  last().hint(1);
  expect(live.state).toBe("live");
});

test("after a lost connection its first hint is news", async () => {
  last().hint(1);
  last().fail();
  await clock.advance(30_000);
  const before = refreshes;
  last().hint(2);
  await clock.advance(5_000);
  expect(refreshes).toBeGreaterThan(before);
});

test("a connection without a first hint counts as lost", async () => {
  await clock.advance(10_000);
  expect([live.state, sources[0]?.closed]).toEqual(["polling", true]);
});

test("a hidden tab rests, and is fresh when it is seen again", async () => {
  last().hint(1);
  await clock.advance(6_000);
  page.turn(true);
  expect([live.state, last().closed]).toEqual(["resting", true]);
  await clock.advance(600_000);
  expect([sources.length, refreshes]).toEqual([1, 0]);
  page.turn(false);
  await clock.advance(0);
  expect([sources.length, refreshes]).toEqual([2, 1]);
});

test("a screen that is gone asks for nothing any more", async () => {
  last().hint(1);
  last().hint(2);
  live.hostDisconnected();
  expect(last().closed).toBe(true);
  await clock.advance(600_000);
  page.turn(false);
  expect([sources.length, refreshes, clock.pending]).toEqual([1, 0, []]);
});

test("another project is another stream", () => {
  path = "/v1/projects/other/live";
  live.hostUpdate();
  expect(sources.map((source) => [source.path, source.closed])).toEqual([
    ["/v1/projects/moods/live", true],
    ["/v1/projects/other/live", false],
  ]);
});
