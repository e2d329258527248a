/** Tells how far the page is scrolled, and follows another page that shows the same template. */

/** Places are shares of the way from the top, 0 to 1. */
export class FrameScroll {
  #followed: number | null = null;
  #due = false;

  constructor(
    private readonly page: Document,
    private readonly report: (top: number) => void,
  ) {}

  watch(): void {
    this.page.addEventListener("scroll", () => this.#scrolled(), { passive: true });
  }

  /** Scrolls there without reporting it: two pages that follow each other would never come to rest. */
  follow(top: number): void {
    const scroller = this.page.scrollingElement;
    if (scroller === null) return;
    scroller.scrollTop = Math.min(Math.max(top, 0), 1) * way(scroller);
    this.#followed = scroller.scrollTop;
  }

  #scrolled(): void {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#reportPlace();
    });
  }

  #reportPlace(): void {
    const scroller = this.page.scrollingElement;
    if (scroller === null) return;
    const followed = this.#followed !== null && Math.abs(scroller.scrollTop - this.#followed) <= 1;
    this.#followed = null;
    if (!followed && way(scroller) > 0) this.report(Math.min(scroller.scrollTop / way(scroller), 1));
  }
}

function way(scroller: Element): number {
  return Math.max(scroller.scrollHeight - scroller.clientHeight, 0);
}
