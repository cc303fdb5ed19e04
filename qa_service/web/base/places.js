/* Places in letters: where a quotation stands, and how it is reached. */

import { current, link, watch } from "./address.js";
import { el } from "./dom.js";

/** The part of the address that opens a citation's or passage's letter at its words. */
export const placeOf = ({ letter, start, end, note_id }) => ({ letter, at: `${start}-${end}`, note: note_id ?? null });

const places = new WeakMap(); // of the links below

/** A link that opens the letter there; it says so when its letter is the one open. */
export function placeLink(of, attributes, ...children) {
  const place = placeOf(of);
  const anchor = el("a", { "data-place": key(place), ...attributes }, ...children);
  places.set(anchor, place);
  follow(anchor, current());
  return anchor;
}

const key = ({ letter, at, note }) => [letter, note, at].join(" ");

function follow(anchor, state) {
  anchor.href = link(places.get(anchor));
  if (anchor.dataset.place === key(state)) anchor.setAttribute("aria-current", "true");
  else anchor.removeAttribute("aria-current");
}

watch((state) => document.querySelectorAll("[data-place]").forEach((anchor) => follow(anchor, state)));

/** "at history.state.gov: text, scan", for those addresses that are web addresses; null if none is. */
export function outside(addresses) {
  const line = el("span", { class: "links" });
  for (const [name, address] of Object.entries(addresses)) {
    const url = address && URL.canParse(address) ? new URL(address) : null;
    if (!url || !/^https?:$/.test(url.protocol)) continue;
    line.append(line.childNodes.length ? ", " : `at ${url.hostname}: `);
    line.append(el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, name));
  }
  return line.childNodes.length ? line : null;
}
