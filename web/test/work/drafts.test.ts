import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApiRefusal, ServerUnreachable } from "../../src/app/api";
import type { JsonObject } from "../../src/ui/json";
import { chooseDraft, DraftSaver, type LocalDraft, LocalDrafts } from "../../src/work/drafts";
import { ManualClock, settle } from "../app/manual-clock";
import { MemoryStore } from "../app/memory-store";
import { at, NOW } from "./assignments";

function onDevice(content: JsonObject, savedAt: string): LocalDraft {
  return { assignmentId: "a1", userId: "u1", content, savedAt };
}

describe("choosing a draft", () => {
  test("takes the only one there is", () => {
    expect(chooseDraft(undefined, null)).toEqual({ chosen: null, other: null });
    expect(chooseDraft(onDevice({ a: 1 }, at(0)), null).chosen?.from).toBe("device");
    expect(chooseDraft(undefined, { content: { a: 1 }, saved_at: at(0) }).chosen?.from).toBe("server");
  });

  test("offers no choice between equal contents, whatever the order of their keys", () => {
    const { other } = chooseDraft(onDevice({ a: 1, b: 2 }, at(9)), {
      content: { b: 2, a: 1 },
      saved_at: at(1),
    });
    expect(other).toBeNull();
  });

  test("shows the newer one and keeps the other on offer", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000 }),
        fc.integer({ min: 0, max: 10_000 }),
        (device, server) => {
          const { chosen, other } = chooseDraft(onDevice({ a: "device" }, at(device)), {
            content: { a: "server" },
            saved_at: at(server),
          });
          expect(chosen?.from).toBe(device > server ? "device" : "server");
          expect(other?.from).toBe(device > server ? "server" : "device");
        },
      ),
    );
  });

  test("takes any draft before the earlier answer that one goes on with, which stays on offer", () => {
    const earlier = { content: { a: "earlier" }, saved_at: null };
    expect(chooseDraft(undefined, earlier).chosen).toMatchObject({
      content: { a: "earlier" },
      savedAt: null,
    });
    const { chosen, other } = chooseDraft(onDevice({ a: "device" }, at(0)), earlier);
    expect([chosen?.from, other?.content]).toEqual(["device", { a: "earlier" }]);
  });

  test("passes over a server draft that is no object", () => {
    expect(chooseDraft(undefined, { content: "text", saved_at: at(0) }).chosen).toBeNull();
  });
});

describe("drafts on this device", () => {
  test("are kept apart for each person and dropped after a month", async () => {
    const clock = new ManualClock(NOW);
    const drafts = new LocalDrafts(new MemoryStore(), clock);
    await drafts.save("u1", "a1", { note: "mine" });
    expect(await drafts.find("u2", "a1")).toBeUndefined();
    await clock.advance(29 * 24 * 3_600_000);
    await drafts.save("u2", "a1", { note: "new" });
    await clock.advance(2 * 24 * 3_600_000);
    await drafts.forgetOld();
    expect(await drafts.find("u1", "a1")).toBeUndefined();
    expect((await drafts.find("u2", "a1"))?.content).toEqual({ note: "new" });
  });
});

function setUpSaver() {
  const clock = new ManualClock(NOW);
  const kept: JsonObject[] = [];
  const uploads: { content: JsonObject; answer: (error?: Error) => void }[] = [];
  const saver = new DraftSaver(
    async (content) => void kept.push(content),
    (content) =>
      new Promise((resolve, reject) => {
        uploads.push({ content, answer: (error) => (error ? reject(error) : resolve({ saved_at: at(1) })) });
      }),
    clock,
  );
  return { clock, kept, uploads, saver };
}

describe("saving drafts by themselves", () => {
  test("keeps each change on the device and sends one at a time, then only the newest", async () => {
    const { kept, uploads, saver } = setUpSaver();
    void saver.save({ n: 1 });
    await settle();
    void saver.save({ n: 2 });
    void saver.save({ n: 3 });
    await settle();
    expect(kept).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(uploads.map((upload) => upload.content)).toEqual([{ n: 1 }]);
    uploads[0]?.answer();
    await settle();
    uploads[1]?.answer();
    await settle();
    expect(uploads.map((upload) => upload.content)).toEqual([{ n: 1 }, { n: 3 }]);
    expect(saver.state).toEqual({ name: "saved", at: at(1) });
  });

  test("sends nothing when nothing changed, but waits for what is under way", async () => {
    const { uploads, saver } = setUpSaver();
    void saver.save({ n: 1 });
    let done = false;
    void saver.save({ n: 1 }).then(() => {
      done = true;
    });
    await settle();
    expect(done).toBe(false);
    uploads[0]?.answer();
    await settle();
    expect(done).toBe(true);
    expect(uploads).toHaveLength(1);
  });

  test("tries again after a lost network, and says meanwhile that the draft is on this device", async () => {
    const { clock, uploads, saver } = setUpSaver();
    void saver.save({ n: 1 });
    await settle();
    uploads[0]?.answer(new ServerUnreachable("gone"));
    await settle();
    expect(saver.state.name).toBe("on-device");
    await clock.advance(15_000);
    uploads[1]?.answer();
    await settle();
    expect(uploads[1]?.content).toEqual({ n: 1 });
    expect(saver.state.name).toBe("saved");
  });

  test("does not hammer a server that refuses the draft", async () => {
    const { clock, uploads, saver } = setUpSaver();
    void saver.save({ n: 1 });
    await settle();
    const problem = { type: "about:blank", title: "Too large", status: 413, detail: "", errors: [] };
    uploads[0]?.answer(new ApiRefusal(problem));
    await clock.advance(600_000);
    expect(uploads).toHaveLength(1);
    expect(saver.state).toEqual({ name: "on-device", reason: "Too large" });
  });
});
