import fc from "fast-check";
import { expect, test } from "vitest";
import { findPage, OVERSEERS, type Page, pagePath } from "../../src/app/pages";

const page = (path: string): Page => ({
  path,
  tag: "x-page",
  title: path,
  roles: OVERSEERS,
  load: () => Promise.resolve(),
});
const pages = [page("/projects/new"), page("/projects/:project"), page("/projects/:project/queue")];

test("a path leads to the first page that fits", () => {
  expect(findPage(["projects", "new"], pages)?.page.path).toBe("/projects/new");
  expect(findPage(["projects", "moods"], pages)).toEqual({ page: pages[1], params: { project: "moods" } });
  expect(findPage(["projects"], pages)).toBeNull();
  expect(findPage(["projects", "moods", "queue", "more"], pages)).toBeNull();
});

test("whatever a project is called, its path leads back to it", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (project) => {
      const parts = pagePath("/projects/:project/queue", { project })
        .split("/")
        .slice(1)
        .map(decodeURIComponent);
      expect(findPage(parts, pages)?.params).toEqual({ project });
    }),
  );
});
