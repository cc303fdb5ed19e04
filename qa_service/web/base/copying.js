/* Copying to the clipboard, also where the browser gives pages without https none. */

import { button } from "./dom.js";

/** A button that copies what `text()` gives and says for a moment whether it did. */
export function copyButton(name, text, attributes = {}) {
  const copy = button(
    "plain",
    async () => {
      const copied = await copyText(await text());
      copy.replaceChildren(copied ? "Copied" : "Not copied: the browser does not allow it");
      setTimeout(() => copy.replaceChildren(name), 2500);
    },
    { "aria-live": "polite", ...attributes },
    name,
  );
  return copy;
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelecting(text);
  }
}

function copiedBySelecting(text) {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.className = "unseen";
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  focused?.focus({ preventScroll: true });
  return copied;
}
