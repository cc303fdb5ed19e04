/* An answer as a reader sees it: claims with their marks, what carries them, and what must be known of both. */

import { copyButton } from "../base/copying.js";
import { el, label, menu } from "../base/dom.js";
import { exportLinks } from "../base/exports.js";
import { outside, placeLink } from "../base/places.js";
import { loaded, titles } from "../base/volumes.js";
import { between, counted, longDate, pagesText, sentence } from "../base/words.js";

const OUTCOMES = { not_found: "Not found", unclear: "The question is not clear" };
const PARTLY = {
  extractive: "The closest passages; they may not answer the question.",
  llm: "This answers a part of the question.",
};
const NEAREST_SHOWN = 3;

/** All that stands under a question, of an answer as /v1/ask gives it; `actions` stand with copying and exporting. */
export function answerParts(answer, ...actions) {
  const parts = [...understood(answer), byWhom(answer)];
  const outcome = answer.outcome === "partly" ? PARTLY[answer.answerer] : OUTCOMES[answer.outcome];
  if (outcome) parts.push(el("p", { class: "outcome" }, outcome));
  if (!answer.claims.length) parts.push(...nothing(answer));
  parts.push(...claimParts(answer.claims, answer.citations), ...remarks(answer));
  if (answer.claims.length) parts.push(...unmatched(answer));
  if (answer.citations.length) {
    const said = answer.claims.map(({ text }) => text).join("\n");
    const rows = answer.citations.map((citation) => citationRow(citation, said));
    parts.push(el("h3", {}, "Citations"), el("ol", { class: "citations", role: "list" }, ...rows));
  }
  const exporting = menu("Export", ...exportLinks(`/v1/answers/${answer.id}`), record(answer));
  parts.push(el("div", { class: "actions" }, copyButton("Copy answer", () => asText(answer)), exporting, ...actions));
  return parts;
}

/** How the question was understood, where that is not as it was typed. */
export function understood({ question, standalone_question: standalone, reading }) {
  const lines = [];
  if (standalone && standalone !== question) {
    lines.push(el("p", { class: "understood", dir: "auto" }, `understood as “${standalone}”`));
  }
  if (reading) lines.push(el("p", { class: "understood" }, `looked first for ${reading}`));
  return lines;
}

/** Claims, each with its marks. */
export function claimParts(claims, citations) {
  const cited = new Map(citations.map((citation) => [citation.number, citation]));
  let before = null;
  return claims.map((claim) => {
    const own = claim.citations.map((number) => cited.get(number)).filter(Boolean);
    const part = claimPart(claim, own, before);
    before = leadOf(claim.text);
    return part;
  });
}

function claimPart({ text }, citations, before) {
  const lead = leadOf(text);
  const editors = citations.length > 0 && citations.every(({ voice }) => voice === "editors");
  const said = lead ? text.slice(lead.length + 2) : text;
  const [mark = "", ...marks] = citations.map(citationMark);
  const [, beginning, ending] = /^(.*?)(\S{0,24})$/s.exec(said);
  return el(
    "p",
    { class: editors ? "claim editors" : "claim" },
    lead && el("span", { class: lead === before ? "unseen" : "lead" }, `${lead}: `),
    el("span", { dir: "auto" }, beginning, el("span", { class: "together" }, `${ending}\u00a0`, mark), ...marks),
  );
}

/** "Who to whom, when", where a claim is a quotation behind such words. */
const leadOf = (text) => /^([^\n]{1,300}?): “.*”$/s.exec(text)?.[1] ?? null;

function citationMark(citation) {
  const place = [citation.title, pagesText(citation.pages)].filter(Boolean).join(", ");
  const name = `Citation ${citation.number}, open ${place}`;
  return placeLink(citation, { class: "cite", "aria-label": name, title: place }, `[${citation.number}]`);
}

function byWhom({ answerer, models, fallback, claims }) {
  if (answerer === "llm") {
    const model = models.chat_version ?? models.chat ?? "a language model";
    return el("p", { class: "by" }, label("language model"), ` Written by ${model}; each sentence has its quotation.`);
  }
  const closest = "The closest sentences, in the letters’ own words; no language model has judged them.";
  const words = claims.length ? ` ${closest}` : " No language model took part.";
  return el("p", { class: "by" }, label("extracts"), fallback ? ` ${sentence(fallback)}` : words);
}

