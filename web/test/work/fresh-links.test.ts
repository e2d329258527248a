import { expect, test } from "vitest";
import { linksOf } from "../../src/work/fresh-links";

const page = (content: string) => async () => new Response(content);

test("the addresses of the files that may be shown, by tile, as the page of a data group holds them", async () => {
  const tiles = [
    { key: "left", url: "http://portal/media/1", title: "a \\u003cb>" },
    { key: "gone", url: null },
  ];
  const document = `<head><script type="application/json" id="data-group">${JSON.stringify({ tiles })}</script></head>`;
  expect(await linksOf("/frame/a1", page(document))).toEqual({ left: "http://portal/media/1" });
});

test("a page of a template has none, and neither has one that is refused", async () => {
  expect(await linksOf("/frame/a1", page("<script>var tiles = []</script>"))).toEqual({});
  expect(await linksOf("/frame/a1", async () => new Response("late", { status: 401 }))).toEqual({});
});
