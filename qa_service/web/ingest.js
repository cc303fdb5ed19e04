/* To come. */
export function ingestView(host) { host.replaceChildren(); return () => {}; }