/** What stands in that place while the answer comes in. */
export const comingIn = () => el("p", { class: "by" }, label("coming in"), " What is shown has been checked.");

function remarks({ dropped_claims: dropped, incomplete }) {
  const said = [];
  if (incomplete) said.push("The language model broke off; this is what had been proved until then.");
  if (dropped) said.push(`${counted(dropped, "statement was", "statements were")} left out, because no quotation proved ${dropped === 1 ? "it" : "them"}.`);
  return said.map((words) => el("p", { class: "remark" }, words));
}

function nothing(answer) {
  if (answer.outcome === "unclear") return [el("p", { class: "plainly" }, answer.text)];
  return [
    el("p", { class: "plainly" }, ...searchedWhere(answer.searched)),
    ...unmatched(answer),
    ...nearest(answer),
  ];
}

/** "Not in these 120 letters (the volumes; first day – last day)."; volumes by their titles once those have come. */
function searchedWhere({ letters, volumes, first_date: first, last_date: last }) {
  if (!letters) return ["No letter with a text passes the filters."];
  const names = el("span", {}, volumes.join(", "));
  loaded().then(
    (all) => names.replaceChildren(volumes.map(titles(all.volumes)).join("; ")),
    () => {}, // then their ids stand there
  );
  const these = letters === 1 ? "this one letter" : `these ${counted(letters, "letter")}`;
  const days = between(first, last);
  return [`Not in ${these} (`, names, days ? `; ${days}).` : ")."];
}

function unmatched({ searched }) {
  if (!searched.unmatched.length) return [];
  const words = searched.unmatched.map((word) => `‹${word}›`).join(", ");
  return [el("p", { class: "unmatched", dir: "auto" }, `In none of the letters searched: ${words}.`)];
}

function nearest({ passages, text }) {
  if (!passages?.length) return [el("p", { class: "plainly" }, text)];
  const rows = passages.slice(0, NEAREST_SHOWN).map((passage) => {
    const editors = passage.note_id !== null;
    return el(
      "li",
      { class: editors ? "citation editors" : "citation" },
      placeLink(passage, { class: "open" }, placeName(passage)),
      el("p", { class: "excerpt", dir: "auto" }, shortened(passage.text)),
      about(passage, editors),
    );
  });
  return [el("h3", {}, "The nearest evidence"), el("ol", { class: "citations", role: "list" }, ...rows)];
}

function citationRow(citation, said) {
  const { number, quote } = citation;
  const editors = citation.voice === "editors";
  return el(
    "li",
    { class: editors ? "citation editors" : "citation" },
    placeLink(citation, { class: "open" }, el("span", { class: "number" }, `${number} `), placeName(citation)),
    !said.includes(quote) && el("blockquote", { dir: "auto" }, `“${quote}”`),
    el("p", { class: "formatted", dir: "auto" }, citation.formatted),
    about(citation, editors),
  );
}

function placeName({ title, date, pages, note }) {
  const inNote = note !== null && (note === "0" ? "source note" : `note ${note}`);
  return [title, date && longDate(date), pagesText(pages), inNote].filter(Boolean).join(", ");
}

function about(cited, editors) {
  return el(
    "p",
    { class: "about" },
    editors && label("editors’ note"),
    cited.invented && label("invented sample"),
    outside({ text: cited.url, scan: cited.scan_url }),
    copyButton("Copy as Chicago note", () => cited.formatted),
  );
}

function shortened(text, length = 220) {
  const line = text.replace(/\s+/g, " ");
  return line.length <= length ? line : `${line.slice(0, length).replace(/\s\S*$/, "")} …`;
}

function record({ id }) {
  return el("a", { href: `/v1/answers/${id}/record`, target: "_blank", rel: "noopener" }, "How it came about (JSON)");
}

function asText({ question, text, citations }) {
  return [question, text, citations.map(({ number, formatted }) => `[${number}] ${formatted}`).join("\n")].join("\n\n");
}
