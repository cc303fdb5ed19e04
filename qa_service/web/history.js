/* To come. */
export function historyList(host) { host.replaceChildren(); return () => {}; }
