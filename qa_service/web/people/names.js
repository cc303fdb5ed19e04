/* Names of persons, terms and phrases: how they are compared and ordered, and what letters call somebody. */

const PARTICLE = "(?:al|el|ad|as|de|del|della|der|des|di|da|du|la|le|van|von|zu|bin|ibn)";
const LEADING = new RegExp(`^(?:${PARTICLE}[-\\s]+|d['’])+(?=\\S)`, "i");
const PARTICLE_ALONE = new RegExp(`^${PARTICLE}$`);
const ARTICLE = /^(?:al|el)-/i;
const collator = new Intl.Collator("en", { sensitivity: "base", numeric: true });

/** Without accents, in lower case. */
export const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export const wordsOf = (text) => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** What letters call somebody who is listed as "Khrushchev, Nikita S.", "al-Sadat, Anwar" or "Bolshakov Georgi N.". */
export function surnameOf(listed) {
  const [before, after] = listed.split(/,(.*)/s).map((part) => part.trim());
  if (after !== undefined) return before.replace(LEADING, "");
  const parts = before.split(/\s+/);
  return parts.find((part) => !PARTICLE_ALONE.test(part)) ?? before;
}

/** A text as lists order it: without the marks before its first letter, nor an Arabic article. */
export const placing = (text) => text.trim().replace(/^[^\p{L}\p{N}]+/u, "").replace(ARTICLE, "");

export const inOrder = (one, other) => collator.compare(one, other);

/** The heading under which lists have what is placed so: its first letter, or "0–9" for digits and all else. */
export function initial(placed) {
  const first = folded(placed).charAt(0);
  return /\p{L}/u.test(first) ? first.toUpperCase() : "0–9";
}
