/* A letter as lists show it, with the places in it at which words were found. */

import { el, label } from "../base/dom.js";
import { stateLink } from "../base/links.js";
import { marked } from "../base/marking.js";
import { placeLink } from "../base/places.js";
import { counted, pagesText } from "../base/words.js";

/** A line of GET /v1/letters; the volume is named where several are loaded. */
export function letterLine(letter, titleOf, several) {
  const number = letter.document ? `Document ${letter.document}` : "";
  const heading = el(
    "p",
    { class: "titled" },
    stateLink({ letter: letter.letter, at: null, note: null }, { class: "title", dir: "auto" }, letter.title || letter.letter),
  );
  const known = facts(letter, number, several && titleOf(letter.volume));
  const line = el("li", { class: "line", "data-letter": letter.letter }, heading, known);
  if (letter.hits?.length) line.append(el("ul", { class: "hits", role: "list" }, letter.hits.map((hit) => hitLine(letter.letter, hit))));
  return line;
}

/** Marks which letter of a list is the one that is open. */
export function showOpened(list, opened) {
  for (const line of list.querySelectorAll("[data-letter]")) {
    const anchor = line.querySelector("a.title");
    if (line.dataset.letter === opened) anchor.setAttribute("aria-current", "true");
    else anchor.removeAttribute("aria-current");
  }
}

function facts(letter, number, volume) {
  const parties = [letter.writer && el("bdi", {}, letter.writer), letter.recipient && el("bdi", {}, letter.recipient)];
  const said = [
    number,
    volume && el("bdi", {}, volume),
    letter.dated,
    parties.some(Boolean) && el("span", {}, parties[0] ?? "unknown", parties[1] ? " to " : "", parties[1] || ""),
    letter.place && el("bdi", {}, letter.place),
    letter.classification && el("bdi", {}, letter.classification),
    pagesText([...new Set(letter.pages ?? [])]),
    letter.notes ? counted(letter.notes, "note") : "",
  ].filter(Boolean);
  const items = said.map((part) => el("li", { class: part.length < 30 && "short" }, part));
  if (letter.invented) items.push(el("li", {}, label("invented")));
  return el("ul", { class: "particulars", role: "list" }, items);
}

/** "source note", which volumes number 0, or "editors’ note 3". */
export const noteText = (number) => (number === "0" ? "source note" : `editors’ note ${number}`);

function hitLine(letter, { note, note_id, page, text, start, highlights }) {
  const [first, last] = [highlights[0]?.[0] ?? 0, highlights.at(-1)?.[1] ?? Array.from(text).length];
  const place = { letter, note_id, start: start + first, end: start + last };
  const where = [note_id !== null && noteText(note), page && `p.\u00a0${page}`].filter(Boolean).join(", ");
  const parts = [start ? "… " : "", ...marked(text, highlights), /[.!?]["”’]?$/.test(text) ? "" : " …"];
  const words = [el("span", { dir: "auto" }, parts), " ", el("span", { class: "where" }, where || "here")];
  return el("li", { class: note_id !== null && "of-note" }, placeLink(place, { class: "opens" }, opening(), words));
}

/** What a link that opens a letter at some words says before them. */
export const opening = () => el("span", { class: "unseen" }, "Open at these words: ");
