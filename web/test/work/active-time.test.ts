import fc from "fast-check";
import { expect, test } from "vitest";
import { ActiveTime } from "../../src/work/active-time";
import { ManualClock } from "../app/manual-clock";
import { NOW } from "./assignments";

test("time counts for a minute after the last input", async () => {
  const clock = new ManualClock(NOW);
  const active = new ActiveTime(clock, true);
  await clock.advance(50_000);
  active.input();
  await clock.advance(300_000);
  expect(active.seconds()).toBe(110);
  active.input();
  await clock.advance(10_000);
  expect(active.seconds()).toBe(120);
});

test("a hidden tab does not count, even with a late input event", async () => {
  const clock = new ManualClock(NOW);
  const active = new ActiveTime(clock, true);
  await clock.advance(5_000);
  active.setVisible(false);
  await clock.advance(20_000);
  active.input();
  await clock.advance(20_000);
  active.setVisible(true);
  await clock.advance(5_000);
  expect(active.seconds()).toBe(10);
});

type Step = { wait: number; act: "input" | "hide" | "show" };

test("it never exceeds the time that the tab was visible, nor a minute per input", async () => {
  const step = fc.record<Step>({
    wait: fc.integer({ min: 0, max: 200_000 }),
    act: fc.constantFrom("input", "hide", "show"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const clock = new ManualClock(NOW);
      const active = new ActiveTime(clock, true);
      let visible = true;
      let visibleTime = 0;
      let inputs = 1;
      for (const { wait, act } of steps) {
        await clock.advance(wait);
        if (visible) visibleTime += wait;
        if (act === "input") {
          active.input();
          inputs += 1;
        } else {
          visible = act === "show";
          active.setVisible(visible);
        }
      }
      expect(active.seconds()).toBeLessThanOrEqual(visibleTime / 1000 + 0.1);
      expect(active.seconds()).toBeLessThanOrEqual(inputs * 60);
    }),
    { numRuns: 50 },
  );
});
