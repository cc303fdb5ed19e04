/* What is loaded, and whether the service can be reached. */

import { fetchJson } from "./base/api.js";
import { label } from "./base/dom.js";
import { loaded } from "./base/volumes.js";
import { counted, sentence } from "./base/words.js";

const EVERY_S = 60;
const SOON_S = 1;
const SOON_TIMES = 10; // a new build is noticed by the service within two seconds
const LONGEST_WAIT_S = 30;

/**
 * Says in `line` what is loaded, and tells the page (`letters-changed`) when that is something else. Asks again in a
 * minute, sooner while the service cannot be reached or letters are to come.
 */
export function watchLoaded(line) {
  let build = null;
  let lost = false;
  let wait = SOON_S;
  let soon = 0;
  let timer = null;

  async function look() {
    clearTimeout(timer);
    let next = EVERY_S;
    try {
      const ready = await fetchJson("/readyz");
      if (build && ready.build !== build) {
        soon = 0;
        document.dispatchEvent(new Event("letters-changed"));
      }
      build = ready.build;
      if (lost) for (const event of ["service-back", "letters-changed"]) document.dispatchEvent(new Event(event));
      lost = false;
      const [{ facets }, { letters }] = await Promise.all([loaded(), fetchJson("/v1/letters?limit=1")]);
      line.replaceChildren(...said(ready, facets, letters[0]));
      wait = SOON_S;
      if (soon-- > 0) next = SOON_S;
    } catch (problem) {
      if (!problem.passes) return line.replaceChildren(problem.message);
      lost = true;
      line.replaceChildren(`${problem.message} This page keeps trying.`);
      next = wait;
      wait = Math.min(2 * wait, LONGEST_WAIT_S);
    }
    timer = setTimeout(() => (document.hidden ? (timer = null) : look()), next * 1000);
  }

  for (const event of ["online", "focus"]) addEventListener(event, look);
  document.addEventListener("visibilitychange", () => !document.hidden && look());
  document.addEventListener("service-lost", look);
  document.addEventListener("letters-coming", () => {
    soon = SOON_TIMES;
    look();
  });
  look();
}

/** `facets` as /v1/facets gives them, `first` the first letter. */
function said(ready, { total, volumes, first_date: first, last_date: last }, letter) {
  const [from, to] = [first, last].map((day) => day?.slice(0, 4));
  const years = from && (from === to ? from : `${from}–${to}`);
  const words = [counted(total, "letter"), `in ${counted(volumes.length, "volume")}`];
  const line = [`${words.join(" ")}${years ? `, ${years}` : ""}`];
  if (letter?.invented) line.unshift(label("invented sample"), " ");
  if (ready.degraded) line.push(`. ${sentence(ready.degraded)}`);
  return line;
}
