import { beforeEach, describe, expect, it } from "vitest";
import { FrameScroll } from "../../src/crowd/frame-scroll";

/** A page of 1,000 px in a window of 200 px, whose events come when told to. */
class TallPage extends EventTarget {
  readonly scrollingElement = { scrollTop: 0, scrollHeight: 1_000, clientHeight: 200 };

  async scroll(to: number): Promise<void> {
    this.scrollingElement.scrollTop = to;
    this.dispatchEvent(new Event("scroll"));
    await new Promise(requestAnimationFrame);
  }
}

let page: TallPage;
let reported: number[];
let scroll: FrameScroll;

beforeEach(() => {
  page = new TallPage();
  reported = [];
  scroll = new FrameScroll(page as unknown as Document, (top) => reported.push(top));
  scroll.watch();
});

describe("scrolling together", () => {
  it("tells the share of the way, once for each frame that is painted", async () => {
    await page.scroll(400);
    page.dispatchEvent(new Event("scroll"));
    await page.scroll(800);
    expect(reported).toEqual([0.5, 1]);
  });

  it("follows to the same share, within the page", () => {
    scroll.follow(0.25);
    expect(page.scrollingElement.scrollTop).toBe(200);
    scroll.follow(7);
    expect(page.scrollingElement.scrollTop).toBe(800);
  });

  it("does not report where it followed to, but what the person does after that", async () => {
    scroll.follow(0.5);
    await page.scroll(page.scrollingElement.scrollTop);
    expect(reported).toEqual([]);
    await page.scroll(600);
    expect(reported).toEqual([0.75]);
  });

  it("reports nothing where there is nothing to scroll", async () => {
    page.scrollingElement.scrollHeight = 200;
    await page.scroll(0);
    expect(reported).toEqual([]);
  });
});
