/* Answers that are asked for again and again while somebody types or clicks: only the last is shown. */

import { button, el } from "./dom.js";

/**
 * A function `begin(work)` that runs `await work(signal)` and gives up the run before it. What goes wrong is said in
 * `place`, with a button that tries once more; when that has helped, the focus goes from it to `then`.
 */
export function lastOnly(place, then) {
  let under = null;
  place.setAttribute("role", "alert");
  async function begin(work) {
    under?.abort();
    const mine = (under = new AbortController());
    try {
      await work(mine.signal);
      if (!mine.signal.aborted) say();
    } catch (error) {
      if (!mine.signal.aborted) say(el("span", {}, error.message), " ", button("plain", () => begin(work), {}, "Try again"));
    }
  }
  function say(...words) {
    const held = place.contains(document.activeElement);
    place.replaceChildren(...words);
    if (held) (place.querySelector("button") ?? then).focus();
  }
  begin.end = () => under?.abort();
  return begin;
}

/** A function that calls `act` once nothing more has come for a while; `.now()` does not wait. */
export function settled(act, wait = 300) {
  let timer = null;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
  later.now = () => {
    clearTimeout(timer);
    act();
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}
