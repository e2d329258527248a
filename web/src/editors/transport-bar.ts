import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { Watch } from "../ui/watch";
import { editorStyles } from "./editor-styles";
import type { Transport } from "./transport";

/** Plays the videos of a group. Fires `silent-changed`. */
@customElement("loupe-transport-bar")
export class TransportBar extends LitElement {
  static override styles = [
    editorStyles,
    css`
      :host {
        display: block;
      }

      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px;
      }

      input {
        flex: 1 1 8rem;
        min-width: 6rem;
        min-height: 28px;
        margin: 0;
        accent-color: var(--crowd-accent);
      }

      @media (max-width: 760px) {
        kbd {
          display: none;
        }
      }

      .time {
        font: 0.8125rem/1.5 ui-monospace, monospace;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) transport!: Transport;
  @property({ type: Boolean }) silent = true;

  constructor() {
    super();
    new Watch(this, () => [this.transport]);
  }

  override render() {
    const { transport } = this;
    const { playing, time, duration, canPlay } = transport;
    const words = `${clockText(time)} of ${clockText(duration)}`;
    return html`<div class="bar" role="group" aria-label="Playback">
      <button type="button" aria-keyshortcuts="Space" ?disabled=${!canPlay} @click=${() => transport.toggle()}>
        ${playing ? "Pause" : "Play"} <kbd aria-hidden="true">Space</kbd>
      </button>
      <button type="button" aria-label="Previous frame" title="Previous frame (,)" ?disabled=${!canPlay} @click=${() => transport.step(-1)}>
        ◂ <kbd aria-hidden="true">,</kbd>
      </button>
      <button type="button" aria-label="Next frame" title="Next frame (.)" ?disabled=${!canPlay} @click=${() => transport.step(1)}>
        ▸ <kbd aria-hidden="true">.</kbd>
      </button>
      <input
        type="range"
        min="0"
        max=${duration || 1}
        step="any"
        aria-label="Position"
        aria-valuetext=${words}
        .value=${live(String(time))}
        ?disabled=${!canPlay}
        @input=${(event: Event) => transport.seek(Number((event.target as HTMLInputElement).value))}
      />
      <span class="time">${clockText(time)} / ${clockText(duration)}</span>
      <button type="button" aria-pressed=${transport.inStep} title="All videos play together (G)" @click=${this.toggleStep}>
        In step <kbd aria-hidden="true">G</kbd>
      </button>
      <button
        type="button"
        aria-pressed=${!this.silent}
        title="Sound of the active video (M)"
        @click=${() => this.dispatchEvent(new Event("silent-changed"))}
      >
        Sound <kbd aria-hidden="true">M</kbd>
      </button>
    </div>`;
  }

  private toggleStep(): void {
    this.transport.inStep = !this.transport.inStep;
  }
}

/** Seconds as minutes, seconds and hundredths. */
export function clockText(seconds: number): string {
  const hundredths = Math.round(seconds * 100);
  const minutes = Math.floor(hundredths / 6000);
  return `${minutes}:${((hundredths % 6000) / 100).toFixed(2).padStart(5, "0")}`;
}
