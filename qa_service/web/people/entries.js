/* Persons, terms and index lines as lists show them. */

import { filterQuery, NO_FILTERS } from "../base/address.js";
import { fetchJson } from "../base/api.js";
import { lettersOf } from "./apparatus.js";
import { el } from "../base/dom.js";
import { stateLink } from "../base/links.js";
import { placing, surnameOf, wordsOf } from "./names.js";

/**
 * The three lists: `entries(volumes, signal)` gives { volume, placed, text, draw() } for each line of the whole volumes,
 * `placed` being what it is ordered by, `text` what a filter looks in.
 */
export const LISTS = {
  persons: { name: "Persons", one: "person", many: "persons", entries: persons },
  terms: { name: "Abbreviations and terms", one: "term", many: "terms", entries: terms },
  index: { name: "Index", one: "line of the index", many: "lines of the index", entries: index },
};

async function persons(volumes, signal) {
  const query = filterQuery({ ...NO_FILTERS, volumes: volumes.map(({ volume }) => volume) });
  const { writers, recipients } = await fetchJson(`/v1/facets?${query}`, { signal });
  return volumes.flatMap(({ volume, persons }) =>
    persons.map(({ name, listed, description }) => ({
      volume,
      placed: placing(listed || name),
      text: `${name} ${listed}`,
      draw: () => {
        const told = el("dd", {}, el("p", { dir: "auto" }, description), ways(name, listed, writers, recipients));
        return [el("dt", { dir: "auto" }, listed || name), told];
      },
    })),
  );
}

/** Where a person leads: letters by and to him, if any bears his name, and letters that name him. */
function ways(name, listed, writers, recipients) {
  const surname = listed ? surnameOf(listed) : name;
  const by = ofPerson(writers, name, surname);
  const to = ofPerson(recipients, name, surname);
  const view = { ...NO_FILTERS, view: "letters", q: null, order: null, list: null };
  const links = [
    by.length && stateLink({ ...view, writers: by }, { "aria-label": `Letters by ${name}` }, "letters by"),
    to.length && stateLink({ ...view, recipients: to }, { "aria-label": `Letters to ${name}` }, "letters to"),
    stateLink({ ...view, q: surname }, {}, "letters that name ", el("bdi", {}, surname)),
  ];
  return el("ul", { class: "ways", role: "list" }, links.filter(Boolean).map((anchor) => el("li", {}, anchor)));
}

/** The names in a facet that can be this person's: his surname, and nothing else that is not in his name or its initial. */
function ofPerson(facet, name, surname) {
  const own = wordsOf(name);
  const last = wordsOf(surname);
  const initial = (one, other) => one.length === 1 && other.startsWith(one);
  const his = (word) => own.some((one) => one === word || initial(word, one) || initial(one, word));
  return facet
    .map(({ value }) => value)
    .filter((value) => {
      const theirs = wordsOf(value);
      return last.length && last.every((word) => theirs.includes(word)) && theirs.every(his);
    });
}

function terms(volumes) {
  return volumes.flatMap(({ volume, terms }) =>
    terms.map(({ term, meaning }) => ({
      volume,
      placed: placing(term),
      text: `${term} ${meaning}`,
      draw: () => [el("dt", { dir: "auto" }, term), el("dd", { dir: "auto" }, meaning)],
    })),
  );
}

async function index(volumes) {
  const withIndex = volumes.filter(({ index }) => index.length);
  const finders = await Promise.all(withIndex.map(({ volume }) => lettersOf(volume)));
  return withIndex.flatMap(({ volume, index }, place) =>
    index.map((line) => ({
      volume,
      placed: placing(line.phrase),
      text: line.phrase,
      draw: () => [el("dt", { dir: "auto" }, line.phrase), el("dd", {}, places(line, finders[place]))],
    })),
  );
}

function places({ letters, pages, in_notes, see }, finder) {
  const noted = (name) => (in_notes.includes(name) ? "\u00a0n." : "");
  const documents = letters.map((id) => letterLink(finder.byId(id), id.replace(/^.*\//, "").replace(/^d(?=\d)/, ""), noted(id)));
  const printed = pages.map((label) => pageLinks(finder.onPage(label), label, noted(label)));
  return [
    documents.length && el("span", {}, documents.length === 1 ? "Document " : "Documents ", listed(documents)),
    printed.length && el("span", {}, printed.length === 1 ? "p.\u00a0" : "pp.\u00a0", listed(printed)),
    see.length && el("span", {}, "See ", listed(see.map((phrase) => [stateLink({ q: phrase }, { dir: "auto" }, phrase)]))),
  ].filter(Boolean);
}

const listed = (parts) => parts.flatMap((part, number) => (number ? [", ", ...part] : part));

function letterLink(letter, text, note) {
  if (!letter) return [text, note];
  const title = `${letter.title}, ${letter.dated}`;
  return [stateLink({ letter: letter.letter, at: null, note: null }, { title }, text, note)];
}

/** A page with one letter on it is a link to it; of several each is one, by its document's number. */
function pageLinks(letters, label, note) {
  if (letters.length < 2) return letterLink(letters[0], label, note);
  const links = letters.map((letter) => letterLink(letter, letter.document || letter.letter, ""));
  return [label, note, " (Documents ", ...listed(links), ")"];
}
