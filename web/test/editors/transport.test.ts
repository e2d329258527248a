import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { FrameRate } from "../../src/editors/frame-rate";
import { type Player, Transport } from "../../src/editors/transport";

class ScriptedPlayer implements Player {
  time = 0;
  rate = 1;
  moving = false;

  constructor(
    readonly key: string,
    readonly duration: number,
    readonly isVideo = true,
    readonly framesPerSecond = 25,
  ) {}

  get ended(): boolean {
    return this.time >= this.duration;
  }

  play(): void {
    this.moving = true;
  }

  pause(): void {
    this.moving = false;
  }

  revived = 0;

  revive(): void {
    this.revived += 1;
  }

  /** Lets time pass, as far as it moves. */
  pass(seconds: number): void {
    if (this.moving) this.time = Math.min(this.time + seconds * this.rate, this.duration);
  }
}

let short: ScriptedPlayer;
let long: ScriptedPlayer;
let sound: ScriptedPlayer;
let transport: Transport;

beforeEach(() => {
  short = new ScriptedPlayer("short", 2);
  long = new ScriptedPlayer("long", 4);
  sound = new ScriptedPlayer("sound", 3, false);
  transport = new Transport();
  for (const player of [short, long, sound]) transport.add(player);
  transport.setActive("short");
});

describe("in step", () => {
  test("all videos begin, stop and are sought together; sounds are none of them", () => {
    transport.play();
    expect([short.moving, long.moving, sound.moving]).toEqual([true, true, false]);
    transport.pause();
    transport.seek(3);
    expect([short.time, long.time, sound.time]).toEqual([2, 3, 0]);
    expect([transport.time, transport.duration]).toEqual([3, 4]);
  });

  test("a video that comes later begins where the others are", () => {
    transport.seek(1);
    const late = new ScriptedPlayer("late", 4);
    transport.add(late);
    const alone = new ScriptedPlayer("alone", 4);
    transport.inStep = false;
    transport.add(alone);
    expect([late.time, alone.time]).toEqual([1, 0]);
  });

  test("a video that the browser plays and that stands still begins anew, others are left alone", () => {
    transport.play();
    transport.tick(0);
    long.time = 0.1;
    transport.tick(1_400);
    expect([short.revived, long.revived]).toEqual([0, 0]);
    long.time = 0.2;
    transport.tick(1_600);
    expect([short.revived, long.revived]).toEqual([1, 0]);
  });

  test("who is ahead is slowed down, and waits where it is far ahead", () => {
    transport.play();
    short.time = 0.1;
    transport.tick(0);
    expect([short.rate, short.moving, long.rate]).toEqual([0.95, true, 1]);
    short.time = 1;
    transport.tick(0);
    expect(short.moving).toBe(false);
    long.time = 0.9;
    transport.tick(0);
    expect(short.moving).toBe(false);
    long.time = 0.98;
    transport.tick(0);
    expect([short.moving, short.rate]).toEqual([true, 1]);
  });

  test("whoever the browser stopped goes on", () => {
    transport.play();
    long.moving = false;
    transport.tick(0);
    expect(long.moving).toBe(true);
  });

  test("however they stall, none is ever far ahead of another", () => {
    const stalls = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 150 });
    fc.assert(
      fc.property(stalls, (steps) => {
        const [one, other] = [new ScriptedPlayer("one", 60), new ScriptedPlayer("other", 60)];
        const together = new Transport();
        together.add(one);
        together.add(other);
        together.play();
        for (const [oneGoes, otherGoes] of steps) {
          if (oneGoes) one.pass(0.05);
          if (otherGoes) other.pass(0.05);
          together.tick(0);
          expect(Math.abs(one.time - other.time)).toBeLessThanOrEqual(0.25 + 0.05 + 1e-9);
        }
      }),
    );
  });

  test("the end is when the longest has ended; playing again begins anew", () => {
    transport.play();
    short.time = 2;
    transport.tick(0);
    expect(transport.playing).toBe(true);
    long.time = 4;
    transport.tick(0);
    expect(transport.playing).toBe(false);
    transport.play();
    expect([short.time, long.time]).toEqual([0, 0]);
  });
});

describe("frames", () => {
  test("a step goes to the middle of the next one, for all", () => {
    transport.seek(0.1);
    transport.step(1);
    expect([short.time, long.time]).toEqual([3.5 / 25, 3.5 / 25]);
    transport.step(-1);
    transport.step(-10);
    expect(short.time).toBe(0.5 / 25);
  });

  test("a step back from the end goes to the frame before the last", () => {
    transport.seek(99);
    transport.step(-1);
    expect(long.time).toBe(98.5 / 25);
  });

  test("steps forth and back come to the same frame, and never leave the video", () => {
    const rates = fc.constantFrom(24000 / 1001, 25, 30000 / 1001, 30, 59.94);
    fc.assert(
      fc.property(rates, fc.array(fc.integer({ min: -40, max: 40 }), { maxLength: 20 }), (rate, steps) => {
        const player = new ScriptedPlayer("one", 2, true, rate);
        const one = new Transport();
        one.add(player);
        let frame = 0;
        const last = Math.ceil(2 * rate - 1e-6) - 1;
        for (const step of steps) {
          one.step(step);
          frame = Math.min(Math.max(frame + step, 0), last);
          expect(Math.floor(player.time * rate + 1e-6)).toBe(frame);
          expect(player.time).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});

describe("each by itself", () => {
  beforeEach(() => {
    transport.inStep = false;
  });

  test("only the active one plays, and another one's turn stops it", () => {
    transport.play();
    expect([short.moving, long.moving]).toEqual([true, false]);
    transport.setActive("long");
    expect([short.moving, transport.playing]).toEqual([false, false]);
  });

  test("putting them in step brings all to where the active one is", () => {
    transport.seek(1.5);
    expect(long.time).toBe(0);
    transport.inStep = true;
    expect(long.time).toBe(1.5);
  });
});

test("a sound that is active plays alone, also in step", () => {
  transport.setActive("sound");
  transport.play();
  expect([short.moving, long.moving, sound.moving]).toEqual([false, false, true]);
});

test("what is gone is not played any more", () => {
  transport.remove(long);
  transport.play();
  expect([short.moving, long.moving]).toEqual([true, false]);
  expect(transport.duration).toBe(2);
});

describe("a frame rate", () => {
  test("is told by the frames that are shown, also where some are left out", () => {
    const rate = new FrameRate(null);
    expect([rate.framesPerSecond, rate.isKnown]).toEqual([30, false]);
    [0, 1, 2, 4, 5, 8].forEach((frame) => {
      rate.shown(frame / 25, frame);
    });
    expect([rate.framesPerSecond, rate.isKnown]).toEqual([25, true]);
  });

  test("does not count a jump", () => {
    const rate = new FrameRate(null);
    for (let frame = 0; frame < 6; frame++) rate.shown(frame * 0.1, frame);
    rate.interrupted();
    rate.shown(3, 7);
    expect(rate.framesPerSecond).toBeCloseTo(10);
  });

  test("is what is known", () => {
    expect(new FrameRate(12.5).framesPerSecond).toBe(12.5);
  });
});
