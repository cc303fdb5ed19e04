/* A letter as it is read: its heading, its text with pages and marks, the editors' notes. */

import { link } from "./address.js";
import { button, el, label } from "./dom.js";
import { setText } from "./letter_setting.js";
import { outside } from "./places.js";
import { pinNote, placeNotes } from "./side_notes.js";
import { longDate } from "./words.js";

const CLIPPED_FROM = 200; // characters of a note that can be too long for its place
const DATED_BY = {
  encoding: "by the electronic edition",
  heading: "by its heading",
  note: "by the editors’ note",
  given: "given with the file",
};
const LEADS_NOWHERE = {
  "not loaded": ["not loaded", "The editors refer to a place that is not among the letters here"],
  broken: ["leads nowhere", "The editors refer to a place that its volume does not have"],
};

/**
 * The letter drawn, with the place { letter, at, note } that the address names, as
 * { letter, article, body, notes: [{ mark, number, row, words, more }], bring(), follow(event) }. `scroller` is what scrolls;
 * `citation` is the one opened, or undefined.
 */
export function letterSheet(letter, place, citation, scroller) {
  const where = placeIn(letter, place, citation?.quote);
  const notes = letter.notes.map((note) =>
    noteParts(letter, note, note === where.note ? where.quotation : null, () => placeNotes(sheet)),
  );
  const sheet = { letter, notes, bring, follow };
  const heading = notes.filter((_, index) => letter.notes[index].anchor <= 0);
  const inserts = [
    ...letter.notes.map(({ anchor }, index) => ({ at: anchor, node: notes[index].reference })).filter(({ at }) => at > 0),
    ...letter.pages.map((page) => ({ at: page.start, node: pageMark(page) })),
  ].sort((one, other) => one.at - other.at); // a note's mark comes before a page that begins there
  const editorial = letter.kind === "editorial note";
  const text = setText(letter.text, {
    inserts,
    references: linksOf(letter, null),
    quotation: where.note ? null : where.quotation,
  });
  sheet.body = el(
    "div",
    { class: "body" },
    head(letter, heading.map(({ reference }) => reference), where),
    el("section", { class: editorial ? "text editors" : "text", "aria-label": editorial ? "Text, by the editors" : "Text of the letter" }, text),
    notes.length > 0 &&
      el("section", { class: "notes editors", "aria-labelledby": "letter-notes" }, [
        el("h3", { id: "letter-notes" }, "The editors’ notes"),
        el("ol", { role: "list" }, notes.map(({ row }) => row)),
      ]),
  );
  sheet.article = el("article", { class: "sheet", "aria-labelledby": "letter-title" }, sheet.body);
  return sheet;

  /** Scrolls to the quotation, the note, or the top. */
  function bring() {
    const noted = where.note && notes[letter.notes.indexOf(where.note)];
    if (noted) pinNote(sheet, noted);
    scrollTo(sheet.article.querySelector("mark") ?? noted?.row ?? null);
  }

  function scrollTo(target) {
    if (!target) return;
    const from = target.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTop += from - scroller.clientHeight / 3;
  }

  /** A click on a note's mark or number leads to the other, without another entry in the browser's history. */
  function follow(event) {
    const anchor = event.target.closest("a.to-note, a.to-mark");
    if (!anchor || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const noted = notes.find(({ mark, number }) => anchor === mark || anchor === number);
    const target = anchor === noted.mark ? noted.row : noted.mark;
    if (target === noted.row) {
      if (noted.more) noted.unclip();
      pinNote(sheet, noted);
    }
    target.focus({ preventScroll: true });
    const { top, bottom } = target.getBoundingClientRect();
    const room = scroller.getBoundingClientRect();
    if (top < room.top + 80 || bottom > room.bottom) scrollTo(target);
  }
}

/** Where the address points: the note or null, the quotation or null, and in `lost` what to say if it is not there. */
function placeIn(letter, { at, note: id }, quote) {
  const note = id === null ? null : letter.notes.find((one) => one.id === id);
  if (note === undefined) return { note: null, quotation: null, lost: `This letter has no note “${id}”.` };
  if (at === null) return { note, quotation: null, lost: "" };
  const [start, end] = /^\d+-\d+$/.test(at) ? at.split("-").map(Number) : [0, 0];
  const points = Array.from((note ?? letter).text);
  if (start >= end || end > points.length) {
    return { note, quotation: null, lost: `This ${note ? "note" : "letter"} has no words at the place ${at}.` };
  }
  if (quote !== undefined && points.slice(start, end).join("") !== quote) {
    return { note, quotation: null, lost: "The quotation no longer stands at its place in this letter." };
  }
  return { note, quotation: { start, end }, lost: "" };
}

// The heading

function head(letter, references, { lost }) {
  const facts = [
    ["From", parties(letter, "writer")],
    ["Message of", parties(letter, "author")],
    ["To", parties(letter, "recipient")],
    ["Date", dated(letter.dating)],
    ["Place", letter.place],
    ["Classification", letter.classification],
    ["Source", letter.archive],
    ["Volume", letter.volume_title],
  ].filter(([, value]) => value);
  const about = [
    el("span", {}, [letter.document && `Document ${letter.document}`, letter.kind].filter(Boolean).join(", ")),
    letter.invented && label("invented sample"),
    letter.kind === "editorial note" && label("written by the editors"),
    outside({ "this letter": letter.url }),
  ];
  return el(
    "header",
    { class: "editors" },
    el("h2", { id: "letter-title" }, el("bdi", {}, letter.title), references),
    el("p", { class: "about" }, about),
    el("dl", { class: "facts" }, facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", { dir: "auto" }, value)])),
    lost && el("p", { class: "error", role: "alert" }, `${lost} The letter is shown from its beginning.`),
  );
}

function parties(letter, role) {
  const all = letter.parties.filter((party) => party.role === role);
  return [...new Set(all.map(({ name, office }) => (office ? `${name}, ${office}` : name)))].join("; ");
}

/** "March 14, 1927", "undated, about August 1927 (by the editors’ note: “on the evening of August 6”)", "undated". */
function dated(dating) {
  if (!dating) return "undated";
  const by = DATED_BY[dating.taken_from];
  const words = by && dating.words ? `: “${dating.words}”` : "";
  return `${dating.text}${dating.time ? `, ${dating.time}` : ""}${by ? ` (${by}${words})` : ""}`;
}

// Pages

/** The break itself, of no width so that a word it stands in stays whole, and the page's label, which is not copied. */
function pageMark({ label: name, start, url, scan_url: scan }) {
  const text = `p.\u00a0${name}`;
  const page = webLink(text, url, `Page ${name}`);
  const picture = webLink("scan", scan, `Page ${name}, scan`);
  return el(
    "span",
    { class: start === 0 ? "page first" : "page" },
    el("span", { class: "break", role: "doc-pagebreak", "aria-label": `Page ${name}` }),
    el("span", { class: "where" }, page ?? el("span", { "aria-hidden": "true" }, text), picture),
  );
}

function webLink(text, address, name) {
  const url = address && URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  const about = name ? { title: `${name} at ${url.hostname}`, "aria-label": `${name} at ${url.hostname}` } : {};
  return el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", ...about }, text);
}

// Notes

/**
 * A note's mark in the text, and its row among the notes; each leads to the other. A long note is clipped;
 * `changed()` is called when a reader has unfolded it or folded it again.
 */
function noteParts(letter, note, quotation, changed) {
  const unnumbered = note.source && note.number === "0"; // so in the files; printed without a number
  const shown = unnumbered ? "*" : note.number;
  const name = unnumbered ? "Source note" : `Note ${note.number}`;
  const own = link({ letter: letter.letter, at: null, note: note.id });
  const mark = el("a", { class: "to-note", href: own, role: "doc-noteref", "aria-label": name }, shown);
  const number = el("a", { class: "to-mark number", href: own, "aria-label": `${name}, back to its mark` }, shown);
  const words = el("div", { class: "words" }, setText(note.text, { references: linksOf(letter, note.id), quotation }));
  const source = note.source && el("p", { class: "kind" }, label("source note"));
  const more = note.text.length > CLIPPED_FROM && !quotation ? button("plain more", toggle) : null;
  if (more) clip(true);
  if (more) words.addEventListener("focusin", unclip);
  const row = el("li", { class: "note", tabindex: "-1" }, number, source, words, more);
  return { mark, number, row, words, more, unclip, reference: el("sup", {}, mark) };

  function toggle() {
    clip(!words.classList.contains("clipped"));
    changed();
  }

  function unclip() {
    if (words.classList.contains("clipped")) toggle();
  }

  function clip(clipped) {
    words.classList.toggle("clipped", clipped);
    more.replaceChildren(clipped ? "more" : "less");
    more.setAttribute("aria-expanded", String(!clipped));
    more.setAttribute("aria-label", `${clipped ? "more" : "less"} of the ${name.toLowerCase()}`);
  }
}

// Cross-references

/** Those of the letter's text (`note` null) or of a note, each with what is set around its words. */
function linksOf(letter, note) {
  return letter.references
    .filter((one) => (one.note_id ?? null) === note)
    .map((one) => ({ start: one.start, end: one.end, open: () => reference(letter, one) }));
}

/** Targets are "volume/d21", "volume/d21fn3", "volume/pg_26" or "volume". */
function reference(letter, { target, status }) {
  const [, volume, id, note, page] = /^([^/]+)(?:\/(?:(d\d+[a-z]?)(fn\w+)?|pg_(\w+)))?$/.exec(target) ?? [];
  if (status !== "resolved" || !volume) {
    const [why, explained] = LEADS_NOWHERE[status] ?? ["", ""];
    return el("span", { class: "unreached", "data-why": why, title: `${explained} (${target}).` });
  }
  if (page) return pageLink(letter, volume, page) ?? el("span", { title: target });
  const to = id ? { letter: `${volume}/${id}`, at: null, note: note ?? null } : { view: "letters", volumes: [volume] };
  const anchor = el("a", { href: link(to) });
  anchor.addEventListener("click", () => (anchor.href = link(to)));
  return anchor;
}

/** The pages of a volume are at history.state.gov beside its letters. */
function pageLink(letter, volume, page) {
  return letter.volume === volume && letter.url ? webLink("", new URL(`pg_${page}`, letter.url).href, "") : null;
}
