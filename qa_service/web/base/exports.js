/* The files that answers and conversations are exported as. */

import { el } from "./dom.js";

const FORMS = {
  markdown: "Markdown",
  docx: "Word, with footnotes",
  notes: "Chicago notes",
  "csl-json": "CSL-JSON",
  ris: "RIS",
  bibtex: "BibTeX",
  json: "JSON",
};

/** A link for each form, of what is at `path` in the API; `before` stands before the forms' names. */
export function exportLinks(path, before = "") {
  return Object.entries(FORMS).map(([form, name]) =>
    el("a", { href: `${path}/export?format=${form}`, download: true }, before, name),
  );
}
