/* To come. */
export function askView(host) { host.replaceChildren(); return () => {}; }
export const citations = () => [];
