/* Searching: the passages that are closest to a question. */

import { current, filters, go, watch } from "../base/address.js";
import { sendJson } from "../base/api.js";
import { lastOnly } from "../base/waiting.js";
import { copyButton } from "../base/copying.js";
import { button, el, label } from "../base/dom.js";
import { filterBar } from "../narrow/bar.js";
import { keepPlace } from "../base/keeping.js";
import { noteText, opening } from "./lines.js";
import { marked } from "../base/marking.js";
import { sameFilters } from "../narrow/filters.js";
import { searchField } from "../base/seeking.js";
import { outside, placeLink } from "../base/places.js";
import { longDate, pagesText } from "../base/words.js";

const HINT =
  "Gives the passages closest in meaning and words, not all that there are: browse for letters that hold certain words.";
const AT_ONCE = 10;
const MOST = 50; // that the service gives
const MAX_QUESTION = 2000;

/** Draws the view into `host`; gives what ends it. */
export function searchView(host) {
  const bar = el("div", {});
  const view = new Search(host, bar);
  const ends = [
    filterBar(bar, { view: "search" }),
    keepPlace(view.list),
    watch((state, before) => view.follow(state, before)),
    view.ask.end,
  ];
  view.load();
  return () => ends.forEach((end) => end());
}

class Search {
  constructor(host, bar) {
    const asked = { id: "sought", label: "What are you looking for?", hint: HINT, longest: MAX_QUESTION };
    this.words = searchField(asked, el("button", { type: "submit" }, "Search"));
    this.said = el("div", { class: "said", role: "status", tabindex: "-1" });
    const problem = el("p", { class: "error" });
    this.list = el("ol", { class: "found", role: "list", "aria-label": "Passages" });
    this.more = button("plain further", () => this.#further(), { hidden: true }, `Show ${AT_ONCE} more`);
    host.append(el("h1", {}, "Search"), this.words.form, bar, this.said, problem, this.list, this.more);
    this.ask = lastOnly(problem, this.said);
    this.words.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const q = this.words.sought();
      if (q === current().q) this.load();
      else go({ q });
    });
  }

  follow(state, before) {
    if (state.view !== before.view) return;
    if (state.q !== before.q) this.words.follow(state.q);
    if (state.q !== before.q || !sameFilters(state, before)) this.load();
  }

  load(limit = AT_ONCE) {
    this.ask(async (signal) => {
      const { q } = current();
      if (!q) return this.#clear();
      this.list.setAttribute("aria-busy", "true");
      if (!this.list.children.length) this.said.replaceChildren("Searching the letters…");
      try {
        const found = await sendJson("/v1/search", "POST", { question: q, filters: filters(), limit }, { signal });
        signal.throwIfAborted();
        this.#show(found, limit);
      } catch (error) {
        if (!signal.aborted) this.said.replaceChildren();
        throw error;
      } finally {
        if (!signal.aborted) this.list.removeAttribute("aria-busy");
      }
    });
  }

  #further() {
    this.load(Math.min(this.list.children.length + AT_ONCE, MOST));
  }

  #show(found, limit) {
    const kept = limit > AT_ONCE ? this.list.children.length : 0;
    const fresh = found.passages.slice(kept).map(passageLine);
    if (kept) this.list.append(...fresh);
    else this.list.replaceChildren(...fresh);
    if (kept) fresh[0]?.querySelector("a").focus({ preventScroll: true });
    this.said.replaceChildren(...saidOf(found));
    this.more.hidden = found.passages.length < limit || limit >= MOST;
  }

  #clear() {
    this.list.removeAttribute("aria-busy");
    this.list.replaceChildren();
    this.said.replaceChildren();
    this.more.hidden = true;
  }
}

/** What was found, how the question was read, and which of its words stand nowhere. */
function saidOf({ passages, reading, unmatched }) {
  const { length } = passages;
  const closest = length === 1 ? "closest passage" : `${length} closest passages`;
  const found = length ? `The ${closest}, the closest first; not a total.` : "No passage is close to this.";
  const lines = [el("p", {}, found)];
  if (reading.text) lines.push(el("p", { class: "quiet" }, "Read as: ", el("bdi", {}, reading.text), "."));
  if (unmatched?.length) {
    const words = unmatched.flatMap((word, index) => [index ? ", " : "", el("bdi", {}, `“${word}”`)]);
    lines.push(el("p", { class: "quiet" }, unmatched.length === 1 ? "In no letter: " : "In no letter stand: ", ...words, "."));
  }
  return lines;
}

function passageLine(passage) {
  const note = passage.note_id !== null;
  const words = el("span", { dir: "auto" }, marked(passage.text, passage.highlights ?? []));
  const text = placeLink(passage, { class: "opens quoted" }, opening(), words);
  const cited = [
    el("bdi", {}, passage.title),
    passage.date ? longDate(passage.date) : "undated",
    passage.document && `Document ${passage.document}`,
    pagesText(passage.pages),
    note && noteText(passage.note),
  ].filter(Boolean);
  const line = cited.flatMap((part, index) => [index ? ", " : "", part]);
  const about = el("div", { class: "doing" }, copyButton("Copy as Chicago note", () => passage.formatted));
  about.append(outside({ text: passage.url, scan: passage.scan_url }) ?? "");
  if (note) about.prepend(label("editors’ note"));
  if (passage.invented) about.prepend(label("invented"));
  return el("li", { class: note ? "passage of-note" : "passage" }, text, el("p", { class: "cited" }, ...line), about);
}
