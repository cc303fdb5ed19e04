/* What an ingest came to, in words. */

import { el } from "../base/dom.js";
import { counted } from "../base/words.js";

const SHOWN = 200; // places of a finding

const COLUMNS = [
  ["Letters", (one) => one.letters],
  ["Pages", (one) => one.pages],
  ["Notes", (one) => one.notes],
  ["References that lead to a letter", (one) => one.references.resolved],
  ["References to what is not loaded", (one) => one.references["not loaded"]],
  ["References to nowhere", (one) => one.references.broken],
  ["Persons", (one) => one.persons],
  ["Terms", (one) => one.terms],
  ["Index entries", (one) => one.index_entries],
  ["Undated", (one) => one.undated],
  ["Without text", (one) => one.without_text],
];

/** The elements that tell it. */
export function reportOf(report) {
  return [
    el("p", {}, summary(report)),
    ...listed("Could not be read", report.files_failed),
    ...listed("Left out, as they are no letters in a form that is known", report.files_skipped),
    ...findings(report.findings),
    ...volumes(report.volumes),
  ];
}

function summary({ changed, files_read: read, files_unchanged: unchanged, letters_given: given, letters, notes, seconds }) {
  const files = [`${counted(read, "file was", "files were")} read`];
  if (unchanged) files.push(`${counted(unchanged, "file was", "files were")} here already`);
  const came = changed
    ? `${read + unchanged === 1 ? "It holds" : "They hold"} ${counted(given, "letter")}. The library now has ${counted(letters, "letter")} with ${counted(notes, "note")}`
    : `Nothing is new: the library had all this already, ${counted(letters, "letter")} with ${counted(notes, "note")}`;
  const took = Object.values(seconds).reduce((sum, one) => sum + one, 0);
  return `${files.join(", ")}. ${came}. It took ${counted(Math.max(1, Math.round(took)), "second")}.`;
}

function listed(title, lines) {
  return lines.length ? [el("h3", {}, title), el("ul", { class: "lines" }, ...lines.map((line) => el("li", {}, line)))] : [];
}

function findings(all) {
  if (!all.length) return [];
  const groups = grouped(all);
  const parts = [...groups].sort(([one], [other]) => one.localeCompare(other)).map(([what, places]) => {
    const shown = places.slice(0, SHOWN).map(({ where }) => el("li", {}, where));
    if (places.length > SHOWN) shown.push(el("li", {}, `and ${places.length - SHOWN} more`));
    const name = el("summary", {}, `${what.charAt(0).toUpperCase()}${what.slice(1)} `, el("span", { class: "count" }, `(${places.length})`));
    return el("details", {}, name, el("ul", { class: "lines" }, ...shown));
  });
  return [el("h3", {}, "Met while reading"), ...parts];
}

function grouped(all) {
  const groups = new Map();
  for (const one of all) groups.set(one.what, [...(groups.get(one.what) ?? []), one]);
  return groups;
}

function volumes(all) {
  const head = el("tr", {}, el("th", { scope: "col" }, "Volume"), ...COLUMNS.map(([name]) => el("th", { scope: "col" }, name)));
  const rows = all.map((one) =>
    el("tr", {}, el("th", { scope: "row" }, one.volume), ...COLUMNS.map(([, of]) => el("td", {}, of(one).toLocaleString("en-US")))));
  const table = el("table", {}, el("caption", {}, "All that the library holds now"), el("thead", {}, head), el("tbody", {}, ...rows));
  return [el("div", { class: "scrolled", tabindex: "0", role: "region", "aria-label": "Volumes of the library" }, table)];
}
