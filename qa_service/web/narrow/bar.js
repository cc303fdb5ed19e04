/* Narrowing the letters: what is on, what it leaves, and a panel to set it. */

import { current, filterQuery, go, NO_FILTERS, watch } from "../base/address.js";
import { fetchJson } from "../base/api.js";
import { lastOnly } from "../base/waiting.js";
import { button, el } from "../base/dom.js";
import { facetList } from "./facets.js";
import { filtersOn, sameFilters } from "./filters.js";
import { timeline } from "./timeline.js";
import { loaded, shortTitle, titles } from "../base/volumes.js";
import { counted } from "../base/words.js";

const LISTS = { volumes: "Volumes", writers: "Writers", recipients: "Recipients", kinds: "Kinds" };
let panels = 0;

/**
 * The filters that are on, and what sets them, drawn into `host`; gives what ends that. `view` is the one it belongs to,
 * null for asking, which stays in the page while others are shown: what is not shown asks nothing.
 */
export function filterBar(host, { view = null } = {}) {
  const left = el("p", { class: "left", role: "status" });
  const problem = el("p", { class: "error" });
  const ask = lastOnly(problem);
  const panel = narrowingPanel();
  const narrow = button("narrow", () => open(panel.element.hidden), {
    "aria-expanded": "false", "aria-controls": panel.element.id,
  });
  const chips = chipList(narrow);
  const row = el("div", { class: "row" }, narrow, chips.element, view !== "letters" && left);
  const bar = el("section", { class: view === null ? "narrowing above" : "narrowing", "aria-label": "Filters" });
  bar.append(row, problem, panel.element);
  host.replaceChildren(bar);
  let known = { total: 0, volumes: [] };
  let looked = null; // the state that was last looked at
  panel.element.addEventListener("keydown", (event) => {
    const clears = event.target.type === "search" && event.target.value; // then Escape empties the field
    if (event.key !== "Escape" || clears) return;
    open(false);
    narrow.focus();
  });

  function open(shown) {
    narrow.setAttribute("aria-expanded", String(shown));
    panel.open(shown);
  }

  function said(state) {
    const on = filtersOn(state, titles(known.volumes));
    narrow.replaceChildren("Narrow", ...(on.length ? [" ", el("span", { class: "number" }, `(${on.length})`)] : []));
    chips.show(on);
  }

  /** The filters are shown at once; what they leave, as soon as it is counted. */
  function look(state) {
    looked = state;
    inPlace(panel.element, () => said(state));
    ask(async (signal) => {
      const query = filterQuery(state);
      if (view === "letters" && state.q) query.set("q", state.q);
      const counting = query.size ? fetchJson(`/v1/facets?${query}`, { signal }) : loaded().then(({ facets }) => facets);
      const [all, facets] = await Promise.all([loaded(), counting]);
      signal.throwIfAborted();
      known = all;
      inPlace(panel.element, () => {
        said(current());
        left.replaceChildren(leftText(facets.total, known.total));
        panel.show(facets);
      });
    });
  }

  function follow(state) {
    if (state.view !== view) return;
    const same = looked && sameFilters(state, looked) && (view !== "letters" || state.q === looked.q);
    if (!same) look(state);
  }
  const changed = () => {
    looked = null;
    follow(current());
  };
  const unwatch = watch(follow);
  document.addEventListener("letters-changed", changed);
  changed();
  return () => {
    unwatch();
    ask.end();
    panel.end();
    document.removeEventListener("letters-changed", changed);
  };
}

/** Draws anew, and has what is clicked in the panel stay where it is on the screen. */
function inPlace(panel, draw) {
  const held = panel.contains(document.activeElement) ? document.activeElement : null;
  const before = held?.getBoundingClientRect().top;
  draw();
  const moved = held ? held.getBoundingClientRect().top - before : 0;
  if (!moved) return;
  const inside = panel.scrollTop;
  panel.scrollTop += moved;
  scrollBy({ top: moved - (panel.scrollTop - inside), behavior: "instant" });
}

/** The list that is browsed says this itself. */
function leftText(total, all) {
  if (total === all) return `All ${counted(all, "letter is", "letters are")} searched`;
  return `Of ${counted(all, "letter")}, ${total.toLocaleString("en-US")} ${total === 1 ? "is" : "are"} searched`;
}

/** What is on, each with a button that drops it; afterwards the next one has the focus, or else `otherwise`. */
function chipList(otherwise) {
  const list = el("ul", { class: "chips", "aria-label": "Filters that are on" });
  const clear = button("plain", () => {
    go(NO_FILTERS, { replace: true });
    otherwise.focus();
  }, {}, "Clear all");
  const element = el("div", { class: "on" }, list, clear);
  let shown = "";

  function show(on) {
    const next = JSON.stringify(on);
    if (next === shown) return;
    shown = next;
    list.replaceChildren(...on.map((filter, index) => chip(filter, () => drop(filter, index))));
    list.hidden = !on.length;
    clear.hidden = on.length < 2;
  }

  function drop({ without }, index) {
    go(without, { replace: true });
    const buttons = list.querySelectorAll("button");
    (buttons[Math.min(index, buttons.length - 1)] ?? otherwise).focus();
  }
  return { element, show };
}

function chip({ name, value }, drop) {
  const text = el("span", {}, name, el("bdi", {}, value));
  const spoken = `Remove ${name.replace(": ", " ").toLowerCase()}${value}`;
  return el("li", { class: "chip" }, text, button("drop", drop, { "aria-label": spoken, title: "Remove" }, "×"));
}

function narrowingPanel() {
  const lists = Object.entries(LISTS).map(([key, name]) => [key, facetList(key, name)]);
  const dates = timeline();
  const element = el("div", { class: "panel", id: `narrowing-${++panels}`, hidden: true });
  element.append(dates.element, el("div", { class: "facets" }, ...lists.map(([, list]) => list.element)));
  let latest = null;

  /** `facets` as the service counts them. */
  function show(facets) {
    latest = facets;
    if (element.hidden) return;
    dates.show(facets);
    for (const [key, list] of lists) {
      const labelled = ({ value, label }) => (key === "volumes" ? shortTitle(label, value) : value);
      const values = facets[key].map((one) => ({ ...one, label: labelled(one) }));
      list.show(values, facets[`more_${key}`]);
    }
  }

  function open(shown) {
    element.hidden = !shown;
    if (!shown) return;
    for (const [, list] of lists) list.fresh();
    if (latest) show(latest);
  }
  return { element, show, open, end: dates.end };
}
