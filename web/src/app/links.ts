import type { Router } from "./router";

/** Lets plain links to addresses of this app change the page without loading it anew. */
export function followLinks(document: Document, router: Router): void {
  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (!(link instanceof HTMLAnchorElement) || !leadsIntoApp(event, link)) return;
    event.preventDefault();
    void router.goTo(link.pathname + link.search);
  });
}

// What a browser would open elsewhere, or save, stays the browser's.
function leadsIntoApp(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const here = link.origin === location.origin && link.target === "" && !link.hasAttribute("download");
  return plain && here && !event.defaultPrevented && !OUTSIDE.test(link.pathname);
}

const OUTSIDE = /^\/(v1|media|frame|static|assets|docs|metrics|openapi\.json)(\/|$)/;
