/* The bar above a letter: to its neighbours, what can be copied, the way out; where one is, and the other citations. */

import { current } from "../base/address.js";
import { copyButton } from "../base/copying.js";
import { button, el } from "../base/dom.js";
import { lead, stateLink } from "../base/links.js";
import { placeOf } from "../base/places.js";
import { citedText } from "./cited.js";
import { pageLinks } from "./marks.js";

/**
 * `{ element, show(shown), keys }`; `keys` are what keys do while the panel has the focus. `close()` closes the letter,
 * `step(citation)` is called before a citation is opened from here.
 */
export function letterBar({ close, step }) {
  let note = null; // the Chicago note of what is shown
  const earlier = stepLink("← Previous", "Previous letter", "ArrowLeft", "←");
  const later = stepLink("Next →", "Next letter", "ArrowRight", "→");
  const back = stepLink("‹", "Previous citation", "p", "p", step);
  const onward = stepLink("›", "Next citation", "n", "n", step);
  const copies = [copyButton("Copy link", () => location.href), copyButton("Copy as Chicago note", () => note)];
  const place = placeLine(back, onward);
  const closing = button("plain close", close, { title: "Close (Escape)", "aria-keyshortcuts": "Escape" }, "Close");
  const element = el(
    "div",
    { class: "bar", role: "group", "aria-label": "This letter" },
    el("div", { class: "neighbours" }, earlier.anchor, later.anchor),
    el("div", { class: "copying" }, copies),
    closing,
    place.element,
  );

  /** `letter` may be undefined, `cited` as Cited gives it, `pages` those of the place that the address names. */
  function show({ letter, cited, pages, formatted }) {
    note = formatted;
    copies[1].classList.toggle("pending", !note); // its place is kept for it
    for (const [neighbour, of] of [[earlier, letter?.previous], [later, letter?.next]]) {
      neighbour.to(of && { letter: of.letter, at: null, note: null }, of);
    }
    place.show(cited, pages);
  }

  const keys = Object.fromEntries([earlier, later, back, onward].map(({ key, anchor }) => [key, () => anchor.click()]));
  return { element, show, keys };
}

/** The line that stands there while the address names a place in the letter: which citation, on which page. */
function placeLine(back, onward) {
  const count = el("span", {});
  const group = { class: "citing", role: "group", "aria-label": "Citations" };
  const citing = el("div", group, back.anchor, count, onward.anchor);
  const printed = el("span", { class: "pages" });
  const element = el("div", { class: "place" }, citing, printed);

  function show(cited, pages) {
    element.hidden = !current().at && !current().note;
    citing.hidden = !cited;
    if (cited) count.replaceChildren(citedText(cited));
    for (const [citation, of] of [[back, cited?.earlier], [onward, cited?.later]]) citation.to(of && placeOf(of), of);
    const ends = pages.length > 1 ? [pages[0], pages.at(-1)] : pages;
    printed.replaceChildren(...ends.flatMap((page, index) => [index ? " – " : "", ...named(page)]));
  }
  return { element, show };
}

function named(page) {
  const [text, scan] = pageLinks(`p.\u00a0${page.label}`, page);
  return scan ? [text, ", ", scan] : [text];
}

/** A link to another place. For a while it may lead nowhere, but it keeps the focus, without which no key is heard. */
function stepLink(text, name, key, shown, onStep = () => {}) {
  let ahead = null; // the letter or citation that it leads to
  const attributes = { class: "step", role: "link", tabindex: "0", "aria-label": name, "aria-keyshortcuts": key };
  const anchor = stateLink(null, attributes, text);
  anchor.addEventListener("click", () => ahead && onStep(ahead));

  function to(place, of) {
    ahead = of ?? null;
    lead(anchor, place ?? null);
    anchor.ariaDisabled = place ? null : "true";
    anchor.title = `${name} (${shown})${of?.title ? `: ${of.title}` : ""}`;
  }
  return { anchor, key, to };
}
