/* Answers that are asked for again and again while somebody types or clicks: only the last is shown. */

import { button, el } from "./dom.js";

/**
 * A function `begin(work)` that runs `await work(signal)` and gives up the run before it. What goes wrong is said in
 * `place`, with a button that tries once more.
 */
export function lastOnly(place) {
  let under = null;
  async function begin(work) {
    under?.abort();
    const mine = (under = new AbortController());
    try {
      await work(mine.signal);
      if (!mine.signal.aborted) place.replaceChildren();
    } catch (error) {
      if (mine.signal.aborted) return;
      place.replaceChildren(el("span", {}, error.message), " ", button("plain", () => begin(work), {}, "Try again"));
    }
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
