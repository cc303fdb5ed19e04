/* To come. */

/** Draws the view into `host`; gives what ends it. */
export function searchView(host) {
  host.replaceChildren();
  return () => {};
}
