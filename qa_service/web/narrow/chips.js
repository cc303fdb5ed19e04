/* The filters that are on, each with a button that drops it. */

import { go, NO_FILTERS } from "../base/address.js";
import { button, el } from "../base/dom.js";

/** When one is dropped, the next one has the focus, or else `otherwise`. */
export class Chips {
  #shown = "";

  constructor(otherwise) {
    this.otherwise = otherwise;
    this.list = el("ul", { class: "chips", role: "list", "aria-label": "Filters that are on" });
    this.clear = button("plain", () => this.#clear(), {}, "Clear all");
    this.element = el("div", { class: "on" }, this.list, this.clear);
  }

  /** `on` as `filtersOn` gives them. */
  show(on) {
    const next = JSON.stringify(on);
    if (next === this.#shown) return;
    this.#shown = next;
    this.list.replaceChildren(...on.map((filter, index) => chip(filter, () => this.#drop(filter, index))));
    this.list.hidden = !on.length;
    this.clear.hidden = on.length < 2;
  }

  #clear() {
    go(NO_FILTERS, { replace: true });
    this.otherwise.focus();
  }

  #drop({ without }, index) {
    go(without, { replace: true });
    const buttons = this.list.querySelectorAll("button");
    (buttons[Math.min(index, buttons.length - 1)] ?? this.otherwise).focus();
  }
}

function chip({ key, name, value }, drop) {
  const text = el("span", { title: key === "volumes" && value }, name, el("bdi", {}, value));
  const spoken = `Remove ${name.replace(": ", " ").toLowerCase()}${value}`;
  const dropping = button("drop", drop, { "aria-label": spoken, title: "Remove" }, "×");
  return el("li", { class: key === "volumes" ? "chip volume" : "chip" }, text, dropping);
}
