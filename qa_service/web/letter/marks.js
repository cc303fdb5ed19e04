/* What is set into a letter's text: where its pages begin, and what the editors refer to. */

import { el } from "../base/dom.js";
import { stateLink, webAddress, webLink } from "../base/links.js";

const LEADS_NOWHERE = {
  "not loaded": ["not loaded", "The editors refer to a place that is not among the letters here"],
  broken: ["leads nowhere", "The editors refer to a place that its volume does not have"],
};

/** The break itself, of no width so that a word it stands in stays whole, and the page's label, which is not copied. */
export function pageMark(page) {
  return el(
    "span",
    { class: page.start === 0 ? "page first" : "page" },
    el("span", { class: "break" }),
    el("span", { class: "where" }, ...pageLinks(`p.\u00a0${page.label}`, page)),
  );
}

/** "p. 26" and "scan", as links where the page and its scan have web addresses. */
export function pageLinks(text, { url, scan_url: scan }) {
  return [named(text, url, text) ?? el("span", {}, text), named("scan", scan, `scan of ${text}`)];
}

/** A link whose name says which site it leads to. */
function named(text, address, name) {
  const site = webAddress(address)?.hostname;
  return webLink(address, { title: `${name} at ${site}`, "aria-label": `${name} at ${site}` }, text);
}

/** The cross-references of the text (`note` null) or of the note with this id, with what is set around the words. */
export function linksOf(letter, note) {
  return letter.references
    .filter((one) => (one.note_id ?? null) === note)
    .map((one) => ({ start: one.start, end: one.end, open: () => reference(letter, one) }));
}

/** Targets are "volume/d21", "volume/d21fn3", "volume/pg_26" or "volume"; ids of letters may have any form. */
function reference(letter, { target, status }) {
  const [, volume, page, id, note] = /^([^/]+)(?:\/(?:pg_(.+)|(.+?)(fn\w+)?))?$/.exec(target) ?? [];
  if (status !== "resolved") {
    const [why, explained] = LEADS_NOWHERE[status];
    return el("span", { class: "unreached", "data-why": why, title: `${explained} (${target}).` });
  }
  if (page || !volume) return pageLink(letter, volume, page) ?? el("span", { title: target });
  const to = id ? { letter: `${volume}/${id}`, at: null, note: note ?? null } : { view: "letters", volumes: [volume] };
  return stateLink(to);
}

/** The pages of a volume are at history.state.gov beside its letters. */
function pageLink(letter, volume, page) {
  const own = webAddress(letter.url);
  return own && letter.volume === volume ? webLink(new URL(`pg_${page}`, own).href, { title: `at ${own.hostname}` }) : null;
}
