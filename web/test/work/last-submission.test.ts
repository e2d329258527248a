import { expect, test } from "vitest";
import { ServerClock } from "../../src/ui/clock";
import { LastSubmission } from "../../src/work/last-submission";
import { ManualClock } from "../app/manual-clock";
import { at, NOW } from "./assignments";

function setUp() {
  const clock = new ManualClock(NOW);
  const queue = new EventTarget();
  const last = new LastSubmission(queue, clock, new ServerClock(clock));
  const accept = (id: string, withdrawUntil: string | null) =>
    queue.dispatchEvent(
      new CustomEvent("accepted", {
        detail: {
          userId: "u1",
          assignmentId: id,
          submissionId: `s-${id}`,
          title: "Receipts",
          receipt: { withdraw_until: withdrawUntil },
        },
      }),
    );
  return { clock, last, accept };
}

test("an answer can be taken back until its time is over, counted down each second", async () => {
  const { clock, last, accept } = setUp();
  const seen: number[] = [];
  last.addEventListener("change", () => seen.push(last.secondsLeft));
  accept("a1", at(3));
  expect(last.withdrawable?.submissionId).toBe("s-a1");
  await clock.advance(5_000);
  expect(last.withdrawable).toBeNull();
  expect(seen).toEqual([3, 2, 1, 0]);
  expect(clock.pending).toEqual([]);
});

test("only the last answer is offered, and none where the project does not allow it", () => {
  const { last, accept } = setUp();
  accept("a1", at(60));
  accept("a2", at(60));
  expect(last.withdrawable?.assignmentId).toBe("a2");
  accept("a3", null);
  expect(last.withdrawable).toBeNull();
});

test("once it was taken back it is not offered again", async () => {
  const { clock, last, accept } = setUp();
  accept("a1", at(60));
  last.forget();
  expect(last.withdrawable).toBeNull();
  await clock.advance(2_000);
  expect(clock.pending).toEqual([]);
});
