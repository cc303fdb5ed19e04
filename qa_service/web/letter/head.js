/* What stands above a letter: its title, and what is known of it. */

import { el, label } from "../base/dom.js";
import { outside } from "../base/places.js";

const DATED_BY = {
  encoding: "by the electronic edition",
  heading: "by its heading",
  note: "by the editors’ note",
  given: "given with the file",
};

/** `references` are the marks of the title's notes; `lost` says why the place asked for is not shown, or is empty. */
export function letterHead(letter, references, lost) {
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
    el("dl", { class: "facts" }, facts.flatMap(fact)),
    lost && el("p", { class: "error", role: "alert" }, `${lost} The letter is shown from its beginning.`),
  );
}

const fact = ([name, value]) => [el("dt", {}, name), el("dd", { dir: "auto" }, value)];

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

