/* A letter as it is read: heading, text, notes; and the ways between them. */

import { el } from "../base/dom.js";
import { letterHead } from "./head.js";
import { linksOf, pageMark } from "./marks.js";
import { noteParts, notesList, showOver } from "./notes.js";
import { setText } from "./text.js";
import { areBeside, pinNote, placeNotes } from "./beside.js";

/**
 * The letter drawn, with the place { letter, at, note } that the address names, as { letter, article, body, notes,
 * bring(), follow(event) }; `notes` are as noteParts gives them. `panel` is what scrolls, `citation` the one that was
 * opened, or undefined.
 */
export function letterSheet(letter, place, citation, panel) {
  const { note: asked, quotation, lost } = placeIn(letter, place, citation?.quote);
  const notes = letter.notes.map((note) =>
    noteParts(letter, note, note === asked ? quotation : null, () => placeNotes(sheet)),
  );
  const sheet = { letter, notes, bring, follow };
  const toTitle = notes.filter((_, index) => letter.notes[index].anchor <= 0).map(({ reference }) => reference);
  sheet.body = el(
    "div",
    { class: "body" },
    letterHead(letter, toTitle, lost),
    textOf(letter, notes, asked ? null : quotation),
    notes.length > 0 && notesList(notes),
  );
  sheet.article = el("article", { "aria-labelledby": "letter-title" }, sheet.body);
  return sheet;

  /** Scrolls to the quotation or the note that the address names. */
  function bring() {
    const noted = asked && notes[letter.notes.indexOf(asked)];
    if (noted) pinNote(sheet, noted);
    const target = sheet.body.querySelector("mark") ?? noted?.row;
    if (target) scrollTo(target);
  }

  /** A click on a note's mark or number leads to the other, without another entry in the browser's history. */
  function follow(event) {
    const anchor = event.target.closest("a.to-note, a.to-mark");
    if (!anchor || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const noted = notes.find(({ mark, number }) => anchor === mark || anchor === number);
    if (anchor === noted.number) {
      if (noted.row.popover) noted.row.hidePopover();
      turnTo(noted.mark);
    } else if (areBeside(sheet)) {
      noted.unclip();
      pinNote(sheet, noted);
      turnTo(noted.row);
    } else showOver(noted, panel);
  }

  function turnTo(target) {
    target.focus({ preventScroll: true });
    const { top, bottom } = target.getBoundingClientRect();
    const shown = panel.getBoundingClientRect();
    const bar = parseFloat(getComputedStyle(panel).scrollPaddingTop);
    if (top < shown.top + bar || bottom > shown.bottom) scrollTo(target);
  }

  function scrollTo(target) {
    const from = target.getBoundingClientRect().top - panel.getBoundingClientRect().top;
    panel.scrollTop += from - panel.clientHeight / 3;
  }
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
