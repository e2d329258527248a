/** Tells the portal how high the page is, so that the frame can grow with it. */

const HIGHEST_PX = 50_000;

export function watchHeight(target: Document, send: (px: number) => void): void {
  const view = target.defaultView;
  if (!view || typeof ResizeObserver === "undefined") return;
  let reported = 0;
  let viewport = { width: view.innerWidth, height: view.innerHeight };
  const measure = (): void => {
    // Content sized by the viewport (100vh) grows with the frame: following that would never end.
    const causedByFrame = view.innerHeight !== viewport.height && view.innerWidth === viewport.width;
    viewport = { width: view.innerWidth, height: view.innerHeight };
    const height = Math.min(contentHeight(target), HIGHEST_PX);
    if (height === reported || (causedByFrame && height > reported)) return;
    reported = height;
    send(height);
  };
  const observer = new ResizeObserver(measure);
  observer.observe(target.documentElement);
  observer.observe(target.body);
  measure();
}

function contentHeight(target: Document): number {
  const page = target.documentElement.getBoundingClientRect().height;
  const overflow = target.compatMode === "CSS1Compat" ? target.body.scrollHeight : 0;
  return Math.ceil(Math.max(page, overflow));
}
