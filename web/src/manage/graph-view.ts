import { css, html, LitElement, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { styles } from "../ui/styles";
import type { StageCount } from "./overview-shapes";

const SVG = "http://www.w3.org/2000/svg";

/**
 * A workflow graph as the server draws it, with how many tasks are in each stage. Where `links` is set, stages are
 * buttons: fires `stage` (detail: its name).
 */
@customElement("loupe-graph-view")
export class GraphView extends LitElement {
  static override styles = [
    styles,
    css`
      .scroll {
        overflow: auto;
        max-height: 75dvh;
      }

      svg {
        display: block;
        max-width: none;
        font-family: var(--font);
      }

      text {
        font-size: 13px;
        font-weight: 600;
        text-anchor: middle;
      }

      .fact {
        font-size: 11.5px;
        font-weight: 400;
      }

      .label {
        font-size: 12px;
        font-weight: 500;
      }

      .way {
        fill: none;
        stroke: var(--muted);
        stroke-width: 1.5;
      }

      .back {
        stroke-dasharray: 5 3;
      }

      .head,
      .label {
        fill: var(--muted);
      }

      .page,
      .behind {
        fill: var(--surface);
      }

      [data-stage] rect,
      [data-stage] polygon {
        fill: var(--sunken);
        stroke: var(--control-line);
        stroke-width: 1.5;
      }

      [data-stage] text {
        fill: var(--text);
      }

      .annotate rect {
        fill: light-dark(#dbeafe, #1e3a8a);
        stroke: light-dark(#2563eb, #60a5fa);
      }

      .review rect {
        fill: light-dark(#ede9fe, #4c1d95);
        stroke: light-dark(#7c3aed, #a78bfa);
      }

      .consensus rect {
        fill: light-dark(#cffafe, #155e75);
        stroke: light-dark(#0e7490, #22d3ee);
      }

      .agent polygon {
        fill: light-dark(#ffedd5, #7c2d12);
        stroke: light-dark(#c2410c, #fb923c);
      }

      .complete rect {
        fill: light-dark(#dcfce7, #14532d);
        stroke: light-dark(#15803d, #4ade80);
      }

      .fail rect {
        fill: var(--danger-wash);
        stroke: var(--danger);
      }

      [data-stage][role="link"] {
        cursor: pointer;
      }

      [data-stage][role="link"]:hover > :is(rect, polygon) {
        stroke-width: 3;
      }

      [data-stage]:focus-visible {
        outline: 3px solid var(--focus);
        outline-offset: 3px;
      }

      [data-stage] .badge rect {
        fill: var(--accent);
        stroke: var(--surface);
        stroke-width: 2;
      }

      [data-stage] .badge text {
        fill: var(--on-accent);
      }
    `,
  ];

  /** The picture, as quality/drawings.py draws it. */
  @property({ attribute: false }) svg = "";
  @property({ attribute: false }) counts: readonly StageCount[] = [];
  @property({ type: Boolean }) links = false;
  @property() label = "Workflow graph";
  @query(".scroll") private place!: HTMLElement;

  override render() {
    return html`<div class="scroll" role="region" aria-label=${this.label} tabindex="0"></div>`;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("svg")) this.draw();
    if (changed.has("svg") || changed.has("counts") || changed.has("links")) this.count();
  }

  private draw(): void {
    const parsed = new DOMParser().parseFromString(this.svg || `<svg xmlns="${SVG}"/>`, "image/svg+xml");
    const picture = document.importNode(parsed.documentElement, true);
    // Its colours follow the system; these follow the portal's own choice of light and dark.
    picture.querySelector("style")?.remove();
    picture.querySelector(":scope > title")?.remove();
    picture.setAttribute("role", "group");
    picture.setAttribute("aria-label", this.label);
    for (const group of picture.querySelectorAll<SVGGElement>("g[class]")) {
      const name = group.querySelector(":scope > title")?.textContent;
      if (name) group.dataset.stage = name;
    }
    this.place.replaceChildren(picture);
  }

  private count(): void {
    const counts = new Map(this.counts.map((each) => [each.stage, each]));
    for (const group of this.place.querySelectorAll<SVGGElement>("[data-stage]")) {
      const name = group.dataset.stage ?? "";
      const count = counts.get(name);
      this.describe(group, name, count);
      group.querySelector(".badge")?.remove();
      if (count !== undefined && count.tasks > 0) group.append(badge(group, countText(count)));
    }
  }

  private describe(group: SVGGElement, name: string, count: StageCount | undefined): void {
    const told = count === undefined || count.tasks === 0 ? "no open tasks" : countWords(count);
    // What is written in the box has to stand in its name, word by word.
    const written = [...group.querySelectorAll(":scope > text")].map((line) => line.textContent).join(" ");
    group.setAttribute("aria-label", `${written}: ${told}`);
    if (!this.links) {
      group.setAttribute("role", "img");
      return;
    }
    group.setAttribute("role", "link");
    group.setAttribute("tabindex", "0");
    group.onclick = () => this.tell(name);
    group.onkeydown = (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.tell(name);
    };
  }

  private tell(stage: string): void {
    this.dispatchEvent(new CustomEvent("stage", { detail: stage }));
  }
}

/** "12 (3)": open tasks, and of these held ones. */
function countText({ tasks, held }: StageCount): string {
  return held > 0 ? `${tasks.toLocaleString()} (${held.toLocaleString()})` : tasks.toLocaleString();
}

function countWords({ tasks, held, starved }: StageCount): string {
  const parts = [tasks === 1 ? "1 open task" : `${tasks.toLocaleString()} open tasks`];
  if (held > 0) parts.push(`${held.toLocaleString()} held`);
  if (starved > 0) parts.push(`${starved.toLocaleString()} that nobody can take`);
  return parts.join(", ");
}

function badge(group: SVGGElement, text: string): SVGGElement {
  const [right, top] = topRight(group);
  const width = 14 + text.length * 7.5;
  const made = document.createElementNS(SVG, "g");
  made.setAttribute("class", "badge");
  made.setAttribute("aria-hidden", "true");
  const pill = document.createElementNS(SVG, "rect");
  const words = document.createElementNS(SVG, "text");
  const place = { x: right - width + 8, y: top - 11, width, height: 22, rx: 11 };
  for (const [name, value] of Object.entries(place)) pill.setAttribute(name, String(value));
  words.setAttribute("x", String(right - width / 2 + 8));
  words.setAttribute("y", String(top + 4.5));
  words.textContent = text;
  made.append(pill, words);
  return made;
}

function topRight(group: SVGGElement): [number, number] {
  const shape = [...group.children].filter((each) => each.matches("rect, polygon")).at(-1);
  if (shape?.matches("polygon")) {
    const corners = (shape.getAttribute("points") ?? "")
      .split(" ")
      .map((each) => each.split(",").map(Number));
    return [Math.max(...corners.map(([x]) => x ?? 0)), Math.min(...corners.map(([, y]) => y ?? 0))];
  }
  const number = (name: string) => Number(shape?.getAttribute(name) ?? 0);
  return [number("x") + number("width"), number("y")];
}
