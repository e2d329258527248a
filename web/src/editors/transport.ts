/** Plays several videos as one: they begin, stop, seek and step together, and none runs ahead of the slowest. */

/** A video or a sound; times in seconds. */
export interface Player {
  readonly key: string;
  /** Sounds are never part of what plays in step. */
  readonly isVideo: boolean;
  /** 0 while it is not known. */
  readonly duration: number;
  readonly ended: boolean;
  /** Whether it was told to play, and nothing has stopped it since. */
  readonly moving: boolean;
  readonly framesPerSecond: number;
  time: number;
  rate: number;
  play(): void;
  pause(): void;
  /** Begins anew where it is: the browser plays it and yet shows nothing new. */
  revive(): void;
}

// Who is this far ahead is slowed down; who is further ahead waits.
const SLOW_DOWN_AHEAD = 0.04;
const WAIT_AHEAD = 0.25;
const SLOWED_RATE = 0.95;
// Browsers may run out of decoded pictures and never go on, with all of the file there.
const STUCK_AFTER = 1_500;

/** Fires `change` when it begins or ends to play, or moves. */
export class Transport extends EventTarget {
  private readonly players = new Map<string, Player>();
  private readonly waiting = new Set<Player>();
  private readonly seen = new Map<Player, { time: number; at: number }>();
  private synchronised = true;
  private running = false;
  private active = "";

  add(player: Player): void {
    const [other] = this.videos;
    if (player.isVideo && this.synchronised && other !== undefined) player.time = other.time;
    this.players.set(player.key, player);
    this.changed();
  }

  remove(player: Player): void {
    if (this.players.get(player.key) !== player) return;
    this.players.delete(player.key);
    this.waiting.delete(player);
    this.changed();
  }

  /** Which tile is worked on: what plays where not all play together. */
  setActive(key: string): void {
    if (key === this.active) return;
    const before = this.targets;
    this.active = key;
    const same =
      before.length === this.targets.length && before.every((player, n) => player === this.targets[n]);
    if (!same) this.pausePlayers(before);
    this.changed();
  }

  get hasVideos(): boolean {
    return this.videos.length > 0;
  }

  get canPlay(): boolean {
    return this.targets.length > 0;
  }

  get inStep(): boolean {
    return this.synchronised;
  }

  /** Putting videos in step brings all to where the active one is. */
  set inStep(on: boolean) {
    const { time } = this;
    this.pause();
    this.synchronised = on;
    if (on) this.seek(time);
    this.changed();
  }

  get playing(): boolean {
    return this.running;
  }

  /** Of the longest. */
  get duration(): number {
    return Math.max(0, ...this.targets.map((player) => player.duration));
  }

  /** Where the longest is. */
  get time(): number {
    return this.leader?.time ?? 0;
  }

  /** Of the active one, where it is among those that play. */
  get framesPerSecond(): number {
    const { targets } = this;
    return (targets.find((player) => player.key === this.active) ?? this.leader)?.framesPerSecond ?? 0;
  }

  toggle(): void {
    if (this.running) this.pause();
    else this.play();
  }

  play(): void {
    const { targets } = this;
    if (targets.length === 0) return;
    if (targets.every((player) => player.ended)) this.seek(0);
    this.running = true;
    for (const player of targets) if (!player.ended) player.play();
    this.changed();
  }

  pause(): void {
    this.pausePlayers(this.targets);
    this.changed();
  }

  seek(time: number): void {
    for (const player of this.targets) {
      const last = player.duration > 0 ? player.duration : time;
      player.time = Math.min(Math.max(time, 0), last);
    }
    this.changed();
  }

  /** Moves by whole frames, to the middle of a frame: its edges belong to either neighbour. */
  step(frames: number): void {
    const { leader, framesPerSecond: rate } = this;
    if (leader === undefined) return;
    this.pause();
    const frame = Math.floor(leader.time * rate + 1e-6);
    const last = leader.duration > 0 ? Math.max(Math.ceil(leader.duration * rate - 1e-6) - 1, 0) : frame;
    // At its end a video shows its last frame.
    const wanted = Math.min(frame, last) + frames;
    this.seek((Math.min(Math.max(wanted, 0), last) + 0.5) / rate);
  }

  /** Called for every picture while something plays: whoever is ahead waits for the others. `now` in milliseconds. */
  tick(now: number): void {
    if (!this.running) return;
    const going = this.targets.filter((player) => !player.ended);
    if (going.length === 0) this.pausePlayers(this.targets);
    const slowest = Math.min(...going.map((player) => player.time));
    for (const player of going) {
      this.hold(player, player.time - slowest);
      this.watch(player, now);
    }
    this.changed();
  }

  private watch(player: Player, now: number): void {
    const seen = this.seen.get(player);
    const still = seen !== undefined && seen.time === player.time && player.moving;
    if (still && now - seen.at < STUCK_AFTER) return;
    if (still) player.revive();
    this.seen.set(player, { time: player.time, at: now });
  }

  private hold(player: Player, ahead: number): void {
    player.rate = ahead > SLOW_DOWN_AHEAD ? SLOWED_RATE : 1;
    if (ahead > WAIT_AHEAD && !this.waiting.has(player)) {
      this.waiting.add(player);
      player.pause();
    } else if (ahead <= SLOW_DOWN_AHEAD && this.waiting.delete(player)) {
      player.play();
    } else if (!player.moving && !this.waiting.has(player)) {
      player.play(); // the browser stopped it: a seek or another tab came between
    }
  }

  private pausePlayers(players: readonly Player[]): void {
    this.running = false;
    this.waiting.clear();
    this.seen.clear();
    for (const player of players) {
      player.rate = 1;
      player.pause();
    }
  }

  private get videos(): Player[] {
    return [...this.players.values()].filter((player) => player.isVideo);
  }

  private get targets(): Player[] {
    const active = this.players.get(this.active);
    if (active?.isVideo === false) return [active];
    if (this.synchronised) return this.videos;
    return active === undefined ? this.videos.slice(0, 1) : [active];
  }

  private get leader(): Player | undefined {
    return [...this.targets].sort((a, b) => b.duration - a.duration)[0];
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}
