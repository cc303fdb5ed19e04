/* The field in which one says what is looked for; the address keeps it as `q`. */

import { current, go } from "./address.js";
import { el } from "./dom.js";
import { settled } from "./waiting.js";

/**
 * { form, field, sought(), follow(q) }: a form with the field and what stands `beside` it. `sought()` is what is in the
 * field, null for nothing; `follow(q)` puts there what the address says, unless it says the same.
 */
export function searchField({ id, label, hint = null, longest = 200 }, ...beside) {
  const described = hint && `${id}-hint`;
  const field = el("input", { type: "search", id, maxlength: longest, autocomplete: "off", "aria-describedby": described });
  const named = el("div", { class: "field grows" }, el("label", { for: id }, label), field);
  const form = el("form", { class: "looking", role: "search" }, named, beside, hint && el("p", { class: "hint", id: described }, hint));
  const sought = () => field.value.trim() || null;
  const follow = (q) => {
    if (q !== sought()) field.value = q ?? "";
  };
  follow(current().q);
  return { form, field, sought, follow };
}

/** Has the address follow what is typed, a moment later or at Enter; gives what ends that. */
export function soughtAsTyped({ form, field, sought }, wait) {
  const typed = settled(() => go({ q: sought() }, { replace: true }), wait);
  field.addEventListener("input", typed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    typed.now();
  });
  return typed.cancel;
}
