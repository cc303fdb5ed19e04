/* Puts the page together: which view is shown, and what stands beside it. */

import { current, go, link, watch } from "./base/address.js";
import { askView, citations } from "./ask/view.js";
import { lettersView } from "./browse/letters.js";
import { historyList } from "./ask/history.js";
import { ingestView } from "./ingest/view.js";
import { letterPanel } from "./letter/panel.js";
import { watchLoaded } from "./loaded.js";
import { peopleView } from "./people/view.js";
import { searchView } from "./browse/passages.js";
import { session, signIn, signOut } from "./signin.js";

const $ = (id) => document.getElementById(id);

const VIEWS = {
  letters: { title: "Browse", draw: lettersView },
  search: { title: "Search", draw: searchView },
  people: { title: "Persons and terms", draw: peopleView },
  ingest: { title: "Add letters", draw: ingestView },
};

const asking = $("asking");
const other = $("other");
let leave = null; // ends the view that is shown beside asking
let scrolled = 0; // how far, when the conversation was left: it stays, and an answer goes on coming in

function showView(state, before = null) {
  const name = state.view in VIEWS ? state.view : null;
  for (const anchor of $("views").querySelectorAll("a")) {
    const of = anchor.dataset.view || null;
    anchor.href = link({ view: of, q: null });
    if (of === name) anchor.setAttribute("aria-current", "page");
    else anchor.removeAttribute("aria-current");
  }
  if (before && state.view === before.view) return;
  if (before && asking.hidden === false) scrolled = scrollY;
  document.title = `${VIEWS[name]?.title ?? "Ask"} · Letters`;
  leave?.();
  leave = null;
  other.replaceChildren();
  asking.hidden = name !== null;
  other.hidden = name === null;
  if (name) leave = VIEWS[name].draw(other);
  if (!before) return;
  scrollTo(0, name ? 0 : scrolled);
  $("main").focus({ preventScroll: true });
}

async function begin() {
  showTheme();
  const who = await session().catch(() => ({ key_needed: false, signed_in: false, scopes: [] }));
  if (who.key_needed && !who.signed_in) {
    await signIn();
    return location.reload();
  }
  document.addEventListener("key-needed", async () => {
    await signIn("The sign-in has ended.");
    location.reload();
  }, { once: true });
  $("sign-out").hidden = !who.signed_in;
  $("views").querySelector('[data-view="ingest"]').parentElement.hidden = !who.scopes.some((scope) => scope !== "ask");
  watchLoaded($("loaded"));
  historyList($("history"));
  letterPanel($("letter"), { citations });
  askView(asking);
  watch(showView);
  showView(current());
}

const THEMES = { auto: "automatic", light: "light", dark: "dark" };

function showTheme() {
  $("theme").replaceChildren(`Theme: ${THEMES[document.documentElement.dataset.theme] ?? THEMES.auto}`);
}

$("theme").addEventListener("click", () => {
  const names = Object.keys(THEMES);
  const theme = names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length];
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
  showTheme();
});
$("sign-out").addEventListener("click", async () => {
  await signOut();
  sessionStorage.clear();
  location.assign("/");
});
$("brand").addEventListener("click", (event) => {
  event.preventDefault();
  go({ view: null, conversation: null, letter: null, at: null, note: null, q: null });
});
begin();
