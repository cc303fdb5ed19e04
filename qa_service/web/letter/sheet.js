/* A letter as it is read: heading, text, notes; and the ways between them. */

import { el } from "../base/dom.js";
import { outside } from "../base/places.js";
import { letterHead } from "./head.js";
import { linksOf, pageMark } from "./marks.js";
import { noteParts, notesList, showOver } from "./notes.js";
import { setText } from "./text.js";
import { areBeside, pinNote, placeNotes } from "./beside.js";

/** The letter drawn, with the place that the address names. */
export class LetterSheet {
  #asked; // the note that the address names, or null
  #panel;

  /** `place` is { letter, at, note }, `citation` the one that was opened, or undefined; `panel` is what scrolls. */
  constructor(letter, place, citation, panel) {
    const { note: asked, quotation, lost } = placeIn(letter, place, citation?.quote);
    this.#asked = asked;
    this.#panel = panel;
    this.letter = letter;
    this.pages = pagesOf(letter, asked, quotation);
    const changed = () => placeNotes(this);
    this.notes = letter.notes.map((note) => noteParts(letter, note, note === asked ? quotation : null, changed));
    const toTitle = this.notes.filter((_, index) => letter.notes[index].anchor <= 0).map(({ reference }) => reference);
    this.body = el(
      "div",
      { class: "body" },
      letterHead(letter, toTitle, lost),
      letter.text ? textOf(letter, this.notes, asked ? null : quotation) : headingAlone(letter),
      this.notes.length > 0 && notesList(this.notes),
    );
    this.article = el("article", { "aria-labelledby": "letter-title" }, this.body);
  }

  /** Scrolls to the quotation or the note that the address names. */
  bring() {
    const noted = this.#asked && this.notes[this.letter.notes.indexOf(this.#asked)];
    if (noted) pinNote(this, noted);
    const target = this.body.querySelector("mark") ?? noted?.row;
    if (target) this.#scrollTo(target);
  }

  /** A click on a note's mark or number leads to the other, without another entry in the browser's history. */
  follow(event) {
    const anchor = event.target.closest("a.to-note, a.to-mark");
    if (!anchor || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const noted = this.notes.find(({ mark, number }) => anchor === mark || anchor === number);
    if (anchor === noted.number) {
      if (noted.row.popover) noted.row.hidePopover();
      this.#turnTo(noted.mark);
    } else if (areBeside(this)) {
      noted.unclip();
      pinNote(this, noted);
      this.#turnTo(noted.row);
    } else showOver(noted, this.#panel);
  }

  #turnTo(target) {
    target.focus({ preventScroll: true });
    const { top, bottom } = target.getBoundingClientRect();
    const shown = this.#panel.getBoundingClientRect();
    const bar = parseFloat(getComputedStyle(this.#panel).scrollPaddingTop);
    if (top < shown.top + bar || bottom > shown.bottom) this.#scrollTo(target);
  }

  #scrollTo(target) {
    const from = target.getBoundingClientRect().top - this.#panel.getBoundingClientRect().top;
    this.#panel.scrollTop += from - this.#panel.clientHeight / 3;
  }
}

/** The pages on which the quotation stands; for a note that of its mark, as citations have it. */
function pagesOf({ pages }, note, quotation) {
  if (note) return pages.filter(({ label }) => label === note.page);
  if (!quotation) return [];
  return pages.filter(({ start }, index) => start < quotation.end && (pages[index + 1]?.start ?? Infinity) > quotation.start);
}

function headingAlone({ url }) {
  const whole = outside({ "the document": url });
  const words = ["This edition gives only the heading of this document.", whole && " See it ", whole].filter(Boolean);
  return el("section", { class: "text editors", "aria-label": "Text" }, el("p", {}, words));
}

function textOf(letter, notes, quotation) {
  const marks = letter.notes.map(({ anchor }, index) => ({ at: anchor, node: notes[index].reference }));
  const pages = letter.pages.map((page) => ({ at: page.start, node: pageMark(page) }));
  const inserts = [...marks.filter(({ at }) => at > 0), ...pages]; // a mark comes before a page that begins there
  inserts.sort((one, other) => one.at - other.at);
  const editorial = letter.kind === "editorial note";
  const name = editorial ? "Text, written by the editors" : "Text of the letter";
  const text = setText(letter.text, { inserts, references: linksOf(letter, null), quotation });
  return el("section", { class: editorial ? "text editors" : "text", "aria-label": name }, text);
}

/** Where the address points: the note or null, the quotation or null, and in `lost` what to say if it is not there. */
function placeIn(letter, { at, note: id }, quote) {
  const note = id === null ? null : letter.notes.find((one) => one.id === id);
  if (note === undefined) return { note: null, quotation: null, lost: `This letter has no note “${id}”.` };
  if (at === null) return { note, quotation: null, lost: "" };
  const [start, end] = /^\d+-\d+$/.test(at) ? at.split("-").map(Number) : [0, 0];
  const points = Array.from((note ?? letter).text);
  if (start >= end || end > points.length) {
    return { note: null, quotation: null, lost: `This ${note ? "note" : "letter"} has no words at the place ${at}.` };
  }
  if (quote !== undefined && points.slice(start, end).join("") !== quote) {
    return { note: null, quotation: null, lost: "The quotation no longer stands at its place in this letter." };
  }
  return { note, quotation: { start, end }, lost: "" };
}
