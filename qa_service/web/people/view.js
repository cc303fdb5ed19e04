/* Persons, abbreviations and terms, and the index, as the volumes print them. */

import { current, go, watch } from "../base/address.js";
import { lastOnly, settled } from "../base/waiting.js";
import { wholeVolume } from "./apparatus.js";
import { button, el } from "../base/dom.js";
import { LISTS } from "./entries.js";
import { loaded, titles } from "../base/volumes.js";
import { outOf } from "../base/words.js";

const collator = new Intl.Collator("en", { sensitivity: "base", numeric: true });

/** Draws the view into `host`; gives what ends it. */
export function peopleView(host) {
  const choice = volumeChoice();
  const { field, typed, form } = findForm(choice.element);
  const kinds = kindButtons(() => fresh());
  const total = el("p", { class: "total", role: "status" }, "Looking into the volumes…");
  const problem = el("p", { class: "error" });
  const lacking = el("div", { class: "lacking" });
  const jumps = el("nav", { class: "jumps", "aria-label": "Initials" });
  const body = el("div", { class: "entries" });
  host.append(el("h1", {}, "Persons and terms"), form, kinds.element, total, problem, lacking, jumps, body);
  const ask = lastOnly(problem);
  let all = []; // the entries of the list shown, in order
  let titleOf = null; // of their volumes, where there are several
  let drawer = nearDrawer();

  async function load(signal) {
    const { volumes: known } = await loaded();
    choice.show(known);
    const { volumes: chosen } = current();
    const wanted = chosen.length ? chosen : known.map(({ volume }) => volume);
    const whole = await Promise.all(wanted.map(wholeVolume));
    signal.throwIfAborted();
    kinds.show(whole);
    const list = LISTS[kinds.chosen()];
    const entries = await list.entries(whole, signal);
    signal.throwIfAborted();
    all = entries.sort((one, other) => collator.compare(one.sort, other.sort));
    titleOf = whole.length > 1 ? titles(known) : null;
    lacking.replaceChildren(...lackingText(whole, kinds.chosen(), titles(known)));
    draw();
  }

  function draw() {
    const list = LISTS[kinds.chosen()];
    const sought = folded(current().q ?? "");
    const found = sought ? all.filter(({ text }) => folded(text).includes(sought)) : all;
    const { length } = found;
    total.replaceChildren(outOf(length, all.length, list.one, list.many));
    const groups = [...Map.groupBy(found, ({ sort }) => initial(sort))];
    drawer.disconnect();
    drawer = nearDrawer();
    const sections = groups.map(([letter, entries]) => group(letter, entries, titleOf, drawer));
    body.replaceChildren(...sections);
    jumps.hidden = groups.length < 2;
    jumps.replaceChildren(...groups.map(([letter], index) => button("plain", () => jump(sections[index]), {}, letter)));
  }

  const fresh = () => ask(load);
  const unwatch = watch((state, before) => {
    if (state.view !== before.view) return;
    if (document.activeElement !== field) field.value = state.q ?? "";
    if (String(state.volumes) !== String(before.volumes)) fresh();
    else if (state.q !== before.q) draw();
  });
  document.addEventListener("letters-changed", fresh);
  fresh();
  return () => {
    typed.cancel();
    drawer.disconnect();
    ask.end();
    unwatch();
    document.removeEventListener("letters-changed", fresh);
  };
}

function volumeChoice() {
  const select = el("select", { id: "of-volume" });
  const element = el("div", { class: "field", hidden: true }, el("label", { for: "of-volume" }, "Volume"), select);
  select.addEventListener("change", () => go({ volumes: select.value ? [select.value] : [] }, { replace: true }));

  function show(known) {
    const { volumes: chosen } = current();
    const options = known.map(({ volume, title }) => el("option", { value: volume }, title));
    const several = el("option", { value: "several", disabled: true }, `${chosen.length} chosen volumes`);
    select.replaceChildren(el("option", { value: "" }, "All volumes"), ...(chosen.length > 1 ? [several] : []), ...options);
    select.value = chosen.length > 1 ? "several" : (chosen[0] ?? "");
    element.hidden = known.length < 2;
  }
  return { element, show };
}

function findForm(choice) {
  const field = el("input", { type: "search", id: "named", autocomplete: "off" });
  field.value = current().q ?? "";
  const typed = settled(() => go({ q: field.value.trim() || null }, { replace: true }), 150);
  field.addEventListener("input", typed);
  const named = el("div", { class: "field grows" }, el("label", { for: "named" }, "Find by name"), field);
  const form = el("form", { class: "looking", role: "search" }, named, choice);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    typed.now();
  });
  return { field, typed, form };
}

/** Which of the three lists is shown, with how many lines each has. */
function kindButtons(onChange) {
  let chosen = "persons";
  const buttons = Object.entries(LISTS).map(([key, { name }]) => [key, button("kind", () => choose(key), {}, name)]);
  const element = el("div", { class: "kinds", role: "group", "aria-label": "Lists" }, ...buttons.map(([, one]) => one));

  function choose(key) {
    chosen = key;
    press();
    onChange();
  }
  function press() {
    for (const [key, one] of buttons) one.setAttribute("aria-pressed", String(key === chosen));
  }
  function show(whole) {
    for (const [key, one] of buttons) {
      const lines = whole.reduce((sum, volume) => sum + volume[key].length, 0);
      one.replaceChildren(LISTS[key].name, " ", el("span", { class: "count" }, lines.toLocaleString("en-US")));
    }
  }
  press();
  return { element, show, chosen: () => chosen };
}

function lackingText(whole, kind, titleOf) {
  const without = whole.filter((volume) => !volume[kind].length);
  if (!without.length) return [];
  const what = { persons: "list of persons", terms: "list of abbreviations and terms", index: "index" }[kind];
  const names = without.flatMap(({ volume }, index) => [index ? "; " : "", el("bdi", {}, titleOf(volume))]);
  return [el("p", { class: "quiet" }, `Without ${/^[aeiou]/.test(what) ? "an" : "a"} ${what}: `, ...names, ".")];
}

/** The entries under a letter; they are drawn when `drawer` sees their place come near. */
function group(letter, entries, titleOf, drawer) {
  const lines = el("dl", {});
  lines.draw = () => {
    lines.draw = () => {};
    for (const { volume, draw } of entries) {
      const of = titleOf && el("dd", { class: "of" }, el("bdi", {}, titleOf(volume)));
      lines.append(el("div", { class: "entry" }, draw(), of));
    }
  };
  drawer.observe(lines);
  return el("section", { "aria-label": letter }, el("h2", { tabindex: "-1" }, letter), lines);
}

const nearDrawer = () =>
  new IntersectionObserver(
    (seen, drawer) => {
      for (const { target } of seen.filter(({ isIntersecting }) => isIntersecting)) {
        drawer.unobserve(target);
        target.draw();
      }
    },
    { rootMargin: "1200px" },
  );

function jump(section) {
  section.querySelector("dl").draw();
  section.scrollIntoView();
  section.querySelector("h2").focus({ preventScroll: true });
}

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function initial(text) {
  const first = folded(text).match(/[\p{L}\p{N}]/u)?.[0] ?? "";
  return /\p{L}/u.test(first) ? first.toUpperCase() : "0–9";
}
