/* Puts the page together: which view is shown, and what stands beside it. */

import { current, go, watch } from "./address.js";
import { askView, citations } from "./ask.js";
import { lettersView } from "./browse.js";
import { historyList } from "./history.js";
import { ingestView } from "./ingest.js";
import { letterPanel } from "./letter.js";
import { watchLoaded } from "./loaded.js";
import { peopleView } from "./people.js";
import { searchView } from "./search.js";
import { session, signIn, signOut } from "./signin.js";

const $ = (id) => document.getElementById(id);

const VIEWS = {
  letters: { title: "Browse", draw: lettersView },
  search: { title: "Search", draw: searchView },
  people: { title: "Persons and terms", draw: peopleView },
  ingest: { title: "Add letters", draw: ingestView },
};
const ASK = { title: "Ask", draw: askView };

let leave = null; // ends the view that is shown

function showView(state, before = null) {
  const view = VIEWS[state.view] ?? ASK;
  for (const anchor of $("views").querySelectorAll("a")) {
    const shown = new URL(anchor.href).searchParams.get("view") === (view === ASK ? null : state.view);
    anchor.toggleAttribute("aria-current", false);
    if (shown) anchor.setAttribute("aria-current", "page");
  }
  if (before && state.view === before.view) return;
  document.title = `${view.title} · Letters`;
  leave?.();
  $("main").replaceChildren();
  leave = view.draw($("main"));
  if (before) {
    $("main").focus({ preventScroll: true });
    scrollTo(0, 0);
  }
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
  document.querySelector('#views a[href$="ingest"]').parentElement.hidden = !who.scopes.some((scope) => scope !== "ask");
  watchLoaded($("loaded"));
  historyList($("history"));
  letterPanel($("letter"), { citations });
  watch(showView);
  showView(current());
}

const THEMES = { auto: "Light or dark", light: "Light", dark: "Dark" };

function showTheme() {
  const { theme } = document.documentElement.dataset;
  $("theme").replaceChildren(THEMES[theme] ?? THEMES.auto);
  $("theme").setAttribute("aria-label", `Colours: ${THEMES[theme] ?? THEMES.auto}`);
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
