/* Browsing: the letters that pass the filters and hold all of some words, in order. */

import { current, filterQuery, go, watch } from "../base/address.js";
import { fetchJson } from "../base/api.js";
import { lastOnly } from "../base/waiting.js";
import { button, el } from "../base/dom.js";
import { filterBar } from "../narrow/bar.js";
import { keepPlace } from "../base/keeping.js";
import { letterLine, showOpened } from "./lines.js";
import { filtersOn, sameFilters } from "../narrow/filters.js";
import { searchField, soughtAsTyped } from "../base/seeking.js";
import { loaded, titles } from "../base/volumes.js";
import { counted, outOf } from "../base/words.js";

const AT_ONCE = 50;
const HINT = "Lists every letter that holds all of these words, in any of their forms, in its text or its notes.";
const ORDERS = { printed: "Printed order", date: "Date" };

/** Draws the view into `host`; gives what ends it. */
export function lettersView(host) {
  const bar = el("div", {});
  const view = new Letters(host, bar);
  const ended = new AbortController();
  const ends = [
    filterBar(bar, { view: "letters" }),
    keepPlace(view.list),
    soughtAsTyped(view.words),
    watch((state, before) => view.follow(state, before)),
    view.ask.end,
    () => ended.abort(),
  ];
  document.addEventListener("letters-changed", () => view.load(), { signal: ended.signal });
  view.load();
  return () => ends.forEach((end) => end());
}

class Letters {
  constructor(host, bar) {
    this.order = orderChoice();
    this.words = searchField({ id: "words", label: "Words in the letters", hint: HINT }, this.order.element);
    this.total = el("p", { class: "total", role: "status", tabindex: "-1" });
    const problem = el("p", { class: "error" });
    this.list = el("ol", { class: "found", role: "list", "aria-label": "Letters" });
    this.nothing = el("div", { class: "nothing" });
    this.more = button("plain further", () => this.load(this.list.children.length), { hidden: true });
    host.append(el("h1", {}, "Browse"), bar, this.words.form, this.total, problem, this.list, this.nothing, this.more);
    this.ask = lastOnly(problem, this.total);
  }

  follow(state, before) {
    if (state.view !== before.view) return;
    if (state.q !== before.q) this.words.follow(state.q);
    this.order.show(state);
    if (state.q !== before.q || state.order !== before.order || !sameFilters(state, before)) this.load();
    if (state.letter !== before.letter) showOpened(this.list, state.letter);
  }

  /** Lists the letters from a place on, those before it being there. */
  load(offset = 0) {
    this.ask(async (signal) => {
      this.list.setAttribute("aria-busy", "true");
      try {
        await this.#read(current(), offset, signal);
      } finally {
        if (!signal.aborted) this.list.removeAttribute("aria-busy");
      }
    });
  }

  async #read(state, offset, signal) {
    const query = listQuery(state);
    query.set("limit", AT_ONCE);
    query.set("offset", offset);
    const [found, { total, volumes }] = await Promise.all([fetchJson(`/v1/letters?${query}`, { signal }), loaded()]);
    signal.throwIfAborted();
    const lines = found.letters.map((letter) => letterLine(letter, titles(volumes), volumes.length > 1));
    if (offset) this.list.append(...lines);
    else this.list.replaceChildren(...lines);
    if (offset) lines[0]?.querySelector("a").focus({ preventScroll: true });
    showOpened(this.list, current().letter);
    this.total.replaceChildren(outOf(found.total, total, "letter"));
    this.#offerMore(found.total - this.list.children.length);
    const told = found.total ? [] : await this.#advice(state, titles(volumes), signal);
    this.nothing.replaceChildren(...told);
  }

  #offerMore(left) {
    this.more.hidden = left <= 0;
    this.more.replaceChildren(`Show ${Math.min(left, AT_ONCE)} more of ${left.toLocaleString("en-US")}`);
  }

  /** For a list in which nothing is left: which of the filters, dropped, would leave how many letters. */
  async #advice(state, titleOf, signal) {
    const on = filtersOn(state, titleOf);
    if (state.q) on.unshift({ name: "Words: ", value: state.q, without: { q: null } });
    if (!on.length) return [el("p", {}, "No letter is loaded.")];
    const asked = on.map(({ without }) => `/v1/letters?limit=1&${listQuery({ ...state, ...without })}`);
    const found = await Promise.all(asked.map((path) => fetchJson(path, { signal })));
    const lines = on
      .map((filter, index) => [filter, found[index].total])
      .filter(([, letters]) => letters)
      .map(([filter, letters]) => el("li", {}, this.#without(filter), `: ${counted(letters, "letter")}`));
    if (lines.length) return [el("p", {}, "No letter is left. Drop one of these:"), el("ul", { role: "list" }, lines)];
    return [el("p", {}, "No letter is left, and none would be if one of the filters alone were dropped. Clear all of them.")];
  }

  #without({ name, value, without }) {
    const drop = () => {
      go(without, { replace: true });
      this.total.focus(); // the button will be gone
    };
    return button("plain", drop, {}, "Without ", name.replace(": ", " ").toLowerCase(), el("bdi", {}, `“${value}”`));
  }
}

function orderChoice() {
  const options = Object.entries(ORDERS).map(([value, name]) => el("option", { value }, name));
  const select = el("select", { id: "order" }, options);
  select.addEventListener("change", () => go({ order: select.value === "printed" ? null : select.value }, { replace: true }));
  const show = ({ order }) => {
    select.value = order in ORDERS ? order : "printed";
  };
  show(current());
  return { element: el("div", { class: "field" }, el("label", { for: "order" }, "Order"), select), show };
}

function listQuery(state) {
  const query = filterQuery(state);
  if (state.q) query.set("q", state.q);
  if (state.order) query.set("order", state.order);
  return query;
}
