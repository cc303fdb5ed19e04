/* Searching: the passages that are closest to a question. */

import { current, filters, go, watch } from "../base/address.js";
import { sendJson } from "../base/api.js";
import { lastOnly } from "../base/waiting.js";
import { copyButton } from "../base/copying.js";
import { button, el, label } from "../base/dom.js";
import { filterBar } from "../narrow/bar.js";
import { keepPlace } from "../base/keeping.js";
import { noteText } from "./lines.js";
import { marked } from "../base/marking.js";
import { sameFilters } from "../narrow/filters.js";
import { outside, placeLink } from "../base/places.js";
import { longDate, pagesText } from "../base/words.js";

const HINT =
  "Gives the passages closest in meaning and words, not all that there are: browse for letters that hold certain words.";
const AT_ONCE = 10;
const MOST = 50; // that the service gives

/** Draws the view into `host`; gives what ends it. */
export function searchView(host) {
  const field = el("input", { type: "search", id: "sought", maxlength: 2000, autocomplete: "off", "aria-describedby": "sought-hint" });
  field.value = current().q ?? "";
  const hint = el("p", { class: "hint", id: "sought-hint" }, HINT);
  const sought = el("div", { class: "field grows" }, el("label", { for: "sought" }, "What are you looking for?"), field);
  const form = el("form", { class: "looking", role: "search" }, sought, el("button", { class: "main" }, "Search"), hint);
  const bar = el("div", {});
  const said = el("div", { class: "said", role: "status" });
  const problem = el("p", { class: "error" });
  const list = el("ol", { class: "found passages", "aria-label": "Passages" });
  const further = () => ask((signal) => load(signal, Math.min(list.children.length + AT_ONCE, MOST)));
  const more = button("plain further", further, { hidden: true }, `Show ${AT_ONCE} more`);
  host.append(el("h1", {}, "Search"), form, bar, said, problem, list, more);
  const ask = lastOnly(problem);
  const endBar = filterBar(bar, { view: "search" });
  const endKeeping = keepPlace(list);

  async function load(signal, limit) {
    const { q } = current();
    if (!q) return clear();
    list.setAttribute("aria-busy", "true");
    if (!list.children.length) said.replaceChildren("Searching the letters…");
    try {
      const found = await sendJson("/v1/search", "POST", { question: q, filters: filters(), limit }, { signal });
      signal.throwIfAborted();
      const kept = limit > AT_ONCE ? list.children.length : 0;
      const fresh = found.passages.slice(kept).map(passageLine);
      if (kept) list.append(...fresh);
      else list.replaceChildren(...fresh);
      if (kept) fresh[0]?.querySelector("a").focus({ preventScroll: true });
      said.replaceChildren(...saidOf(found));
      more.hidden = found.passages.length < limit || limit >= MOST;
    } catch (error) {
      if (!signal.aborted) said.replaceChildren();
      throw error;
    } finally {
      if (!signal.aborted) list.removeAttribute("aria-busy");
    }
  }

  function clear() {
    for (const part of [list, said, problem]) part.replaceChildren();
    more.hidden = true;
  }

  const fresh = () => ask((signal) => load(signal, AT_ONCE));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim() === (current().q ?? "")) fresh();
    else go({ q: field.value.trim() || null });
  });
  const unwatch = watch((state, before) => {
    if (state.view !== before.view) return;
    if (state.q !== before.q && state.q !== field.value.trim()) field.value = state.q ?? "";
    if (state.q !== before.q || !sameFilters(state, before)) fresh();
  });
  fresh();
  return () => {
    ask.end();
    endBar();
    endKeeping();
    unwatch();
  };
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
  const text = placeLink(passage, { class: "quoted", dir: "auto" }, marked(passage.text, passage.highlights ?? []));
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
