/*
 * Sets a text with what stands in it: note marks, page marks, cross-references, the quotation.
 * All offsets are in code points. The elements hold exactly the characters of the text and what is inserted, so that
 * what is marked is the quotation to the letter: blank lines, and what parts the cells of a table, are kept unseen.
 */

import { el } from "../base/dom.js";

const MOST_COLUMNS = 40; // more is no table that a volume printed

/**
 * `text` as paragraphs and tables. `inserts` are { at, node } in the order of `at`; `references` are
 * { start, end, open() }, of which `open()` makes the element around the words; `quotation` is { start, end } or null.
 */
export function setText(text, { inserts = [], references = [], quotation = null } = {}) {
  const take = taker(inserts, references, quotation);
  const parts = text.split(/(\n{2,})/);
  const blocks = [];
  for (let index = 0; index < parts.length; index += 2) {
    const lines = parts[index].split("\n").map((line) => line.split("\t"));
    const columns = Math.max(...lines.map((cells) => cells.length));
    const tabular = lines.length > 1 && columns > 1 && columns <= MOST_COLUMNS;
    const block = tabular ? table(lines, columns, take) : el("p", { dir: "auto" }, take(parts[index]));
    const last = tabular ? block.querySelector("tr:last-child > td:last-child") : block;
    last.append(...take(parts[index + 1] ?? "", { unseen: true }));
    blocks.push(block);
  }
  return blocks;
}

function table(lines, columns, take) {
  const rows = lines.map((cells, row) => {
    const made = cells.map((cell, column) => {
      const end = column < cells.length - 1 ? "\t" : row < lines.length - 1 ? "\n" : "";
      const span = cells.length === 1 ? columns : null;
      return el("td", { dir: "auto", colspan: span }, take(cell), take(end, { unseen: true }));
    });
    return el("tr", {}, made);
  });
  return el("div", { class: "cells" }, el("table", {}, el("tbody", {}, rows)));
}

/** A function that sets the text piece by piece, from its beginning to its end. */
function taker(inserts, references, quotation) {
  const spans = [...references, ...(quotation ? [quotation] : [])];
  const bounds = [...inserts.map(({ at }) => at), ...spans.flatMap(({ start, end }) => [start, end])];
  const cuts = [...new Set(bounds)].sort((one, other) => one - other);
  let position = 0;
  let cut = 0;
  let inserted = 0;

  return (text, { unseen = false } = {}) => {
    const points = Array.from(text);
    const [from, end] = [position, position + points.length];
    const nodes = [];
    let open = null; // the cross-reference that the last piece stands in
    insert();
    while (position < end) {
      while (cuts[cut] <= position) cut += 1;
      const stop = Math.min(end, cuts[cut] ?? end);
      add(points.slice(position - from, stop - from).join(""));
      position = stop;
      insert();
    }
    return nodes;

    function insert() {
      while (!unseen && inserts[inserted]?.at <= position) {
        nodes.push(inserts[inserted++].node);
        open = null;
      }
    }

    function add(words) {
      const around = (span) => position >= span.start && position < span.end;
      const node = quotation && around(quotation) ? el("mark", {}, words) : words;
      const reference = unseen ? null : references.find(around);
      if (unseen) nodes.push(el("span", { class: "gap" }, node));
      else if (!reference) nodes.push(node);
      else if (open?.reference === reference) open.element.append(node);
      else {
        open = { reference, element: reference.open() };
        open.element.append(node);
        nodes.push(open.element);
      }
      if (!reference) open = null;
    }
  };
}
