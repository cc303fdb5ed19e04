/* The letter beside the answer: which is open, how it came there, and how it is left. */

import { fetchJson } from "../base/api.js";
import { current, go, print, watch } from "../base/address.js";
import { button, el } from "../base/dom.js";
import { webAddress } from "../base/links.js";
import { letterBar } from "./bar.js";
import { placeNotes } from "./beside.js";
import { Cited, citedText } from "./cited.js";
import { LetterSheet } from "./sheet.js";

const KEPT = 20; // letters that are not fetched again when a reader steps to and fro
const BESIDE = matchMedia("(min-width: 64rem)"); // below this the panel covers the screen, as style.css has it
const BEHIND = ".skip, #site, #loaded, #history, #main, #foot";
const LAYERS = ":popover-open, dialog[open], details.menu[open]"; // which Escape closes before the letter

/** Shows in `host` the letter that the address names; `citations()` are those of the conversation shown, in order. */
export function letterPanel(host, { citations }) {
  const panel = new Panel(host, new Cited(citations));
  watch((state, before) => panel.follow(state, before));
  document.addEventListener("citations-changed", () => panel.cite());
  document.addEventListener("letters-changed", () => panel.forget());
  document.addEventListener("keydown", (event) => panel.press(event));
  if (current().letter) panel.begin();
}

class Panel {
  #kept = new Map(); // "volume/id" -> letter
  #loading = new AbortController();
  #opener = null; // what had the focus when the letter was opened
  #sheet = null; // the letter as drawn, null while there is none
  #markDue = false; // whether the mark of the citation is to be brought into sight

