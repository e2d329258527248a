/** How many frames a second a video has, told by the frames that it shows. */

const ENOUGH = 4;
const KEPT = 24;
// A measured rate this near to a common one is that one.
const NEAR = 0.02;
const COMMON = [24000 / 1001, 24, 25, 30000 / 1001, 30, 50, 60000 / 1001, 60, 120];
/** What is taken where nothing is known. */
export const ASSUMED_RATE = 30;

export class FrameRate {
  private last: { time: number; count: number } | null = null;
  private durations: number[] = [];

  constructor(private readonly known: number | null) {}

  /** A frame was shown: its place in the video in seconds, and how many the video has shown so far. */
  shown(time: number, count: number): void {
    const { last } = this;
    this.last = { time, count };
    if (last === null || count <= last.count) return;
    const duration = (time - last.time) / (count - last.count);
    if (duration > 1 / 250 && duration < 1) this.durations = [...this.durations, duration].slice(-KEPT);
  }

  /** A seek: the next frame does not follow the last one. */
  interrupted(): void {
    this.last = null;
  }

  /** False where frames have to be stepped by a rate that is only assumed. */
  get isKnown(): boolean {
    return this.known !== null || this.durations.length >= ENOUGH;
  }

  get framesPerSecond(): number {
    if (this.known !== null) return this.known;
    if (this.durations.length < ENOUGH) return ASSUMED_RATE;
    const sorted = [...this.durations].sort((a, b) => a - b);
    const rate = 1 / (sorted[Math.floor(sorted.length / 2)] ?? 1 / ASSUMED_RATE);
    const [nearest = rate] = [...COMMON].sort((a, b) => Math.abs(a - rate) - Math.abs(b - rate));
    return Math.abs(nearest - rate) / nearest <= NEAR ? nearest : rate;
  }
}
