/* To come. */

/** Draws the view into `host`; gives what ends it. */
export function peopleView(host) {
  host.replaceChildren();
  return () => {};
}
