import { expect, test } from "vitest";
import { newSubmissionId } from "../../src/work/submission-id";

test("submission ids are distinct version 4 UUIDs", () => {
  const ids = Array.from({ length: 500 }, newSubmissionId);
  expect(new Set(ids).size).toBe(500);
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
