import { css, html, LitElement, type PropertyValues, unsafeCSS } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import uPlot from "uplot";
import plotStyles from "uplot/dist/uPlot.min.css?inline";
import type { Endings } from "./overview-shapes";

const HEIGHT = 180;

/** Bars of the tasks that were completed, and a line for those that ended otherwise. A table beside it says the same. */
@customElement("loupe-throughput-plot")
export class ThroughputPlot extends LitElement {
  static override styles = [
    unsafeCSS(plotStyles),
    css`
      :host {
        display: block;
        min-width: 0;
        color: var(--text);
      }

      .u-legend {
        color: var(--text);
        font-size: 0.875rem;
      }
    `,
  ];

  @property({ attribute: false }) items: Endings[] = [];
  @property() per: "hour" | "day" = "hour";
  @query("div") private place!: HTMLElement;
  private plot: uPlot | null = null;
  private readonly resized = new ResizeObserver(() => this.fit());
  private readonly themed = new MutationObserver(() => this.draw());

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
    this.themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    this.themed.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  override render() {
    return html`<div></div>`;
  }

  override updated(_changed: PropertyValues): void {
    this.draw();
  }

  private draw(): void {
    if (!this.hasUpdated) return;
    this.plot?.destroy();
    const seconds = this.items.map(({ starts_at }) => Date.parse(starts_at) / 1000);
    const others = this.items.map((each) => each.archived + each.cancelled + each.failed);
    const data: uPlot.AlignedData = [seconds, this.items.map((each) => each.completed), others];
    this.plot = new uPlot(this.settings(), data, this.place);
  }

  private settings(): uPlot.Options {
    const [text, line, accent, danger] = ["color", "--line", "--accent", "--danger"].map((name) =>
      this.colour(name),
    );
    const axis = {
      stroke: text ?? "",
      grid: { stroke: line ?? "", width: 1 },
      ticks: { stroke: line ?? "" },
    };
    const bars = uPlot.paths.bars?.({ size: [0.8, 40] });
    return {
      width: this.clientWidth || 320,
      height: HEIGHT,
      cursor: { drag: { x: false, y: false } },
      ...(this.per === "day" ? { tzDate: (at: number) => uPlot.tzDate(new Date(at * 1000), "UTC") } : {}),
      legend: { live: false },
      axes: [
        { ...axis, values: (_plot, at) => at.map((each) => this.timeText(each)) },
        { ...axis, size: 48 },
      ],
      scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] } },
      series: [
        {},
        {
          label: "Completed",
          fill: accent ?? "",
          stroke: accent ?? "",
          ...(bars ? { paths: bars } : {}),
          points: { show: false },
        },
        { label: "Ended otherwise", stroke: danger ?? "", width: 2, dash: [4, 3], points: { show: false } },
      ],
    };
  }

  private timeText(seconds: number): string {
    const at = new Date(seconds * 1000);
    if (this.per === "day")
      return at.toLocaleDateString([], { day: "numeric", month: "short", timeZone: "UTC" });
    const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
    return isMidnight
      ? at.toLocaleDateString([], { day: "numeric", month: "short" })
      : at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  }

  // A canvas knows neither custom properties nor light-dark(): the browser resolves them on an element.
  private colour(name: string): string {
    if (name !== "color") this.place.style.color = `var(${name})`;
    const found = getComputedStyle(this.place).color;
    this.place.style.color = "";
    return found;
  }

  private fit(): void {
    if (this.plot !== null && this.clientWidth > 0 && this.clientWidth !== this.plot.width)
      this.plot.setSize({ width: this.clientWidth, height: HEIGHT });
  }
}
