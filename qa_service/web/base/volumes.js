/* What is loaded: how many letters, in which volumes. Asked for once. */

import { fetchJson } from "./api.js";

let asked = null;

document.addEventListener("letters-changed", () => (asked = null));

/**
 * { total, volumes, facets }: the number of all letters, { volume, title (a short one), letters } of each volume, and
 * all that GET /v1/facets says of them.
 * Throws a Problem, and asks again the next time.
 */
export function loaded() {
  asked ??= fetchJson("/v1/facets").then(
    (facets) => ({
      facets,
      total: facets.total,
      volumes: facets.volumes.map(({ value, label, letters }) => ({ volume: value, title: label || value, letters })),
    }),
    (error) => {
      asked = null;
      throw error;
    },
  );
  return asked;
}

/** A volume's title by its id, and the id itself of one that is not loaded. */
export function titles(volumes) {
  const known = new Map(volumes.map(({ volume, title }) => [volume, title]));
  return (id) => known.get(id) ?? id;
}
