/* Passages with the words that were looked for marked in them. */

import { el } from "./dom.js";

/** `text` as nodes, with a <mark> over each of `highlights`: [start, end] in code points, in order, apart. */
export function marked(text, highlights) {
  const points = Array.from(text);
  const nodes = [];
  let at = 0;
  for (const [start, end] of highlights) {
    nodes.push(points.slice(at, start).join(""), el("mark", {}, points.slice(start, end).join("")));
    at = end;
  }
  nodes.push(points.slice(at).join(""));
  return nodes.filter((node) => node !== "");
}
