/* Persons, abbreviations and terms, and the index, as the volumes print them. */

import { current, go, watch } from "../base/address.js";
import { lastOnly } from "../base/waiting.js";
import { wholeVolume } from "./apparatus.js";
import { button, el } from "../base/dom.js";
import { LISTS } from "./entries.js";
import { folded, initial, inOrder } from "./names.js";
import { searchField, soughtAsTyped } from "../base/seeking.js";
import { loaded, titles } from "../base/volumes.js";
import { outOf } from "../base/words.js";

const TYPED_MS = 150;
const LINE_REM = 4; // about as high as an entry is

/** Draws the view into `host`; gives what ends it. */
export function peopleView(host) {
  const view = new People(host);
  const ended = new AbortController();
  const ends = [
    soughtAsTyped(view.words, TYPED_MS),
    watch((state, before) => view.follow(state, before)),
    view.ask.end,
    () => ended.abort(),
  ];
  document.addEventListener("letters-changed", () => view.load(), { signal: ended.signal });
  view.load();
  return () => ends.forEach((end) => end());
}

/** Which of the three lists the address names. */
const chosenList = ({ list }) => (list in LISTS ? list : "persons");

class People {
  #entries = []; // of the list shown, in order
  #titleOf = null; // of their volumes, where there are several

  constructor(host) {
    this.choice = volumeChoice();
    this.words = searchField({ id: "named", label: "Find by name" }, this.choice.element);
    this.kinds = kindButtons();
    this.total = el("p", { class: "total", role: "status", tabindex: "-1" }, "Looking into the volumes…");
    const problem = el("p", { class: "error" });
    this.lacking = el("div", { class: "lacking" });
    this.jumps = el("nav", { class: "jumps", "aria-label": "Initials", hidden: true });
    this.body = el("div", { class: "entries" });
    const parts = [this.words.form, this.kinds.element, this.total, problem, this.lacking, this.jumps, this.body];
    host.append(el("h1", {}, "Persons and terms"), ...parts);
    this.ask = lastOnly(problem, this.total);
  }

  follow(state, before) {
    if (state.view !== before.view) return;
    if (state.q !== before.q) this.words.follow(state.q);
    this.kinds.press();
    if (state.list !== before.list || String(state.volumes) !== String(before.volumes)) this.load();
    else if (state.q !== before.q) this.#draw();
  }

  load() {
    this.ask(async (signal) => {
      const { volumes: known } = await loaded();
      signal.throwIfAborted();
      this.choice.show(known);
      const { volumes: chosen } = current();
      const wanted = chosen.length ? chosen : known.map(({ volume }) => volume);
      const whole = await Promise.all(wanted.map(wholeVolume));
      signal.throwIfAborted();
      this.kinds.show(whole);
      const kind = chosenList(current());
      const entries = await LISTS[kind].entries(whole, signal);
      signal.throwIfAborted();
      this.#entries = entries.sort((one, other) => inOrder(one.placed, other.placed));
      this.#titleOf = whole.length > 1 ? titles(known) : null;
      this.lacking.replaceChildren(...lackingText(whole, kind, titles(known)));
      this.#draw();
    });
  }

  #draw() {
    const { one, many } = LISTS[chosenList(current())];
    const sought = folded(current().q ?? "");
    const found = sought ? this.#entries.filter(({ text }) => folded(text).includes(sought)) : this.#entries;
    this.total.replaceChildren(outOf(found.length, this.#entries.length, one, many));
    const groups = [...Map.groupBy(found, ({ placed }) => initial(placed))];
    const sections = groups.map(([letter, entries]) => group(letter, entries, this.#titleOf));
    this.body.replaceChildren(...sections);
    this.jumps.hidden = groups.length < 2;
    this.jumps.replaceChildren(...groups.map(([letter], index) => button("plain", () => jump(sections[index]), {}, letter)));
  }
}

function volumeChoice() {
  const select = el("select", { id: "of-volume" }, el("option", { value: "" }, "All volumes"));
  const element = el("div", { class: "field" }, el("label", { for: "of-volume" }, "Volume"), select);
  select.addEventListener("change", () => go({ volumes: select.value ? [select.value] : [] }, { replace: true }));

  function show(known) {
    const { volumes: chosen } = current();
    const options = known.map(({ volume, title }) => el("option", { value: volume }, title));
    const several = el("option", { value: "several", disabled: true }, `${chosen.length} chosen volumes`);
    select.replaceChildren(el("option", { value: "" }, "All volumes"), ...(chosen.length > 1 ? [several] : []), ...options);
    select.value = chosen.length > 1 ? "several" : (chosen[0] ?? "");
  }
  return { element, show };
}

/** Which of the three lists is shown, with how many lines each has. */
function kindButtons() {
  const choose = (key) => go({ list: key === "persons" ? null : key }, { replace: true });
  const buttons = Object.entries(LISTS).map(([key, { name }]) => {
    const count = el("span", { class: "count" });
    return { key, count, button: button("kind", () => choose(key), {}, name, " ", count) };
  });
  const element = el("div", { class: "kinds", role: "group", "aria-label": "Lists" }, ...buttons.map((one) => one.button));

  function press() {
    for (const { key, button } of buttons) button.setAttribute("aria-pressed", String(key === chosenList(current())));
  }
  function show(whole) {
    for (const { key, count } of buttons) {
      count.replaceChildren(whole.reduce((sum, volume) => sum + volume[key].length, 0).toLocaleString("en-US"));
    }
  }
  press();
  return { element, show, press };
}

function lackingText(whole, kind, titleOf) {
  const without = whole.filter((volume) => !volume[kind].length);
  if (!without.length) return [];
  const what = { persons: "list of persons", terms: "list of abbreviations and terms", index: "index" }[kind];
  const names = without.flatMap(({ volume }, index) => [index ? "; " : "", el("bdi", {}, titleOf(volume))]);
  return [el("p", { class: "quiet" }, `Without ${/^[aeiou]/.test(what) ? "an" : "a"} ${what}: `, ...names, ".")];
}

/** The entries under a letter; those far from the screen are not laid out, but found by the browser's own search. */
function group(letter, entries, titleOf) {
  const lines = entries.map(({ volume, draw }) => {
    const of = titleOf && el("dd", { class: "of" }, el("bdi", {}, titleOf(volume)));
    return el("div", { class: "entry" }, draw(), of);
  });
  const section = el("section", { "aria-label": letter }, el("h2", { tabindex: "-1" }, letter), el("dl", {}, lines));
  section.style.setProperty("--lines", `${entries.length * LINE_REM}rem`);
  return section;
}

function jump(section) {
  section.scrollIntoView();
  section.querySelector("h2").focus({ preventScroll: true });
}
