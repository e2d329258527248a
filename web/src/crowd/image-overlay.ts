/** What a template lays over an image to classify: boxes in pixels of the image, or a coloured mask picture. */
import { html, nothing, type TemplateResult } from "lit";
import { isRecord } from "./answer-source";

type Box = { label: string; left: number; top: number; width: number; height: number };
type Legend = { label: string; color: string };
export type Size = { width: number; height: number };

const PALETTE = [
  "#d81b60",
  "#1e88e5",
  "#ffc107",
  "#004d40",
  "#8e24aa",
  "#f4511e",
  "#43a047",
  "#3949ab",
  "#00acc1",
  "#6d4c41",
];

/** Renders the overlay; boxes need the natural size of the image, so they show once it has loaded. */
export function renderOverlay(overlay: unknown, natural: Size | null): TemplateResult | typeof nothing {
  if (!isRecord(overlay)) return nothing;
  if (isRecord(overlay.boundingBox) && natural) return renderBoxes(overlay.boundingBox, natural);
  const mask = overlay.semanticSegmentation ?? overlay.instanceSegmentation;
  const src = isRecord(mask) && typeof mask.src === "string" ? mask.src : null;
  return src === null ? nothing : html`<img class="mask" src=${src} alt="" />`;
}

/** Names the colours of the overlay, so that colour is never the only cue. */
export function renderLegend(overlay: unknown): TemplateResult | typeof nothing {
  const entries = legendOf(overlay);
  if (entries.length === 0) return nothing;
  return html`<ul class="legend">${entries.map(
    ({ label, color }) => html`<li><span class="swatch" style=${`background:${color}`}></span>${label}</li>`,
  )}</ul>`;
}

function renderBoxes(part: Record<string, unknown>, natural: Size): TemplateResult {
  const boxes = Array.isArray(part.value) ? part.value.filter(isBox) : [];
  const labels = Array.isArray(part.labels) ? part.labels.map(String) : [];
  return html`<div class="boxes" role="img" aria-label=${`${boxes.length} marked areas`}>${boxes.map(
    (box) => {
      const color = PALETTE[Math.max(labels.indexOf(box.label), 0) % PALETTE.length];
      const place = `left:${percent(box.left, natural.width)};top:${percent(box.top, natural.height)}`;
      const size = `width:${percent(box.width, natural.width)};height:${percent(box.height, natural.height)}`;
      return html`<div class="box" style=${`${place};${size};border-color:${color}`}><span>${box.label}</span></div>`;
    },
  )}</div>`;
}

function percent(pixels: number, whole: number): string {
  return `${(pixels / (whole || 1)) * 100}%`;
}

function isBox(value: unknown): value is Box {
  return (
    isRecord(value) &&
    [value.left, value.top, value.width, value.height].every((side) => Number.isFinite(side))
  );
}

function legendOf(overlay: unknown): Legend[] {
  if (!isRecord(overlay)) return [];
  if (isRecord(overlay.semanticSegmentation) && isRecord(overlay.semanticSegmentation.labelMappings)) {
    const mappings = Object.entries(overlay.semanticSegmentation.labelMappings);
    return mappings.map(([label, mapping]) => ({
      label,
      color: cssColor(isRecord(mapping) ? mapping.color : null),
    }));
  }
  if (!isRecord(overlay.instanceSegmentation) || !Array.isArray(overlay.instanceSegmentation.instances))
    return [];
  const instances = overlay.instanceSegmentation.instances.filter(isRecord);
  return instances.map((instance) => ({
    label: String(instance.label ?? ""),
    color: cssColor(instance.color),
  }));
}

function cssColor(color: unknown): string {
  return typeof color === "string" && /^[#\w(),.% ]+$/.test(color) ? color : "transparent";
}
