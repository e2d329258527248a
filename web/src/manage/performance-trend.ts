import { type DayFigures, dayText } from "./performance-shapes";

const DAY = 86_400_000;

/** Some days of a trend: from `start` (a UTC midnight), with what was counted in them. */
export interface Bucket {
  start: number;
  work: number;
  reviewed: number;
  approved: number;
}

/** A period in at most `most` equal parts of whole days; the days without work too. */
export function buckets(days: readonly DayFigures[], since: Date, until: Date, most = 30): Bucket[] {
  const first = since.getTime();
  const total = Math.max(1, Math.ceil((until.getTime() - first) / DAY));
  const size = Math.ceil(total / most);
  const parts = Array.from({ length: Math.ceil(total / size) }, (_, index) => ({
    start: first + index * size * DAY,
    work: 0,
    reviewed: 0,
    approved: 0,
  }));
  for (const day of days) {
    const part = parts[Math.floor((Date.parse(day.day) - first) / (size * DAY))];
    if (part === undefined) continue;
    part.work += day.submitted + day.reviews;
    part.reviewed += day.reviewed;
    part.approved += day.approved_at_once;
  }
  return parts;
}

/** The trend in words: the parts that have something, the busiest first of all. */
export function workText(parts: readonly Bucket[]): string {
  const busiest = parts.reduce((most, part) => (part.work > most.work ? part : most), { start: 0, work: 0 });
  if (busiest.work === 0) return "Nothing in this period";
  const active = parts.filter(({ work }) => work > 0).length;
  const last = parts.at(-1)?.work ?? 0;
  return `Most from ${dayText(busiest.start)}: ${busiest.work}. Something in ${active} of ${parts.length}, last ${last}`;
}

/** The share approved at first pass, in words: the first part that has one, and the last. */
export function shareTrendText(parts: readonly Bucket[]): string {
  const told = parts.filter(({ reviewed }) => reviewed > 0);
  const [first, last] = [told[0], told.at(-1)];
  if (first === undefined || last === undefined) return "Nothing was reviewed in this period";
  return `From ${shareOf(first)} % (${dayText(first.start)}) to ${shareOf(last)} % (${dayText(last.start)})`;
}

function shareOf({ approved, reviewed }: Bucket): number {
  return Math.round((100 * approved) / reviewed);
}
