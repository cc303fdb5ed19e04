/* The editors' notes to a letter. */

import { button, el, label } from "../base/dom.js";
import { stateLink } from "../base/links.js";
import { linksOf } from "./marks.js";
import { setText } from "./text.js";

const CLIPPED_FROM = 200; // characters of a note that can be too long for its place

/**
 * A note's mark in the text, and its row among the notes; each leads to the other. A long note is clipped;
 * `changed()` is called when a reader has unfolded it or folded it again.
 */
export function noteParts(letter, note, quotation, changed) {
  const unnumbered = note.source && note.number === "0"; // so in the files; printed without a number
  const shown = unnumbered ? "*" : note.number;
  const name = unnumbered ? "Source note" : `Note ${note.number}`;
  const own = { letter: letter.letter, at: null, note: note.id };
  const mark = stateLink(own, { class: "to-note", role: "doc-noteref", "aria-label": name }, shown);
  const number = stateLink(own, { class: "to-mark number", "aria-label": `${name}, back to its mark` }, shown);
  const words = el("div", { class: "words" }, setText(note.text, { references: linksOf(letter, note.id), quotation }));
  const source = note.source && el("p", { class: "kind" }, label("source note"));
  const more = note.text.length > CLIPPED_FROM && !quotation ? button("plain unfold", toggle) : null;
  if (more) clip(true);
  if (more) words.addEventListener("focusin", unclip);
  const row = el("li", { class: "note", tabindex: "-1" }, number, source, words, more);
  return { mark, number, row, words, more, unclip, reference: el("sup", {}, mark) };

  function toggle() {
    clip(!words.classList.contains("clipped"));
    changed();
  }

  function unclip() {
    if (more && words.classList.contains("clipped")) toggle();
  }

  function clip(clipped) {
    words.classList.toggle("clipped", clipped);
    more.replaceChildren(clipped ? "more" : "less");
    more.setAttribute("aria-expanded", String(!clipped));
    more.setAttribute("aria-label", `${clipped ? "more" : "less"} of the ${name.toLowerCase()}`);
  }
}

export function notesList(notes) {
  const heading = el("h3", { id: "letter-notes" }, "The editors’ notes");
  const list = el("ol", { role: "list" }, notes.map(({ row }) => row));
  return el("section", { class: "notes editors", "aria-labelledby": heading.id }, heading, list);
}

/** Shows a note over the foot of the panel; the text stays where it is. Escape and clicks elsewhere end that. */
export function showOver({ mark, row }, panel) {
  const { left, width } = panel.getBoundingClientRect();
  mark.focus({ preventScroll: true }); // to which the browser goes back
  Object.assign(row.style, { left: `${left}px`, width: `${width}px` });
  row.popover = "auto";
  row.showPopover();
  row.focus({ preventScroll: true });
  row.addEventListener("toggle", function ended({ newState }) {
    if (newState === "open") return;
    row.removeEventListener("toggle", ended);
    row.popover = null;
    Object.assign(row.style, { left: "", width: "" });
  });
}
