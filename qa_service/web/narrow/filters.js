/* The filters that are on, one by one. */

import { longDate } from "../base/words.js";

const LISTS = { volumes: "Volume", writers: "Writer", recipients: "Recipient", kinds: "Kind" };
const DAYS = { from: "From", to: "To" };

/**
 * Each filter of the state as { name, value, without }: `without` is the change of the address that drops it.
 * `titleOf(volume)` is the volume's short title.
 */
export function filtersOn(state, titleOf) {
  const listed = Object.entries(LISTS).flatMap(([key, name]) =>
    state[key].map((value) => ({
      name: `${name}: `,
      value: key === "volumes" ? titleOf(value) : value,
      without: { [key]: state[key].filter((one) => one !== value) },
    })),
  );
  const days = Object.entries(DAYS).filter(([key]) => state[key]);
  const bounds = days.map(([key, name]) => ({ name: `${name} `, value: longDate(state[key]), without: { [key]: null } }));
  return [...listed, ...bounds];
}

/** Whether two states let the same letters pass. */
export const sameFilters = (one, other) => JSON.stringify(parts(one)) === JSON.stringify(parts(other));

const parts = (state) => [...Object.keys(LISTS), ...Object.keys(DAYS)].map((key) => state[key]);
