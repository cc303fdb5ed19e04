/* The bar above a letter: to its neighbours, to the other citations, what can be copied, and the way out. */

import { link } from "../base/address.js";
import { copyButton } from "../base/copying.js";
import { button, el } from "../base/dom.js";
import { placeOf } from "../base/places.js";

/** `{ element, show(letter, citations, index), keys }`; `keys` are what keys do while the panel has the focus. */
export function letterBar(close) {
  let note = null; // the Chicago note of what is shown
  const earlier = step("← Previous", "Previous letter", "ArrowLeft", "←");
  const later = step("Next →", "Next letter", "ArrowRight", "→");
  const back = step("‹", "Previous citation", "p");
  const onward = step("›", "Next citation", "n");
  const count = el("span", {});
  const group = { class: "citing", role: "group", "aria-label": "Citations" };
  const citing = el("div", group, back.anchor, count, onward.anchor);
  const chicago = copyButton("Copy as Chicago note", () => note);
  const element = el(
    "div",
    { class: "bar", role: "group", "aria-label": "This letter" },
    el("div", { class: "neighbours" }, earlier.anchor, later.anchor),
    citing,
    el("div", { class: "copying" }, copyButton("Copy link", () => location.href), chicago),
    button("plain close", close, { title: "Close (Escape)", "aria-keyshortcuts": "Escape" }, "Close"),
  );

  function show(letter, citations, index) {
    for (const [neighbour, to] of [[earlier, letter?.previous], [later, letter?.next]]) {
      neighbour.lead(to ? { letter: to.letter, at: null, note: null } : null, to?.title);
    }
    for (const [citation, to] of [[back, index - 1], [onward, index + 1]]) {
      citation.lead(index >= 0 && citations[to] ? placeOf(citations[to]) : null, citations[to]?.title);
    }
    citing.hidden = index < 0;
    count.replaceChildren(`Citation ${index + 1} of ${citations.length}`);
    note = citations[index]?.formatted ?? letter?.formatted ?? null;
    chicago.hidden = !note;
  }

  const keys = Object.fromEntries([earlier, later, back, onward].map(({ key, anchor }) => [key, () => anchor.click()]));
  return { element, show, keys };
}

/** A link to another place. For a while it may lead nowhere, but it keeps the focus, without which no key is heard. */
function step(text, name, key, shown = key) {
  let place = null;
  const attributes = { class: "step", role: "link", tabindex: "0", "aria-label": name, "aria-keyshortcuts": key };
  const anchor = el("a", attributes, text);
  anchor.addEventListener("click", () => place && (anchor.href = link(place)));
  function lead(to, title) {
    place = to;
    anchor.toggleAttribute("aria-disabled", false);
    if (to) anchor.href = link(to);
    else anchor.removeAttribute("href");
    if (!to) anchor.setAttribute("aria-disabled", "true");
    anchor.title = `${name} (${shown})${to && title ? `: ${title}` : ""}`;
  }
  return { anchor, key, lead };
}
