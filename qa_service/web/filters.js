/* Narrowing the letters. */

/** The filters that are on, and what sets them, drawn into `host`; gives what ends that. */
export function filterBar(host) {
  host.replaceChildren();
  return () => {};
}
