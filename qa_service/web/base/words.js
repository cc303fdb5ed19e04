/* How things are said on the page. */

export function sentence(text) {
  const line = text.trim();
  return line.charAt(0).toUpperCase() + line.slice(1) + (/[.!?…]$/.test(line) ? "" : ".");
}

/** "October 5, 1962"; what is no ISO day is left as it is. */
export function longDate(iso) {
  const day = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(day.valueOf()) ? iso : day.toLocaleDateString("en-US", { dateStyle: "long", timeZone: "UTC" });
}

/** "p. 26", "pp. 26–27", or nothing. */
export function pagesText(labels) {
  if (labels.length < 2) return labels.length ? `p.\u00a0${labels[0]}` : "";
  return `pp.\u00a0${labels[0]}–${labels.at(-1)}`;
}

/** "1 letter", "2,168 letters". */
export function counted(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
}

/** "12 of 120 letters", or "120 letters" where it is all of them. */
export function outOf(number, all, one, many) {
  return number === all ? counted(all, one, many) : `${number.toLocaleString("en-US")} of ${counted(all, one, many)}`;
}

export function between(first, last) {
  if (first && last) return first === last ? longDate(first) : `${longDate(first)} – ${longDate(last)}`;
  return first ? `from ${longDate(first)}` : last ? `until ${longDate(last)}` : "";
}
