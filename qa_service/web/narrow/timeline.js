/* The letters over the years: a picture in which dates are chosen, two fields for the same, and a table. */

import { current, go } from "../base/address.js";
import { button, el } from "../base/dom.js";
import { stateLink } from "../base/links.js";
import { barsOf, barText, NAMED } from "./months.js";
import { Picture } from "./picture.js";
import { counted, longDate } from "../base/words.js";

const HINT = "Drag over the bars to choose dates; click one to list its letters.";
let fields = 0;

/** `listed()` is called before the letters of a bar are listed. */
export class Timeline {
  #latest = null; // what the service counts
  #range = ""; // the days that were chosen when it was last shown
  #closer = null; // the days that alone are drawn

  constructor({ listed }) {
    this.slots = colourSlots();
    this.listed = listed;
    this.tip = el("p", { class: "tip" }, HINT);
    this.picture = new Picture({
      onPoint: (bar) => this.tip.replaceChildren(bar ? barText(bar, this.writers) : HINT),
      onRange: (from, to) => go({ from, to }, { replace: true }),
      onBar: (bar) => this.#list(bar),
    });
    this.writers = [];
    this.legend = el("ul", { class: "legend", role: "list" }, legendItems([], () => 0, []));
    this.undated = el("p", { class: "undated" });
    this.dates = dateFields();
    this.look = button("plain", () => this.#look(), {}, "Look closer");
    this.dates.element.append(this.look);
    this.table = barTable((bar) => this.#list(bar));
    const parts = [this.legend, this.picture.element, this.tip, this.dates.element, this.undated, this.table.element];
    this.element = el("div", { class: "timeline" }, parts);
  }

  /** `facets` as GET /v1/facets gives them. */
  show(facets) {
    this.#latest = facets;
    this.#follow(facets.months);
    const { from, to } = current();
    const months = facets.months.filter(({ month }) => within(month, this.#closer));
    const { unit, bars, writers } = barsOf(months.length ? months : facets.months);
    this.writers = writers;
    this.look.replaceChildren(this.#closer ? "The whole span" : "Look closer");
    this.look.hidden = !this.#closer && !from && !to;
    const slotOf = this.slots(writers);
    this.legend.replaceChildren(...legendItems(writers, slotOf, bars));
    this.picture.show({ unit, bars, writers, slotOf, from, to });
    this.undated.replaceChildren(undatedText(facets.undated, current()));
    this.table.show(unit, bars, writers);
    this.dates.show();
  }

  end() {
    this.picture.end();
  }

  /** Days that are chosen out of many years are drawn alone, so that one sees their months. */
  #follow(months) {
    const { from, to } = current();
    const chosen = from || to ? [from, to] : null;
    if (String(chosen) === this.#range) return;
    this.#range = String(chosen);
    this.#closer = this.#closer || barsOf(months).unit === "year" ? chosen : null;
  }

  #look() {
    this.#closer = this.#closer ? null : [current().from, current().to];
    this.show(this.#latest);
    this.look.focus();
  }

  #list({ from, to }) {
    this.listed();
    go(listing({ from, to }));
  }
}

function within(month, span) {
  const [from, to] = span ?? [];
  return (!from || month >= from.slice(0, 7)) && (!to || month <= to.slice(0, 7));
}

/** The words that were looked for go along only where they are words of letters. */
function listing({ from, to }) {
  const { view, q } = current();
  return { view: "letters", q: view === "letters" ? q : null, from, to };
}

/** Which colour a writer has: once given, it stays his as long as he is among the most frequent. */
function colourSlots() {
  let given = new Map();
  return (writers) => {
    const kept = new Map(writers.filter((writer) => given.has(writer)).map((writer) => [writer, given.get(writer)]));
    const free = [1, 2, 3, 4].filter((slot) => ![...kept.values()].includes(slot));
    for (const writer of writers) if (!kept.has(writer)) kept.set(writer, free.shift());
    given = kept;
    return (writer) => kept.get(writer) ?? 0;
  };
}

/** As many lines whoever they are for, so that nothing below moves. */
function legendItems(writers, slotOf, bars) {
  const others = bars.some(({ counts }) => counts.at(-1));
  const items = (others ? [...writers, null] : writers).map((writer) => {
    const name = el("span", { class: "name", dir: "auto", title: writer }, writer ?? "others");
    return el("li", {}, el("span", { class: `swatch by-${slotOf(writer)}` }), name);
  });
  const empty = Array.from({ length: NAMED + 1 - items.length }, () => el("li", { "aria-hidden": "true" }, "\u00a0"));
  return [...items, ...empty];
}

function undatedText(undated, { from, to }) {
  if (from || to) return "Letters without a date are left out.";
  return undated ? `${counted(undated, "letter has no date and is in no bar", "letters have no date and are in no bar")}.` : "";
}

/** Two date fields that say the same as the picture's range. */
function dateFields() {
  const number = ++fields;
  const input = (key, name) => {
    const id = `date-${key}-${number}`;
    const field = el("input", { type: "date", id });
    return { field, shown: el("span", { class: "field" }, el("label", { for: id }, name), field) };
  };
  const [from, to] = [input("from", "From"), input("to", "To")];
  const whole = button("plain", () => clear(), {}, "All dates");
  const problem = el("p", { class: "error", role: "alert" });

  function changed() {
    const [first, last] = [from.field.value, to.field.value];
    if ([from, to].some(({ field }) => !field.validity.valid)) return; // a day that is only half typed
    if ([first, last].some((day) => day && day < "1000")) return; // "0019": the year is still being typed
    const turned = first && last && first > last;
    problem.replaceChildren(turned ? `Expected a first day not after the last, got ${longDate(first)}.` : "");
    if (!turned) go({ from: first || null, to: last || null }, { replace: true });
  }
  for (const { field } of [from, to]) field.addEventListener("change", changed);

  function clear() {
    go({ from: null, to: null }, { replace: true });
    from.field.focus(); // the button is gone
  }

  function show() {
    const state = current();
    for (const [key, { field }] of Object.entries({ from, to })) {
      if (document.activeElement !== field) field.value = state[key] ?? "";
    }
    whole.hidden = !state.from && !state.to;
    problem.replaceChildren();
  }
  return { element: el("div", { class: "dates" }, from.shown, to.shown, whole, problem), show };
}

/** The same numbers to be read, each month a link to its letters, of which `onBar` is told; made when it is opened. */
function barTable(onBar) {
  const summary = el("summary", {}, "As a table");
  const holder = el("div", { class: "scrolled", tabindex: "0", role: "region", "aria-label": "Letters over time" });
  const element = el("details", { class: "numbers" }, summary, holder);
  let make = () => {};
  element.addEventListener("toggle", () => element.open && make());

  function show(unit, bars, writers) {
    make = () => holder.replaceChildren(table(unit, bars.filter(({ letters }) => letters), writers, onBar));
    if (element.open) make();
  }
  return { element, show };
}

function table(unit, bars, writers, onBar) {
  const head = [unit === "month" ? "Month" : "Year", ...writers, "Others", "All"];
  const rows = bars.map((bar) => {
    const counts = [...bar.counts, bar.letters].map((count) => el("td", {}, String(count)));
    return el("tr", {}, el("th", { scope: "row" }, barLink(bar, onBar)), counts);
  });
  const cells = head.map((name) => el("th", { scope: "col", dir: "auto" }, name));
  return el("table", {}, el("thead", {}, el("tr", {}, cells)), el("tbody", {}, rows));
}

function barLink(bar, onBar) {
  const anchor = stateLink(listing(bar), {}, bar.name);
  anchor.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return; // opens a window of its own
    event.preventDefault();
    onBar(bar);
  });
  return anchor;
}
