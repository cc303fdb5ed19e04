/* What is set into a letter's text: where its pages begin, and what the editors refer to. */

import { link } from "../base/address.js";
import { el } from "../base/dom.js";

const LEADS_NOWHERE = {
  "not loaded": ["not loaded", "The editors refer to a place that is not among the letters here"],
  broken: ["leads nowhere", "The editors refer to a place that its volume does not have"],
};

/** The break itself, of no width so that a word it stands in stays whole, and the page's label, which is not copied. */
export function pageMark({ label: name, start, url, scan_url: scan }) {
  const text = `p.\u00a0${name}`;
  const page = webLink(text, url, text);
  const picture = webLink("scan", scan, `scan of ${text}`);
  return el(
    "span",
    { class: start === 0 ? "page first" : "page" },
    el("span", { class: "break" }),
    el("span", { class: "where" }, page ?? el("span", {}, text), picture),
  );
}

/** A link to another site, which its name says; null if the address is none. */
function webLink(text, address, name) {
  const url = address && URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  const whole = `${name} at ${url.hostname}`;
  const attributes = { title: whole, "aria-label": name ? whole : null, target: "_blank", rel: "noopener noreferrer" };
  return el("a", { href: url.href, ...attributes }, text);
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
  const anchor = el("a", { href: link(to) });
  anchor.addEventListener("click", () => (anchor.href = link(to)));
  return anchor;
}

/** The pages of a volume are at history.state.gov beside its letters. */
function pageLink(letter, volume, page) {
  return letter.volume === volume && letter.url ? webLink("", new URL(`pg_${page}`, letter.url).href, "") : null;
}
