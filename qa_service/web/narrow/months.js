/* Letters counted by month, as the bars of a picture. */

export const NAMED = 4; // writers with a colour of their own
const MOST_MONTHS = 72; // more of them are drawn by the year
const MONTH = { month: "long", year: "numeric", timeZone: "UTC" };

/**
 * { unit: "month" or "year", bars, writers } of the `months` of GET /v1/facets, which are in order: a bar for each month
 * or year from the first to the last, as { from, to (ISO days), name, letters, counts }; `counts` are those of `writers`
 * and at last those of all others.
 */
export function barsOf(months) {
  const numbers = months.map(({ month }) => numberOf(month));
  const [first, last] = [numbers[0], numbers.at(-1)];
  const unit = last - first < MOST_MONTHS ? "month" : "year";
  const size = unit === "month" ? 1 : 12;
  const start = Math.floor(first / size);
  const writers = frequent(months);
  const length = months.length ? Math.floor(last / size) - start + 1 : 0;
  const bars = Array.from({ length }, (_, index) => emptyBar((start + index) * size, size, writers));
  months.forEach(({ writer, letters }, index) => {
    const bar = bars[Math.floor(numbers[index] / size) - start];
    const place = writers.indexOf(writer);
    bar.counts[place < 0 ? writers.length : place] += letters;
    bar.letters += letters;
  });
  return { unit, bars, writers };
}

/** "October 1962: 12 letters, Khrushchev 7, Kennedy 5". */
export function barText({ name, letters, counts }, writers) {
  const parts = [...writers, "others"].map((writer, index) => (counts[index] ? `, ${writer} ${counts[index]}` : ""));
  return `${name}: ${letters} ${letters === 1 ? "letter" : "letters"}${parts.join("")}`;
}

/** The first and the last bar that the days lie in; null where they let all of them through. */
export function chosenBars(bars, from, to) {
  if (!from && !to) return null;
  const first = from ? bars.findIndex((bar) => bar.to >= from) : 0;
  const last = to ? bars.findLastIndex((bar) => bar.from <= to) : bars.length - 1;
  return first < 0 || last < first ? [0, -1] : [first, last];
}

const numberOf = (month) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;

function emptyBar(number, size, writers) {
  const [from, after] = [day(number), day(number + size)];
  const name = size === 12 ? String(from.getUTCFullYear()) : from.toLocaleDateString("en-US", MONTH);
  return { from: iso(from), to: iso(after - 86_400_000), name, letters: 0, counts: Array(writers.length + 1).fill(0) };
}

/** Those that are named: persons before offices, which are many people's; then by the number of their letters. */
function frequent(months) {
  const counts = new Map();
  for (const { writer, person, letters } of months) {
    if (writer) counts.set(writer, { writer, person, letters: (counts.get(writer)?.letters ?? 0) + letters });
  }
  const ordered = [...counts.values()].sort((one, other) => other.person - one.person || other.letters - one.letters);
  return ordered.slice(0, NAMED).map(({ writer }) => writer);
}

const day = (number) => new Date(Date.UTC(Math.floor(number / 12), number % 12, 1));
const iso = (time) => new Date(time).toISOString().slice(0, 10);
