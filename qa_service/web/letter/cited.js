/* The citation that is open: which of the conversation, of which answer, and where its mark stands. */

import { current } from "../base/address.js";
import { citedBy, placeOf } from "../base/places.js";

export class Cited {
  #citations; // gives those of the conversation, in order
  #opened = null; // the one that was opened: others may have the same words

  constructor(citations) {
    this.#citations = citations;
    document.addEventListener("click", ({ target }) => this.open(citedBy(target)), { capture: true });
  }

  open(citation) {
    this.#opened = citation ?? this.#opened;
  }

  /**
   * What the address names, as { citation, place, total, answer, answers, earlier, later }; null if it is no citation.
   * `place` counts from 1 through the conversation, and so does `answer`, which is 0 while the answer is not drawn.
   */
  now() {
    const all = this.#citations();
    const same = all.filter(isNamed);
    const citation = same.includes(this.#opened) ? this.#opened : same[0];
    if (!citation) return null;
    const index = all.indexOf(citation);
    const answers = [...document.querySelectorAll(".exchange")];
    const answer = answers.indexOf(markOf(citation)?.closest(".exchange")) + 1;
    const [earlier, later] = [all[index - 1], all[index + 1]];
    return { citation, place: index + 1, total: all.length, answer, answers: answers.length, earlier, later };
  }

  /** Scrolls its mark into sight, if it is not; what has the focus keeps it. */
  showMark() {
    const now = this.now();
    if (now) markOf(now.citation)?.scrollIntoView({ block: "nearest" });
  }
}

/** "[2] of answer 2 · 7 of 10": numbers begin anew with each answer. "Citation 2 of 10" where there is but one. */
export function citedText({ citation: { number }, place, total, answer, answers }) {
  if (answers < 2) return `Citation ${number} of ${total}`;
  return `[${number}]${answer ? ` of answer ${answer}` : ""} · ${place} of ${total}`;
}

function isNamed(citation) {
  const place = placeOf(citation);
  return ["letter", "at", "note"].every((name) => place[name] === current()[name]);
}

const markOf = (citation) => [...document.querySelectorAll("a.cite")].find((mark) => citedBy(mark) === citation);
