/* Lists to choose from: volumes, writers, recipients, kinds, each with the number of its letters. */

import { current, go } from "../base/address.js";
import { button, el } from "../base/dom.js";

const FIRST = 8;
const SEARCHED = 12; // longer lists have a field to search them
const MOST_CHOSEN = 20; // that the service takes
let lists = 0;

/**
 * The list for the filter `key` of the address, called `name`. A line, once it is shown, keeps its place till `fresh()`:
 * only its number and its check change.
 */
export class FacetList {
  #lines = new Map(); // value: { item, box, count, words }
  #rarer = 0; // values that the service does not list

  constructor({ key, name }) {
    const id = `facet-${key}-${++lists}`;
    this.key = key;
    this.name = name;
    this.list = el("ul", { id, role: "list" });
    this.search = el("input", { type: "search", "aria-label": `Find among ${name.toLowerCase()}`, placeholder: "Find" });
    this.more = button("plain", () => this.#unfold(!this.#open), { "aria-expanded": "false", "aria-controls": id });
    this.nothing = el("p", { class: "none", hidden: true });
    this.enough = el("p", { class: "none", role: "status" });
    const parts = [el("legend", {}, name), this.search, this.list, this.nothing, this.more, this.enough];
    this.element = el("fieldset", { class: "facet" }, parts);
    this.search.addEventListener("input", () => this.#arrange());
  }

  /** `values` are [{ value, letters, label? }]; so many more are `unlisted`. */
  show(values, unlisted = 0) {
    this.#rarer = unlisted;
    const counts = new Map(values.map((one) => [one.value, one]));
    const chosen = current()[this.key];
    const full = chosen.length >= MOST_CHOSEN;
    for (const value of [...chosen, ...counts.keys()]) {
      if (!this.#lines.has(value)) this.#add(value, counts.get(value)?.label || value);
    }
    for (const [value, { item, box, count }] of this.#lines) {
      const letters = counts.get(value)?.letters ?? 0;
      box.checked = chosen.includes(value);
      box.disabled = full && !box.checked;
      count.replaceChildren(letters.toLocaleString("en-US"));
      item.classList.toggle("zero", !letters);
    }
    this.enough.replaceChildren(full ? `No more than ${MOST_CHOSEN} can be chosen.` : "");
    this.element.hidden = !this.#lines.size;
    this.#arrange();
  }

  fresh() {
    this.#lines.clear();
    this.list.replaceChildren();
    this.#unfold(false);
  }

  get #open() {
    return this.more.getAttribute("aria-expanded") === "true";
  }

  #add(value, label) {
    const box = el("input", { type: "checkbox" });
    box.addEventListener("change", () => this.#choose(value, box.checked));
    const count = el("span", { class: "count" });
    const item = el("li", {}, el("label", {}, box, el("span", { class: "value", dir: "auto" }, label), count));
    this.#lines.set(value, { item, box, count, words: label.toLowerCase() });
    this.list.append(item);
  }

  #choose(value, on) {
    const others = current()[this.key].filter((one) => one !== value);
    go({ [this.key]: on ? [...others, value] : others }, { replace: true });
  }

  #unfold(open) {
    this.more.setAttribute("aria-expanded", String(open));
    if (!open) this.search.value = "";
    this.#arrange();
  }

  /** Which lines are seen: the first, or all, or those that hold what is searched; a checked one always. */
  #arrange() {
    const open = this.#open;
    const { size } = this.#lines;
    const sought = this.search.value.trim().toLowerCase();
    [...this.#lines.values()].forEach(({ item, box, words }, place) => {
      item.hidden = !(open ? words.includes(sought) : place < FIRST || box.checked);
    });
    this.search.hidden = !open || size <= SEARCHED;
    this.list.classList.toggle("all", open);
    this.more.hidden = size <= FIRST;
    const all = this.#rarer ? `${size} of ${size + this.#rarer}` : `All ${size}`;
    const of = el("span", { class: "unseen" }, ` ${this.name.toLowerCase()}`);
    this.more.replaceChildren(open ? `The first ${FIRST}` : all, of);
    this.nothing.hidden = [...this.#lines.values()].some(({ item }) => !item.hidden);
    this.nothing.replaceChildren(`None of the ${size} holds this.`);
  }
}
