const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A task's timer, "2:34 of 60 min": time since acceptance and the limit, both in milliseconds. */
export function timerText(elapsed: number, limit: number): string {
  return `${clockText(Math.min(Math.max(elapsed, 0), limit))} of ${limitText(limit)}`;
}

/** `m:ss`, or `h:mm:ss` from one hour on; whole seconds, rounded down. */
export function clockText(duration: number): string {
  const seconds = Math.floor(duration / SECOND);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours === 0) return `${minutes}:${twoDigits(rest)}`;
  return `${hours}:${twoDigits(minutes)}:${twoDigits(rest)}`;
}

/** A time limit in the unit in which people say it: "45 s", "60 min", "1:30 min", "8 h", "10 days". */
export function limitText(limit: number): string {
  if (limit < MINUTE) return `${Math.round(limit / SECOND)} s`;
  if (limit >= 2 * DAY && limit % DAY === 0) return `${limit / DAY} days`;
  if (limit >= 2 * HOUR && limit % HOUR === 0) return `${limit / HOUR} h`;
  if (limit % MINUTE === 0) return `${limit / MINUTE} min`;
  return limit >= 2 * HOUR ? `${clockText(limit)} h` : `${minutesText(limit)} min`;
}

/** A rough duration for lists: "under a minute", "12 min", "3 h", "2 days". */
export function roughText(duration: number): string {
  if (duration < MINUTE) return "under a minute";
  if (duration < 2 * HOUR) return `${Math.floor(duration / MINUTE)} min`;
  if (duration < 2 * DAY) return `${Math.floor(duration / HOUR)} h`;
  return `${Math.floor(duration / DAY)} days`;
}

/** The time of day, with the date where it is not today's. */
export function momentText(timestamp: string): string {
  const moment = new Date(timestamp);
  const time = moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const today = moment.toDateString() === new Date().toDateString();
  return today ? time : `${moment.toLocaleDateString([], { day: "numeric", month: "short" })}, ${time}`;
}

function minutesText(duration: number): string {
  const seconds = Math.floor(duration / SECOND);
  return `${Math.floor(seconds / 60)}:${twoDigits(seconds % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
