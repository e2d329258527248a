/** Design tokens of the frame, light and dark, and the base look of a template's plain HTML. */

export type Theme = "light" | "dark";

// A cascade layer loses to every unlayered rule, so a template's own styles always win.
const DOCUMENT_STYLES = `
@layer loupe {
  :root {
    color-scheme: light;
    --crowd-font: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
    --crowd-ink: light-dark(#1b1f27, #e8eaee);
    --crowd-ink-soft: light-dark(#525a67, #aab2bf);
    --crowd-ground: light-dark(#ffffff, #14171c);
    --crowd-surface: light-dark(#f5f6f8, #1d2128);
    --crowd-surface-strong: light-dark(#e9ecf1, #2a2f39);
    --crowd-line: light-dark(#d5d9e0, #3a414d);
    --crowd-line-strong: light-dark(#737b88, #8d96a5);
    --crowd-accent: light-dark(#1c5bb8, #8fbcff);
    --crowd-accent-strong: light-dark(#154890, #b4d2ff);
    --crowd-accent-soft: light-dark(#e7f0fd, #1e3252);
    --crowd-on-accent: light-dark(#ffffff, #0b1a30);
    --crowd-error: light-dark(#b0261e, #ffa198);
    --crowd-error-soft: light-dark(#fdecea, #421c1a);
    --crowd-success: light-dark(#1a6b3c, #7fd6a0);
    --crowd-success-soft: light-dark(#e6f5ec, #143322);
    --crowd-warning: light-dark(#7a5200, #f2c46d);
    --crowd-warning-soft: light-dark(#fff4dc, #3a2c10);
    --crowd-radius: 8px;
  }
  :root[data-theme="dark"] { color-scheme: dark; }
  body {
    margin: 0;
    padding: 16px;
    font: 16px/1.5 var(--crowd-font);
    color: var(--crowd-ink);
    background: var(--crowd-ground);
  }
  img, video { max-width: 100%; }
  :focus-visible { outline: 3px solid var(--crowd-accent); outline-offset: 2px; }
  input:not([type="radio"], [type="checkbox"], [type="range"], [type="color"], [type="image"]), select, textarea, button {
    min-height: 36px; padding: 6px 10px; font: inherit; color: inherit; background-color: var(--crowd-ground);
    border: 1px solid var(--crowd-line-strong); border-radius: var(--crowd-radius);
  }
  button, input[type="submit"], input[type="reset"], input[type="button"] { padding-inline: 16px; font-weight: 600; cursor: pointer; }
  select[multiple] { padding: 4px; vertical-align: middle; }
  textarea { vertical-align: middle; }
  input[type="radio"], input[type="checkbox"] { min-width: 20px; min-height: 20px; accent-color: var(--crowd-accent); }
  short-instructions, full-instructions, classification-target, short-summary, detailed-instructions,
  positive-example, negative-example { display: block; }
}`;

export function installDocumentStyles(target: Document): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(DOCUMENT_STYLES);
  target.adoptedStyleSheets = [...target.adoptedStyleSheets, sheet];
}

/**
 * Applies the portal's theme. A template that brings colours of its own is written for a light page, so it stays
 * light unless it declares `<meta name="color-scheme">` with dark.
 */
export function applyTheme(target: Document, theme: Theme): void {
  target.documentElement.dataset.theme = theme === "dark" && canBeDark(target) ? "dark" : "light";
}

function canBeDark(target: Document): boolean {
  const declared = target.querySelector('meta[name="color-scheme"]')?.getAttribute("content");
  if (declared !== null && declared !== undefined) return /\bdark\b/.test(declared);
  const coloured = 'link[rel~="stylesheet"], [bgcolor], font[color], [style*="color"], [style*="background"]';
  if (target.querySelector(coloured)) return false;
  return ![...target.querySelectorAll("style")].some((style) =>
    /color|background/.test(style.textContent ?? ""),
  );
}
