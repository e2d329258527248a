import { expect, test } from "vitest";
import { beginningOf } from "../../src/editors/text-file";

test("a short text is read whole, also where a character is in two parts", async () => {
  const bytes = new TextEncoder().encode("Löffel 🥄 und mehr");
  const parts = [bytes.slice(0, 2), bytes.slice(2, 10), bytes.slice(10)];
  const body = new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
  expect(await beginningOf(new Response(body), 1000)).toEqual({ text: "Löffel 🥄 und mehr", cut: false });
});

test("of a long text only the beginning is read, and the rest is left", async () => {
  let given = 0;
  let left = false;
  const body = new ReadableStream({
    pull(controller) {
      given += 1;
      controller.enqueue(new TextEncoder().encode("x".repeat(100)));
    },
    cancel() {
      left = true;
    },
  });
  const { text, cut } = await beginningOf(new Response(body), 250);
  expect([text.length, cut, left]).toEqual([250, true, true]);
  expect(given).toBeLessThan(8);
});
