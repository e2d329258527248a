import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from "lit";

const SHAPES: Record<string, SVGTemplateResult> = {
  add: svg`<path d="M12 5v14M5 12h14"/>`,
  remove: svg`<path d="M5 12h14"/>`,
  check: svg`<path d="m5 13 4 4L19 7"/>`,
  done: svg`<path d="m5 13 4 4L19 7"/>`,
  close: svg`<path d="M6 6l12 12M18 6 6 18"/>`,
  clear: svg`<path d="M6 6l12 12M18 6 6 18"/>`,
  search: svg`<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5 5"/>`,
  info: svg`<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7v.5"/>`,
  help: svg`<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.4 2.3c-.6.3-.9.8-.9 1.7M12 16.5v.5"/>`,
  warning: svg`<path d="M12 4 2.8 20h18.4zM12 10v5M12 17v.5"/>`,
  error: svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v6M12 16.5v.5"/>`,
  "arrow-back": svg`<path d="M19 12H5m6-6-6 6 6 6"/>`,
  "arrow-forward": svg`<path d="M5 12h14m-6-6 6 6-6 6"/>`,
  create: svg`<path d="m4 20 1-4L16 5l3 3L8 19z"/>`,
  delete: svg`<path d="M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13"/>`,
  refresh: svg`<path d="M19 12a7 7 0 1 1-2-5m2-3v4h-4"/>`,
  send: svg`<path d="m4 12 16-8-5 16-4-6z"/>`,
  undo: svg`<path d="M8 5 4 9l4 4M4 9h10a5 5 0 0 1 0 10h-3"/>`,
};

/** A local drawing for an icon name that templates use; names without a drawing show nothing. */
export function icon(name: string): TemplateResult | typeof nothing {
  const shape = SHAPES[name.replace(/^icons:/, "")];
  if (!shape) return nothing;
  return html`<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor"
    stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shape}</svg>`;
}
