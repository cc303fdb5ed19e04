/* Puts the page together: which view is shown, and what stands beside it. */

import { current, go, link, watch } from "./base/address.js";
import * as interrupted from "./ask/interrupted.js";
import { Asking } from "./ask/view.js";
import { lettersView } from "./browse/letters.js";
import { historyList } from "./ask/history.js";
import { ingestView } from "./ingest/view.js";
import { keep } from "./base/storage.js";
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
  const name = Object.hasOwn(VIEWS, state.view) ? state.view : null;
  $("brand").href = link({ view: null, conversation: null, letter: null, at: null, note: null, q: null });
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
  const who = await session().catch(() => {
    document.addEventListener("service-back", () => location.reload());
    return { key_needed: false, signed_in: false, owner: null, scopes: ["ask"] };
  });
  if (who.key_needed && !who.signed_in) {
    await signIn();
    return location.reload();
  }
  document.addEventListener("key-needed", async () => {
    await signIn("The sign-in has ended.");
    location.reload();
  }, { once: true });
  interrupted.askedBy(who.owner);
  $("sign-out").hidden = !who.signed_in;
  if (who.signed_in) addEventListener("focus", () => reloadIfAnother(who));
  watch(showView);
  if (!showAllowed(who.scopes)) return;
  watchLoaded($("loaded"));
  historyList($("history"));
  const { citations } = new Asking(asking);
  letterPanel($("letter"), { citations });
  showView(current());
}

/** In another tab of this browser somebody else may have signed in meanwhile. */
async function reloadIfAnother(who) {
  const now = await session().catch(() => who);
  if (now.owner !== who.owner) location.reload();
}

/** Takes away the views that the key is not for; false if all that is left is to add letters. */
function showAllowed(scopes) {
  const adds = scopes.some((scope) => scope !== "ask");
  for (const anchor of $("views").querySelectorAll("a")) {
    const allowed = anchor.dataset.view === "ingest" ? adds : scopes.includes("ask");
    anchor.parentElement.className = "";
    anchor.parentElement.hidden = !allowed;
  }
  if (scopes.includes("ask")) return true;
  for (const part of [$("loaded"), $("history"), $("show-history"), $("letter")]) part.hidden = true;
  go({ view: "ingest", conversation: null, letter: null, at: null, note: null }, { replace: true });
  if (other.hidden) showView(current());
  return false;
}

const THEMES = { auto: "automatic", light: "light", dark: "dark" };

function showTheme() {
  $("theme").replaceChildren(`Theme: ${THEMES[document.documentElement.dataset.theme] ?? THEMES.auto}`);
}

$("theme").addEventListener("click", () => {
  const names = Object.keys(THEMES);
  const theme = names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length];
  document.documentElement.dataset.theme = theme;
  keep("local", "theme", theme);
  showTheme();
});
$("sign-out").addEventListener("click", async () => {
  try {
    await signOut();
  } catch (problem) {
    return $("trouble").replaceChildren(`You are still signed in: ${problem.message}`);
  }
  interrupted.ended();
  location.assign("/");
});
/** A page that Back brings out of the browser's cache may show what another reader has asked. */
addEventListener("pageshow", (event) => event.persisted && location.reload());
begin();
