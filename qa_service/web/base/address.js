/*
 * What the page shows, as the address bar has it: the one place from which all views take it. A view that wants
 * something else to be shown changes the address; nobody tells another view anything directly.
 */

const ONE = {
  view: "view", conversation: "c", letter: "letter", at: "at", note: "note", q: "q", order: "order", list: "list",
  from: "from", to: "to",
};
export const MANY = { volumes: "volume", writers: "writer", recipients: "recipient", kinds: "kind" };
const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** What some may look like; anything else in the address is as if it were not there. */
const FORMS = {
  conversation: /^[\w-]{1,64}$/, letter: /^(?!\.{1,2}(\/|$))[^/]+\/(?!\.{1,2}$)[^/]+$/, at: /^\d+-\d+$/, from: DAY, to: DAY,
  order: /^date$/,
};
const watchers = new Set();
let state = read(location.search);

/**
 * { view, conversation, letter, at, note, q, order, list, from, to } (text or null) and { volumes, writers, recipients,
 * kinds } (lists). `view` is null for asking; `letter` is "volume/id", `at` the passage "start-end" in its text or in the
 * note with the id `note`; `order` is "date" or null for the printed one; `list` is which of the editors' lists is shown;
 * `from` and `to` are ISO days.
 */
export const current = () => state;

/** Another state: what `changes` names is changed, the rest stays. */
export function go(changes, { replace = false } = {}) {
  const next = { ...state, ...changes };
  const address = print(next);
  if (address === print(state)) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  show(next);
}

/** The address of another state, for links; what `changes` does not name stays. */
export const link = (changes) => print({ ...state, ...changes });

/** Calls `watcher(state, before)` after every change; gives what ends that. */
export function watch(watcher) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export const NO_FILTERS = { volumes: [], writers: [], recipients: [], kinds: [], from: null, to: null };

/** The filters, as /v1/ask and /v1/search take them. */
export function filters({ volumes, writers, recipients, kinds, from, to } = state) {
  return { volumes, writers, recipients, kinds, ...(from && { from }), ...(to && { to }) };
}

/** The filters as the query of /v1/letters and /v1/facets. */
export function filterQuery(of = state) {
  const query = new URLSearchParams();
  for (const [name, key] of Object.entries(MANY)) for (const value of of[name]) query.append(key, value);
  for (const name of ["from", "to"]) if (of[name]) query.set(name, of[name]);
  return query;
}

export function read(search) {
  const query = new URLSearchParams(search);
  const given = (name, key) => (FORMS[name]?.test(query.get(key)) === false ? null : query.get(key) || null);
  const one = Object.entries(ONE).map(([name, key]) => [name, given(name, key)]);
  const many = Object.entries(MANY).map(([name, key]) => [name, query.getAll(key).filter(Boolean)]);
  return Object.fromEntries([...one, ...many]);
}

export function print(of) {
  const query = filterQuery(of);
  for (const [name, key] of Object.entries(ONE)) if (of[name]) query.set(key, of[name]);
  const text = query.toString().replaceAll("%2F", "/");
  return text ? `/?${text}` : "/";
}

function show(next) {
  const before = state;
  state = next;
  for (const watcher of [...watchers]) watcher(state, before);
}

addEventListener("popstate", () => show(read(location.search)));

/** Links within the page change the address without loading the page anew. */
document.addEventListener("click", (event) => {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  const anchor = event.target.closest("a[href]");
  if (!plain || event.defaultPrevented || !anchor || anchor.target || anchor.hasAttribute("download")) return;
  const url = new URL(anchor.href);
  if (url.origin !== location.origin || url.pathname !== "/" || url.hash) return;
  event.preventDefault();
  const next = read(url.search);
  if (print(next) !== print(state)) history.pushState(null, "", print(next));
  show(next);
});
