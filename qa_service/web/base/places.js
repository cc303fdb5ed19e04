/* Places in letters: where a quotation stands, and how it is reached. */

import { current, watch } from "./address.js";
import { el } from "./dom.js";
import { stateLink, webLink } from "./links.js";

/** The part of the address that opens a citation's or passage's letter at its words. */
export const placeOf = ({ letter, start, end, note_id }) => ({ letter, at: `${start}-${end}`, note: note_id ?? null });

const cited = new WeakMap(); // link below -> the citation or passage that it was made of

/** A link that opens the letter there; it says so when its letter is the one open. */
export function placeLink(of, attributes, ...children) {
  const place = placeOf(of);
  const anchor = stateLink(place, { "data-place": key(place), ...attributes }, ...children);
  cited.set(anchor, of);
  follow(anchor, current());
  return anchor;
}

/** The citation or passage of the link in which the element is, if it is in one. */
export const citedBy = (element) => cited.get(element.closest("[data-place]"));

const key = ({ letter, at, note }) => [letter, note, at].join(" ");

function follow(anchor, state) {
  if (anchor.dataset.place === key(state)) anchor.setAttribute("aria-current", "true");
  else anchor.removeAttribute("aria-current");
}

watch((state) => document.querySelectorAll("[data-place]").forEach((anchor) => follow(anchor, state)));

/** "at history.state.gov: text, scan", for those addresses that are web addresses; null if none is. */
export function outside(addresses) {
  const line = el("span", { class: "links" });
  for (const [name, address] of Object.entries(addresses)) {
    const anchor = webLink(address, {}, name);
    if (anchor) line.append(line.childNodes.length ? ", " : `at ${anchor.hostname}: `, anchor);
  }
  return line.childNodes.length ? line : null;
}