  constructor(host, cited) {
    this.host = host;
    this.cited = cited;
    this.bar = letterBar({ close, step: (citation) => this.#step(citation) });
    this.said = el("p", { class: "unseen", role: "status" });
    this.room = el("div", { class: "room" });
    this.source = el("footer", { class: "source" });
    host.tabIndex = 0; // it scrolls by itself, and its keys work only while it has the focus
    host.replaceChildren(this.bar.element, this.said, this.room, this.source);
    host.addEventListener("click", (event) => this.#sheet?.follow(event));
    host.addEventListener("copy", () => this.#copyWithoutPages());
    BESIDE.addEventListener("change", () => this.#coverPage());
    const placed = () => this.#sheet && placeNotes(this.#sheet);
    new ResizeObserver(() => requestAnimationFrame(placed)).observe(this.room);
  }

  /** Opens the letter of the address with which the page was loaded; the citations of its conversation come later. */
  begin() {
    this.#markDue = true;
    this.#show(current());
    this.#focus();
  }

  follow(state, before) {
    const same = ["letter", "at", "note"].every((name) => state[name] === before[name]);
    if (same && print(state) !== print(before)) return this.#tell();
    if (!state.letter) return this.#hide(before);
    const { activeElement } = document;
    const within = !this.host.hidden && this.host.contains(activeElement);
    if (!within && activeElement !== document.body) this.#opener = activeElement;
    if (same) this.#sheet?.bring();
    else this.#show(state);
    this.#tell();
    if (!within || !this.host.contains(document.activeElement)) this.#focus();
    if (this.#markDue) this.#showMark();
  }

  /** Other citations than before are there. */
  cite() {
    this.#tell();
    if (this.#markDue) requestAnimationFrame(() => this.#showMark()); // the conversation scrolls to its end first
  }

  forget() {
    this.#kept.clear();
  }

  /** Letters are keys only while the panel has the focus; Escape also where nothing else would take it. */
  press(event) {
    const { key, target } = event;
    if (this.host.hidden || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const within = this.host.contains(target);
    if (!within && !target.matches("body, #main, [data-place]")) return;
    if (document.querySelector(LAYERS) || target.closest("input, textarea, select, [contenteditable]")) return;
    if (key.startsWith("Arrow") && target.closest(".cells")) return; // there they move the table
    const act = key === "Escape" ? close : within && this.bar.keys[key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #focus() {
    this.host.focus({ preventScroll: true });
  }

  /** The reader goes on to another citation, whose mark may be out of sight. */
  #step(citation) {
    this.cited.open(citation);
    this.#markDue = true;
  }

  #showMark() {
    this.#markDue = false;
    this.cited.showMark();
  }

  async #show(state) {
    this.#loading.abort();
    const { signal } = (this.#loading = new AbortController());
    this.host.hidden = false;
    this.#coverPage();
    if (this.#kept.has(state.letter)) return this.#draw(this.#kept.get(state.letter));
    this.#wait();
    try {
      const [volume, ...id] = state.letter.split("/");
      const address = `/v1/letters/${encodeURIComponent(volume)}/${encodeURIComponent(id.join("/"))}`;
      const letter = await fetchJson(address, { signal });
      if (this.#kept.size === KEPT) this.#kept.delete(this.#kept.keys().next().value);
      this.#kept.set(state.letter, letter);
      this.#draw(letter);
    } catch (problem) {
      if (!signal.aborted) this.#fail(problem);
    }
  }

  #wait() {
    this.#sheet = null;
    this.host.ariaBusy = "true";
    this.room.replaceChildren(el("p", { class: "wait" }, "Opening the letter…"));
    this.#tell();
    this.host.scrollTop = 0;
  }

  #draw(letter) {
    const focused = this.host.contains(document.activeElement);
    this.host.ariaBusy = null;
    this.#sheet = new LetterSheet(letter, current(), this.cited.now()?.citation, this.host);
    this.room.replaceChildren(this.#sheet.article);
    this.host.scrollTop = 0;
    this.#tell();
    placeNotes(this.#sheet);
    this.#sheet.bring();
    if (focused && !this.host.contains(document.activeElement)) this.#focus();
  }

  /** A letter that is not loaded will not be so by asking again. */
  #fail(problem) {
    this.host.ariaBusy = null;
    this.#tell();
    const again = () => {
      this.#show(current());
      this.#focus();
    };
    const passing = problem.status === 0 || problem.status === 429 || problem.status >= 500;
    const words = problem.status === 404 ? "This letter is not among those loaded; it may have been removed." : problem.message;
    const way = passing ? button("plain", again, {}, "Try again") : button("plain", close, {}, "Close it");
    this.room.replaceChildren(el("div", { class: "error", role: "alert" }, el("p", {}, words), way));
  }

  /** Says in the bar, to those who listen and on paper which letter is open and which citation of how many. */
  #tell() {
    if (this.host.hidden) return;
    const cited = this.cited.now();
    const letter = this.#sheet?.letter;
    const formatted = cited?.citation.formatted ?? letter?.formatted;
    this.bar.show({ letter, cited, pages: this.#sheet?.pages ?? [], formatted });
    const address = webAddress(cited?.citation.url ?? letter?.url)?.href;
    this.source.replaceChildren(...[formatted, address].filter(Boolean).map((line) => el("p", { dir: "auto" }, line)));
    if (document.activeElement.closest("[hidden], .pending")) this.#focus();
    const title = letter && [letter.title, cited && citedText(cited)].filter(Boolean).join(", ");
    const words = title ?? (this.host.ariaBusy ? "Opening the letter…" : "");
    if (this.said.textContent !== words) this.said.replaceChildren(words);
  }

  #hide(before) {
    if (this.host.hidden) return;
    const left = this.host.contains(document.activeElement) || document.activeElement === document.body;
    this.#loading.abort();
    this.#sheet = null;
    this.#markDue = false;
    this.host.hidden = true;
    for (const part of [this.room, this.said, this.source]) part.replaceChildren();
    this.#coverPage();
    if (left) this.#wayBack(before)?.focus();
    this.#opener = null;
  }

  /** The mark that opened the letter, or where it has been drawn anew, one that opens the same letter. */
  #wayBack(before) {
    if (this.#opener?.isConnected) return this.#opener;
    const marks = [...document.querySelectorAll("[data-place]")];
    return marks.find((mark) => mark.dataset.place.startsWith(`${before.letter} `)) ?? document.getElementById("main");
  }

  /** Where the letter covers the page, what lies behind it cannot be reached. */
  #coverPage() {
    const covered = !this.host.hidden && !BESIDE.matches;
    for (const part of document.querySelectorAll(BEHIND)) part.inert = covered;
  }

  /** A page's label in the margin is a block to the browser, which would copy a word around it as two lines. */
  #copyWithoutPages() {
    this.host.classList.add("copied");
    setTimeout(() => this.host.classList.remove("copied"));
  }
}

function close() {
  go({ letter: null, at: null, note: null });
}
