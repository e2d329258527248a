import { expect, test } from "vitest";
import { HotkeyRegistry } from "../../src/app/hotkeys";
import "../../src/work/undo-submission";
import type { UndoSubmission } from "../../src/work/undo-submission";

async function shownTo(userId: string): Promise<{ words: string; hotkeys: string[] }> {
  const withdrawable = { userId: "u1", assignmentId: "a1", submissionId: "s1", title: "Receipts", until: "" };
  const hotkeys = new HotkeyRegistry(false);
  const element = document.createElement("loupe-undo-submission") as UndoSubmission;
  const lastSubmission = Object.assign(new EventTarget(), { withdrawable, secondsLeft: 12 });
  Object.assign(element, {
    portal: { lastSubmission, hotkeys, session: { info: { user: { id: userId } } } },
  });
  document.body.append(element);
  await element.updateComplete;
  const words = element.renderRoot.querySelector("button")?.textContent?.trim() ?? "";
  const ids = hotkeys.list().map(({ id }) => id);
  element.remove();
  return { words, hotkeys: ids };
}

test("who gave the answer may take it back, by button and key", async () => {
  expect(await shownTo("u1")).toEqual({ words: "Undo (12 s)", hotkeys: ["undo-submission"] });
});

test("whoever signs in after them is not offered it", async () => {
  expect(await shownTo("u2")).toEqual({ words: "", hotkeys: [] });
});
