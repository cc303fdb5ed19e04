/* Links to other states of the page. */

import { link } from "./address.js";
import { el } from "./dom.js";

/** A link to the state that `changes` makes of the one at the time of the click. */
export function stateLink(changes, attributes, ...children) {
  const anchor = el("a", { href: link(changes), ...attributes }, ...children);
  for (const type of ["pointerdown", "focus", "click"]) anchor.addEventListener(type, () => (anchor.href = link(changes)));
  return anchor;
}
