/* Questions to begin with, made by the service from the letters that are loaded. */

import { fetchJson } from "../base/api.js";
import { button, el } from "../base/dom.js";

/** A place for example questions, filled when they have come; `ask(question)` is called with the one chosen. */
export function examples(ask) {
  const host = el("div", { class: "examples" });
  fill(host, ask).catch(() => {}); // without them one can ask all the same
  return host;
}

async function fill(host, ask) {
  const { examples: found } = await fetchJson("/v1/examples");
  if (!found.length) return;
  const rows = found.map(({ question }) => el("li", {}, button("example", () => ask(question), { dir: "auto" }, question)));
  host.append(el("h2", {}, "For example"), el("ul", {}, ...rows));
}
