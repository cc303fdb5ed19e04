/* Browsing: the letters that pass the filters and hold all of some words, in order. */

import { current, filterQuery, go, watch } from "../base/address.js";
import { fetchJson } from "../base/api.js";
import { lastOnly, settled } from "../base/waiting.js";
import { button, el } from "../base/dom.js";
import { filterBar } from "../narrow/bar.js";
import { keepPlace } from "../base/keeping.js";
import { letterLine, showOpened } from "./lines.js";
import { filtersOn, sameFilters } from "../narrow/filters.js";
import { loaded, titles } from "../base/volumes.js";
import { counted, outOf } from "../base/words.js";

const AT_ONCE = 50;
const HINT = "Lists every letter that holds all of these words, in any of their forms, in its text or its notes.";
const ORDERS = { printed: "Printed order", date: "Date" };

/** Draws the view into `host`; gives what ends it. */
export function lettersView(host) {
  const bar = el("div", {});
  const { form, field, order, typed } = wordsForm();
  const total = el("p", { class: "total", role: "status" });
  const problem = el("p", { class: "error" });
  const list = el("ol", { class: "found", "aria-label": "Letters" });
  const nothing = el("div", { class: "nothing" });
  const more = button("plain further", () => ask((signal) => load(signal, list.children.length)), { hidden: true });
  host.append(el("h1", {}, "Browse"), bar, form, total, problem, list, nothing, more);
  const ask = lastOnly(problem);
  const endBar = filterBar(bar, { view: "letters" });
  const endKeeping = keepPlace(list);

  async function load(signal, offset) {
    const state = current();
    list.setAttribute("aria-busy", "true");
    try {
      const query = listQuery(state);
      query.set("limit", AT_ONCE);
      query.set("offset", offset);
      const [found, { total: all, volumes }] = await Promise.all([fetchJson(`/v1/letters?${query}`, { signal }), loaded()]);
      signal.throwIfAborted();
      const lines = found.letters.map((letter) => letterLine(letter, titles(volumes), volumes.length > 1));
      if (offset) list.append(...lines);
      else list.replaceChildren(...lines);
      if (offset) lines[0]?.querySelector("a").focus({ preventScroll: true });
      showOpened(list, current().letter);
      total.replaceChildren(outOf(found.total, all, "letter"));
      const left = found.total - list.children.length;
      more.hidden = left <= 0;
      more.replaceChildren(`Show ${Math.min(left, AT_ONCE)} more of ${left.toLocaleString("en-US")}`);
      nothing.replaceChildren();
      if (!found.total) nothing.append(...(await advice(state, titles(volumes), signal)));
    } finally {
      if (!signal.aborted) list.removeAttribute("aria-busy");
    }
  }

  const fresh = () => ask((signal) => load(signal, 0));
  const unwatch = watch((state, before) => {
    if (state.view !== before.view) return;
    if (document.activeElement !== field) field.value = state.q ?? "";
    order.value = state.order ?? "printed";
    if (state.q !== before.q || state.order !== before.order || !sameFilters(state, before)) fresh();
    if (state.letter !== before.letter) showOpened(list, state.letter);
  });
  document.addEventListener("letters-changed", fresh);
  fresh();
  return () => {
    typed.cancel();
    ask.end();
    endBar();
    endKeeping();
    unwatch();
    document.removeEventListener("letters-changed", fresh);
  };
}

function wordsForm() {
  const field = el("input", { type: "search", id: "words", maxlength: 200, autocomplete: "off", "aria-describedby": "words-hint" });
  field.value = current().q ?? "";
  const options = Object.entries(ORDERS).map(([value, name]) => el("option", { value }, name));
  const order = el("select", { id: "order" }, options);
  order.value = current().order ?? "printed";
  order.addEventListener("change", () => go({ order: order.value === "printed" ? null : order.value }, { replace: true }));
  const typed = settled(() => go({ q: field.value.trim() || null }, { replace: true }));
  field.addEventListener("input", typed);
  const words = el("div", { class: "field grows" }, el("label", { for: "words" }, "Words in the letters"), field);
  const ordered = el("div", { class: "field" }, el("label", { for: "order" }, "Order"), order);
  const hint = el("p", { class: "hint", id: "words-hint" }, HINT);
  const form = el("form", { class: "looking", role: "search" }, words, ordered, hint);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    typed.now();
  });
  return { form, field, order, typed };
}

function listQuery(state) {
  const query = filterQuery(state);
  if (state.q) query.set("q", state.q);
  if (state.order) query.set("order", state.order);
  return query;
}

/** For a list in which nothing is left: which of the filters, dropped, would leave how many letters. */
async function advice(state, titleOf, signal) {
  const on = filtersOn(state, titleOf);
  if (state.q) on.unshift({ name: "Words: ", value: state.q, without: { q: null } });
  if (!on.length) return [el("p", {}, "No letter is loaded.")];
  const asked = on.map(({ without }) => `/v1/letters?limit=1&${listQuery({ ...state, ...without })}`);
  const found = await Promise.all(asked.map((path) => fetchJson(path, { signal })));
  const lines = on
    .map((filter, index) => [filter, found[index].total])
    .filter(([, letters]) => letters)
    .map(([{ name, value, without }, letters]) => {
      const words = ["Without ", name.replace(": ", " ").toLowerCase(), el("bdi", {}, `“${value}”`)];
      const drop = button("plain", () => go(without, { replace: true }), {}, ...words);
      return el("li", {}, drop, `: ${counted(letters, "letter")}`);
    });
  if (lines.length) return [el("p", {}, "No letter is left. Drop one of these:"), el("ul", {}, lines)];
  return [el("p", {}, "No letter is left, and none would be if one of the filters alone were dropped. Clear all of them.")];
}
