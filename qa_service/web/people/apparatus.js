/* What the editors of the volumes added: persons, terms, index; and the letters that these lead to. */

import { fetchJson } from "../base/api.js";

const AT_ONCE = 500;
let wholes = new Map();
let letters = new Map();

document.addEventListener("letters-changed", () => {
  wholes = new Map();
  letters = new Map();
});

/** A volume with its lists, asked for once. Throws a Problem. */
export const wholeVolume = (volume) => once(wholes, volume, () => fetchJson(`/v1/volumes/${encodeURIComponent(volume)}`));

/**
 * What finds a volume's letters, asked for once: `byId(id)` and `onPage(label)` give lines of GET /v1/letters.
 * Throws a Problem.
 */
export const lettersOf = (volume) =>
  once(letters, volume, async () => {
    const lines = [];
    for (let total = 1; lines.length < total; ) {
      const query = new URLSearchParams({ volume, limit: AT_ONCE, offset: lines.length });
      const page = await fetchJson(`/v1/letters?${query}`);
      lines.push(...page.letters);
      total = page.letters.length ? page.total : 0;
    }
    const ids = new Map(lines.map((line) => [line.letter, line]));
    const pages = Map.groupBy(lines.flatMap((line) => labels(line).map((label) => ({ label, line }))), ({ label }) => label);
    return {
      byId: (id) => ids.get(id.includes("/") ? id : `${volume}/${id}`),
      onPage: (label) => (pages.get(label) ?? []).map(({ line }) => line),
    };
  });

/** Of pages the first and the last label are told; which lie between them is known of numbers alone. */
function labels({ pages }) {
  const [first, last] = [pages[0], pages.at(-1)].map((label) => (/^\d+$/.test(label) ? Number(label) : NaN));
  if (!(last >= first)) return [...new Set(pages)];
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
}

function once(kept, key, ask) {
  if (!kept.has(key)) {
    const asked = ask();
    kept.set(key, asked);
    asked.catch(() => kept.delete(key));
  }
  return kept.get(key);
}
