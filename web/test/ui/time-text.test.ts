import fc from "fast-check";
import { expect, test } from "vitest";
import { ServerClock } from "../../src/ui/clock";
import { clockText, limitText, roughText, timerText } from "../../src/ui/time-text";
import { ManualClock } from "../app/manual-clock";
import { NOW } from "../work/assignments";

test.each([
  [154_000, 3_600_000, "2:34 of 60 min"],
  [0, 3_600_000, "0:00 of 60 min"],
  [3_725_000, 8 * 3_600_000, "1:02:05 of 8 h"],
  [12_900, 30_000, "0:12 of 30 s"],
  [61_000, 90_000, "1:01 of 1:30 min"],
  [100, 10 * 86_400_000, "0:00 of 10 days"],
])("%i ms of %i ms reads %s", (elapsed, limit, text) => {
  expect(timerText(elapsed, limit)).toBe(text);
});

test("the timer neither runs below zero nor beyond the limit", () => {
  expect(timerText(-5_000, 60_000)).toBe("0:00 of 1 min");
  expect(timerText(99_000, 60_000)).toBe("1:00 of 1 min");
});

test("a clock text says its duration back to the second", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400_000 }), (seconds) => {
      const parts = clockText(seconds * 1000)
        .split(":")
        .map(Number);
      expect(parts.reduce((total, part) => total * 60 + part, 0)).toBe(seconds);
      expect(parts.slice(1).every((part) => part < 60)).toBe(true);
    }),
  );
});

test("limits and ages use the unit that people say", () => {
  expect(limitText(5_400_000)).toBe("90 min");
  expect(limitText(8_000_000)).toBe("2:13:20 h");
  expect([30_000, 720_000, 18_000_000, 259_200_000].map(roughText)).toEqual([
    "under a minute",
    "12 min",
    "5 h",
    "3 days",
  ]);
});

test("the server's clock is learnt from its answers, from the quickest one above all", async () => {
  const clock = new ManualClock(NOW);
  const serverClock = new ServerClock(clock);
  const ahead = new Date(NOW + 90_000).toUTCString();
  serverClock.observe(ahead, NOW, NOW);
  expect(serverClock.until(new Date(NOW + 150_500).toISOString())).toBe(60_000);
  serverClock.observe(new Date(NOW).toUTCString(), NOW, NOW + 8_000);
  expect(serverClock.now()).toBe(NOW + 90_500);
  await clock.advance(6 * 60_000);
  serverClock.observe(new Date(clock.now()).toUTCString(), clock.now(), clock.now() + 100);
  expect(serverClock.now()).toBe(clock.now() + 450);
  serverClock.observe("not a date", 0, 0);
  expect(serverClock.now()).toBe(clock.now() + 450);
});
