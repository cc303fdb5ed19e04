/* Links to other states of the page, and to other sites. */

import { link } from "./address.js";
import { el } from "./dom.js";

const targets = new WeakMap(); // anchor -> the changes that it makes

/** A link to the state that `changes` makes of the one at the time it is used. */
export function stateLink(changes, attributes, ...children) {
  const anchor = el("a", attributes, ...children);
  lead(anchor, changes);
  return anchor;
}

/** Lets such a link lead elsewhere, or for null nowhere. */
export function lead(anchor, changes) {
  targets.set(anchor, changes);
  if (changes) anchor.href = link(changes);
  else anchor.removeAttribute("href");
}

function refresh({ target }) {
  const anchor = target.closest?.("a[href]");
  if (targets.has(anchor)) anchor.href = link(targets.get(anchor));
}

for (const use of ["pointerdown", "focusin", "click"]) document.addEventListener(use, refresh, { capture: true });

/** What the service sends as an address, if it is one of the web, else null: nothing else may become a link. */
export function webAddress(text) {
  const url = text && URL.canParse(text) ? new URL(text) : null;
  return url && /^https?:$/.test(url.protocol) ? url : null;
}

/** A link to another site, or null where the address is none of the web. */
export function webLink(address, attributes, ...children) {
  const url = webAddress(address);
  return url && el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", ...attributes }, ...children);
}
