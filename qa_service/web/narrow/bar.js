/* Narrowing the letters: what is on, what it leaves, and a panel to set it. */

import { current, filterQuery, watch } from "../base/address.js";
import { fetchJson } from "../base/api.js";
import { lastOnly } from "../base/waiting.js";
import { button, el } from "../base/dom.js";
import { Chips } from "./chips.js";
import { filtersOn, sameFilters } from "./filters.js";
import { Panel } from "./panel.js";
import { loaded, titles } from "../base/volumes.js";
import { counted } from "../base/words.js";

/**
 * The filters that are on, and what sets them, drawn into `host`; gives what ends that. `view` is the one it belongs to,
 * null for asking, which stays in the page while others are shown: what is not shown asks nothing.
 */
export function filterBar(host, { view = null } = {}) {
  const bar = new FilterBar(view);
  const ended = new AbortController();
  host.replaceChildren(bar.element);
  const unwatch = watch((state) => bar.follow(state));
  document.addEventListener("letters-changed", () => bar.follow(current(), { anew: true }), { signal: ended.signal });
  bar.follow(current());
  return () => {
    unwatch();
    ended.abort();
    bar.end();
  };
}

class FilterBar {
  #volumes = []; // that are loaded, once that is known
  #looked = null; // the state that was last looked at

  constructor(view) {
    this.view = view;
    this.panel = new Panel({ listed: () => this.#fold() });
    this.narrow = button("narrow", () => this.#open(this.panel.element.hidden), {
      "aria-expanded": "false", "aria-controls": this.panel.element.id,
    });
    this.chips = new Chips(this.narrow);
    this.left = el("p", { class: "left", role: "status" });
    const problem = el("p", { class: "error" });
    this.ask = lastOnly(problem, this.narrow);
    const row = el("div", { class: "row" }, this.narrow, this.chips.element, view !== "letters" && this.left);
    this.element = el("section", { class: view === null ? "narrowing above" : "narrowing", "aria-label": "Filters" });
    this.element.append(row, problem, this.panel.element);
    this.panel.element.addEventListener("keydown", (event) => {
      const clears = event.target.type === "search" && event.target.value; // then Escape empties the field
      if (event.key === "Escape" && !clears) this.#fold();
    });
  }

  follow(state, { anew = false } = {}) {
    if (anew) this.#looked = null;
    if (state.view !== this.view) return;
    const looked = this.#looked;
    const same = looked && sameFilters(state, looked) && (this.view !== "letters" || state.q === looked.q);
    if (!same) this.#look(state);
  }

  end() {
    this.ask.end();
    this.panel.end();
  }

  #open(shown) {
    this.narrow.setAttribute("aria-expanded", String(shown));
    this.panel.open(shown);
  }

  #fold() {
    this.#open(false);
    this.narrow.focus();
  }

  /** The filters are shown at once; what they leave, as soon as it is counted. */
  #look(state) {
    this.#looked = state;
    this.panel.inPlace(() => this.#say(state));
    this.ask(async (signal) => {
      const query = filterQuery(state);
      if (this.view === "letters" && state.q) query.set("q", state.q);
      const counting = query.size ? fetchJson(`/v1/facets?${query}`, { signal }) : loaded().then(({ facets }) => facets);
      const [{ total, volumes }, facets] = await Promise.all([loaded(), counting]);
      signal.throwIfAborted();
      this.#volumes = volumes;
      this.panel.inPlace(() => {
        this.#say(current());
        this.left.replaceChildren(leftText(facets, total));
        this.panel.show(facets);
      });
    });
  }

  #say(state) {
    const on = filtersOn(state, titles(this.#volumes));
    this.narrow.replaceChildren("Narrow", ...(on.length ? [" ", el("span", { class: "number" }, `(${on.length})`)] : []));
    this.chips.show(on);
  }
}

/** How many of all letters are searched; the list that is browsed says what it holds itself. */
function leftText({ total, searchable }, all) {
  const without = total - searchable;
  const lacking = without ? `; ${without.toLocaleString("en-US")} ${without === 1 ? "has" : "have"} no text here` : "";
  const searched = `${counted(searchable, "letter is", "letters are")} searched`;
  if (total === all) return without ? searched + lacking : `All ${searched}`;
  return `Of ${counted(all, "letter")}, ${searched.replace(/ letters? /, " ")}${lacking}`;
}
