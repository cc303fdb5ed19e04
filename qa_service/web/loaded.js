/* What is loaded, and whether the service can be reached. */

import { fetchJson } from "./base/api.js";
import { label } from "./base/dom.js";
import { counted, longDate, sentence } from "./base/words.js";

const FIRST_WAIT_S = 2;
const LONGEST_WAIT_S = 30;

/** Says in `line` what is loaded; asks again while the service cannot be reached, and when letters may have come. */
export function watchLoaded(line) {
  let wait = FIRST_WAIT_S;
  let waiting = null;
  async function look() {
    clearTimeout(waiting);
    try {
      const [ready, list] = await Promise.all([fetchJson("/readyz"), fetchJson("/v1/letters?limit=1")]);
      line.replaceChildren(...said(ready, list.letters[0]));
      wait = FIRST_WAIT_S;
    } catch (error) {
      line.replaceChildren(`${error.message} This page keeps trying.`);
      waiting = setTimeout(look, wait * 1000);
      wait = Math.min(2 * wait, LONGEST_WAIT_S);
    }
  }
  for (const event of ["online", "focus"]) addEventListener(event, look);
  for (const event of ["letters-changed", "service-lost"]) document.addEventListener(event, look);
  look();
}

function said(ready, first) {
  const words = [`${counted(ready.letters, "letter is", "letters are")} loaded`];
  if (first) words.push(`, beginning with the ${first.title}`);
  if (first?.date) words.push(`, ${longDate(first.date)}`);
  const said = [`${words.join("")}. `];
  if (first?.invented) said.push(label("invented sample"));
  if (ready.degraded) said.push(` ${sentence(ready.degraded)}`);
  return said;
}
