/* The panel in which filters are set. */

import { el } from "../base/dom.js";
import { FacetList } from "./facets.js";
import { LISTS } from "./filters.js";
import { Timeline } from "./timeline.js";

let panels = 0;

/** `listed()` is called before the letters of a bar are listed. */
export class Panel {
  #latest = null; // what the service counts

  constructor({ listed }) {
    this.lists = LISTS.map(({ key, many }) => new FacetList({ key, name: many }));
    this.dates = new Timeline({ listed });
    this.element = el("div", { class: "panel", id: `narrowing-${++panels}`, hidden: true });
    this.element.append(this.dates.element, el("div", { class: "facets" }, ...this.lists.map(({ element }) => element)));
  }

  /** `facets` as GET /v1/facets gives them. */
  show(facets) {
    this.#latest = facets;
    if (this.element.hidden) return;
    this.dates.show(facets);
    for (const list of this.lists) list.show(facets[list.key], facets[`more_${list.key}`]);
  }

  open(shown) {
    this.element.hidden = !shown;
    if (!shown) return;
    for (const list of this.lists) list.fresh();
    if (this.#latest) this.show(this.#latest);
  }

  /** Draws anew, and has what is clicked here stay where it is on the screen. */
  inPlace(draw) {
    const { element } = this;
    const held = element.contains(document.activeElement) ? document.activeElement : null;
    const before = held?.getBoundingClientRect().top;
    draw();
    const moved = held ? held.getBoundingClientRect().top - before : 0;
    if (!moved) return;
    const inside = element.scrollTop;
    element.scrollTop += moved;
    scrollBy({ top: moved - (element.scrollTop - inside), behavior: "instant" });
  }

  end() {
    this.dates.end();
  }
}
