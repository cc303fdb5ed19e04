/* The letter beside the answer: which is open, how it came there, and how it is left. */

import { fetchJson } from "../base/api.js";
import { current, go, print, watch } from "../base/address.js";
import { button, el } from "../base/dom.js";
import { letterBar } from "./bar.js";
import { letterSheet } from "./sheet.js";
import { placeOf } from "../base/places.js";
import { placeNotes } from "./beside.js";

const KEPT = 20; // letters that are not fetched again when a reader steps to and fro
const BESIDE = matchMedia("(min-width: 64rem)"); // below this the panel covers the screen, as style.css has it
const BEHIND = ".skip, #site, #loaded, #history, #main, #foot";

/** Shows in `host` the letter that the address names; `citations()` are those of the conversation shown, in order. */
export function letterPanel(host, { citations }) {
  const kept = new Map(); // "volume/id" -> letter
  const bar = letterBar(close);
  const said = el("p", { class: "unseen", role: "status" });
  const room = el("div", { class: "room" });
  let loading = new AbortController();
  let opener = null; // what had the focus when the letter was opened
  let sheet = null; // the letter as drawn, null while there is none

  host.tabIndex = 0; // it scrolls by itself, and its keys work only while it has the focus
  host.replaceChildren(bar.element, said, room);
  host.addEventListener("keydown", onKey);
  host.addEventListener("click", (event) => sheet?.follow(event));
  host.addEventListener("copy", copyWithoutPages);
  document.addEventListener("citations-changed", tellPlace);
  document.addEventListener("letters-changed", () => kept.clear());
  BESIDE.addEventListener("change", coverPage);
  new ResizeObserver(() => requestAnimationFrame(() => sheet && placeNotes(sheet))).observe(room);
  watch(onAddress);
  if (current().letter) {
    show(current());
    if (!BESIDE.matches) host.focus();
  }

  function onAddress(state, before) {
    const same = ["letter", "at", "note"].every((name) => state[name] === before[name]);
    if (same && print(state) !== print(before)) return tellPlace();
    if (!state.letter) return hide(before);
    const { activeElement } = document;
    const within = !host.hidden && host.contains(activeElement);
    if (!within && activeElement !== document.body) opener = activeElement;
    if (same) sheet?.bring();
    else show(state);
    if (!within || !host.contains(document.activeElement)) host.focus({ preventScroll: true });
  }

  async function show(state) {
    loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    host.hidden = false;
    coverPage();
    if (kept.has(state.letter)) return draw(kept.get(state.letter));
    wait();
    try {
      const [volume, ...id] = state.letter.split("/");
      const address = `/v1/letters/${encodeURIComponent(volume)}/${encodeURIComponent(id.join("/"))}`;
      const letter = await fetchJson(address, { signal });
      if (kept.size === KEPT) kept.delete(kept.keys().next().value);
      kept.set(state.letter, letter);
      draw(letter);
    } catch (error) {
      if (!signal.aborted) fail(error);
    }
  }

  function wait() {
    sheet = null;
    host.ariaBusy = "true";
    room.replaceChildren(el("p", { class: "wait" }, "Opening the letter…"));
    tellPlace();
    host.scrollTop = 0;
  }

  function draw(letter) {
    const focused = host.contains(document.activeElement);
    host.ariaBusy = null;
    sheet = letterSheet(letter, current(), citations()[cited()], host);
    room.replaceChildren(sheet.article);
    host.scrollTop = 0;
    placeNotes(sheet);
    sheet.bring();
    if (focused && !host.contains(document.activeElement)) host.focus({ preventScroll: true });
    tellPlace();
  }

  function fail(error) {
    host.ariaBusy = null;
    tellPlace();
    const again = button("plain", () => {
      show(current());
      host.focus({ preventScroll: true });
    }, {}, "Try again");
    room.replaceChildren(el("div", { class: "error", role: "alert" }, el("p", {}, error.message), again));
  }

  /** Says in the bar, and to those who listen, which letter is open and which citation of how many. */
  function tellPlace() {
    if (host.hidden) return;
    const all = citations();
    bar.show(sheet?.letter, all, cited());
    if (document.activeElement.closest("[hidden]")) host.focus({ preventScroll: true });
    const number = cited() < 0 ? "" : `, citation ${cited() + 1} of ${all.length}`;
    const words = sheet ? `${sheet.letter.title}${number}` : host.ariaBusy ? "Opening the letter…" : "";
    if (said.textContent !== words) said.replaceChildren(words);
  }

  /** The index of the citation that the address names, -1 if it names none. */
  function cited() {
    const { letter, at, note } = current();
    const places = citations().map(placeOf);
    return places.findIndex((place) => place.letter === letter && place.at === at && place.note === note);
  }

  function close() {
    go({ letter: null, at: null, note: null });
  }

  function hide(before) {
    if (host.hidden) return;
    const left = host.contains(document.activeElement) || document.activeElement === document.body;
    loading.abort();
    sheet = null;
    host.hidden = true;
    room.replaceChildren();
    said.replaceChildren();
    coverPage();
    if (left) wayBack(before)?.focus();
    opener = null;
  }

  /** The mark that opened the letter, or where it has been drawn anew, one that opens the same letter. */
  function wayBack(before) {
    if (opener?.isConnected) return opener;
    const marks = [...document.querySelectorAll("[data-place]")];
    return marks.find((mark) => mark.dataset.place.startsWith(`${before.letter} `)) ?? document.getElementById("main");
  }

  /** Where the letter covers the page, what lies behind it cannot be reached. */
  function coverPage() {
    const covered = !host.hidden && !BESIDE.matches;
    for (const part of document.querySelectorAll(BEHIND)) part.inert = covered;
  }

  /** A page's label in the margin is a block to the browser, which would copy a word around it as two lines. */
  function copyWithoutPages() {
    host.classList.add("copied");
    setTimeout(() => host.classList.remove("copied"));
  }

  function onKey(event) {
    const { key, target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (target.closest("input, textarea, select, [contenteditable]")) return;
    if (host.querySelector(":popover-open")) return; // a note over the text: Escape ends that first
    if (key.startsWith("Arrow") && target.closest(".cells")) return; // there they move the table
    const act = key === "Escape" ? close : bar.keys[key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}
