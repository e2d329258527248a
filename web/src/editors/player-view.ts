import { css, html } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { editorStyles } from "./editor-styles";
import { FileView } from "./file-view";
import { FrameRate } from "./frame-rate";
import type { Player, Transport } from "./transport";

/** A video or a sound; the transport plays it. */
@customElement("loupe-player-view")
export class PlayerView extends FileView implements Player {
  static override styles = [
    editorStyles,
    css`
      :host {
        position: relative;
        display: flex;
        flex-direction: column;
        justify-content: center;
      }

      video {
        flex: 1;
        width: 100%;
        min-height: 0;
        object-fit: contain;
        background: #000;
      }

      audio {
        width: 100%;
      }

      .frame {
        position: absolute;
        left: 6px;
        bottom: 6px;
        padding: 1px 6px;
        font: 0.75rem/1.5 ui-monospace, monospace;
        color: #fff;
        background: rgb(0 0 0 / 75%);
        border-radius: 4px;
      }
    `,
  ];

  @property({ attribute: false }) transport!: Transport;
  @property({ type: Boolean }) silent = true;
  @state() private shownTime: number | null = null;
  @query("video, audio") private media!: HTMLMediaElement | null;
  private frameRate = new FrameRate(null);
  private frameCallback = 0;

  get key(): string {
    return this.tile.key;
  }

  get isVideo(): boolean {
    return this.tile.type === "video";
  }

  get duration(): number {
    const duration = this.media?.duration ?? 0;
    return Number.isFinite(duration) ? duration : 0;
  }

  get ended(): boolean {
    return this.media?.ended ?? true;
  }

  get moving(): boolean {
    return this.media?.paused === false;
  }

  get framesPerSecond(): number {
    return this.frameRate.framesPerSecond;
  }

  get time(): number {
    return this.media?.currentTime ?? 0;
  }

  set time(time: number) {
    if (this.media === null || Math.abs(this.media.currentTime - time) < 1e-6) return;
    this.frameRate.interrupted();
    this.media.currentTime = time;
  }

  get rate(): number {
    return this.media?.playbackRate ?? 1;
  }

  set rate(rate: number) {
    if (this.media !== null && this.media.playbackRate !== rate) this.media.playbackRate = rate;
  }

  play(): void {
    // Refused by the browser or interrupted by a pause: the transport sees that nothing moves.
    this.media?.play().catch(() => undefined);
  }

  pause(): void {
    this.media?.pause();
  }

  revive(): void {
    if (this.media !== null) this.time = this.media.currentTime + 0.001;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.transport.remove(this);
    const { media } = this;
    if (media instanceof HTMLVideoElement) media.cancelVideoFrameCallback?.(this.frameCallback);
  }

  override firstUpdated(): void {
    this.frameRate = new FrameRate(this.tile.fps);
    this.awaitFrame();
  }

  override render() {
    return this.isVideo ? this.renderVideo() : this.renderSound();
  }

  private renderVideo() {
    return html`<video
        src=${this.url}
        .muted=${this.silent}
        preload="metadata"
        playsinline
        disablepictureinpicture
        aria-label=${`Video ${this.tile.title}`}
        @loadedmetadata=${this.ready}
        @error=${this.broken}
      ></video>
      ${this.shownTime === null ? "" : html`<span class="frame" aria-hidden="true">${this.frameText(this.shownTime)}</span>`}`;
  }

  private frameText(time: number): string {
    const seconds = `${time.toFixed(3)} s`;
    if (!this.frameRate.isKnown) return seconds;
    return `${seconds} · frame ${Math.round(time * this.framesPerSecond)}`;
  }

  private renderSound() {
    return html`<audio
      src=${this.url}
      controls
      preload="metadata"
      aria-label=${`Sound ${this.tile.title}`}
      @loadedmetadata=${this.ready}
      @error=${this.broken}
    ></audio>`;
  }

  private ready(): void {
    this.transport.add(this);
    this.shown();
  }

  private broken(): void {
    this.transport.remove(this);
    this.failed("it is missing, its link has ended, or this browser cannot play it");
  }

  // Only this callback knows which frame is on the screen; where a browser has none, the time alone is shown.
  private awaitFrame(): void {
    const { media } = this;
    if (!(media instanceof HTMLVideoElement) || media.requestVideoFrameCallback === undefined) return;
    this.frameCallback = media.requestVideoFrameCallback((_now, { mediaTime, presentedFrames }) => {
      this.shownTime = mediaTime;
      if (!media.paused) this.frameRate.shown(mediaTime, presentedFrames);
      this.awaitFrame();
    });
  }
}
