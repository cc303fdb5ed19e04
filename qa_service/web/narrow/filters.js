/* The filters: what they are called, and which are on. */

import { MANY } from "../base/address.js";
import { longDate } from "../base/words.js";

const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/** The lists of values to choose from, as { key (of the state), one: "Volume", many: "Volumes" }. */
export const LISTS = Object.entries(MANY).map(([key, one]) => ({ key, one: capital(one), many: capital(key) }));
const DAYS = { from: "From", to: "To" };

/**
 * Each filter of the state as { key, name, value, without }: `without` is the change of the address that drops it.
 * `titleOf(volume)` is the volume's title.
 */
export function filtersOn(state, titleOf) {
  const listed = LISTS.flatMap(({ key, one }) =>
    state[key].map((value) => ({
      key,
      name: `${one}: `,
      value: key === "volumes" ? titleOf(value) : value,
      without: { [key]: state[key].filter((other) => other !== value) },
    })),
  );
  const days = Object.entries(DAYS).filter(([key]) => state[key]);
  const bounds = days.map(([key, name]) => ({ key, name: `${name} `, value: longDate(state[key]), without: { [key]: null } }));
  return [...listed, ...bounds];
}

/** Whether two states let the same letters pass. */
export const sameFilters = (one, other) => JSON.stringify(parts(one)) === JSON.stringify(parts(other));

const parts = (state) => [...LISTS.map(({ key }) => key), ...Object.keys(DAYS)].map((key) => state[key]);
