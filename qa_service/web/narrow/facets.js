/* Lists to choose from: volumes, writers, recipients, kinds, each with the number of its letters. */

import { current, go } from "../base/address.js";
import { button, el } from "../base/dom.js";

const FIRST = 8;
const SEARCHED = 12; // longer lists have a field to search them
let lists = 0;

/**
 * { element, show(values, unlisted), fresh() } for the filter `key` of the address; `values` are [{ value, letters,
 * label? }], and so many more the service does not list.
 * A line, once it is shown, keeps its place till `fresh()`: only its number and its check change.
 */
export function facetList(key, name) {
  const id = `facet-${key}-${++lists}`;
  const lines = new Map(); // value: { item, box, count, words }
  const list = el("ul", { id });
  const search = el("input", { type: "search", "aria-label": `Find among ${name.toLowerCase()}`, placeholder: "Find" });
  const more = button("plain", () => unfold(more.getAttribute("aria-expanded") !== "true"), {
    "aria-expanded": "false", "aria-controls": id,
  });
  const nothing = el("p", { class: "none", hidden: true });
  const element = el("fieldset", { class: "facet" }, el("legend", {}, name), search, list, nothing, more);
  search.addEventListener("input", arrange);
  let rarer = 0;

  function show(values, unlisted = 0) {
    rarer = unlisted;
    const counts = new Map(values.map((one) => [one.value, one]));
    const chosen = current()[key];
    for (const value of [...chosen, ...counts.keys()]) if (!lines.has(value)) add(value, counts.get(value)?.label);
    for (const [value, { item, box, count }] of lines) {
      const letters = counts.get(value)?.letters ?? 0;
      box.checked = chosen.includes(value);
      count.replaceChildren(letters.toLocaleString("en-US"));
      item.classList.toggle("zero", !letters);
    }
    element.hidden = !lines.size;
    arrange();
  }

  function add(value, label = value) {
    const box = el("input", { type: "checkbox" });
    box.addEventListener("change", () => choose(value, box.checked));
    const count = el("span", { class: "count" });
    const text = el("span", { class: "value", dir: "auto" }, label || value);
    const item = el("li", {}, el("label", {}, box, text, count));
    lines.set(value, { item, box, count, words: label.toLowerCase() });
    list.append(item);
  }

  function choose(value, on) {
    const others = current()[key].filter((one) => one !== value);
    go({ [key]: on ? [...others, value] : others }, { replace: true });
  }

  function unfold(open) {
    more.setAttribute("aria-expanded", String(open));
    if (!open) search.value = "";
    arrange();
  }

  /** Which lines are seen: the first, or all, or those that hold what is searched; a checked one always. */
  function arrange() {
    const open = more.getAttribute("aria-expanded") === "true";
    const sought = search.value.trim().toLowerCase();
    let place = 0;
    let seen = 0;
    for (const { item, box, words } of lines.values()) {
      const listed = open ? words.includes(sought) : place < FIRST || box.checked;
      item.hidden = !listed;
      place += 1;
      seen += listed ? 1 : 0;
    }
    search.hidden = !open || lines.size <= SEARCHED;
    list.classList.toggle("all", open);
    more.hidden = lines.size <= FIRST;
    const all = rarer ? `${lines.size} of ${lines.size + rarer}` : `All ${lines.size}`;
    more.replaceChildren(open ? `The first ${FIRST}` : all, el("span", { class: "unseen" }, ` ${name.toLowerCase()}`));
    nothing.hidden = seen > 0;
    nothing.replaceChildren(`None of the ${lines.size} holds this.`);
  }

  function fresh() {
    lines.clear();
    list.replaceChildren();
    unfold(false);
  }
  return { element, show, fresh };
}
