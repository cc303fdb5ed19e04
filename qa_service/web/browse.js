/* To come. */

/** Draws the view into `host`; gives what ends it. */
export function lettersView(host) {
  host.replaceChildren();
  return () => {};
}
