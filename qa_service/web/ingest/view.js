/* Adding letters: files are chosen and sent, ingests under way are watched, earlier ones listed. */

import { fetchJson } from "../base/api.js";
import { button, el } from "../base/dom.js";
import { chooser } from "./files.js";
import { reportOf } from "./report.js";
import { counted, sentence } from "../base/words.js";

const OFTEN_MS = 1000;
const SELDOM_MS = 3000; // so that a key for 60 requests a minute lasts
const OFTEN_TIMES = 20;

const STATES = {
  waiting: "Waiting", running: "Under way", done: "Done", failed: "Failed", cancelled: "Cancelled",
  interrupted: "Interrupted",
};
const STEPS = {
  model: "Loading the language model", reading: "Reading the files", cutting: "Dividing the letters into passages",
  embedding: "Working out what the passages mean", building: "Writing and checking the library",
};
const OF = { reading: "files", cutting: "letters", embedding: "passages and sentences" };

const underWay = ({ state }) => state === "waiting" || state === "running";

/** Draws the view into `host`; gives what ends it. */
export function ingestView(host) {
  const said = el("p", { class: "unseen", role: "status" }); // the list shows the same
  const problem = el("p", { class: "error", role: "alert" });
  const lists = { now: el("ul", { class: "ingests" }), before: el("ul", { class: "ingests" }) };
  const sections = { now: section("Under way", lists.now), before: section("Earlier", lists.before) };
  const rows = new Map(); // by the ingest's id
  const ended = new AbortController();
  let timer = null;
  let looks = 0;

  const files = chooser({ signal: ended.signal, sent: () => look(true) });
  host.append(el("h1", {}, "Add letters"), files, said, problem, sections.now, sections.before);

  async function look(again = false) {
    clearTimeout(timer);
    if (again) looks = 0;
    let wait = looks++ < OFTEN_TIMES ? OFTEN_MS : SELDOM_MS;
    try {
      const { ingests } = await fetchJson("/v1/ingests", { signal: ended.signal });
      problem.replaceChildren();
      show(ingests);
      if (!ingests.some(underWay)) return;
    } catch (error) {
      if (ended.signal.aborted) return;
      problem.replaceChildren(error.message);
      if (!error.passes) return;
      wait = 2 * SELDOM_MS;
    }
    timer = setTimeout(look, wait);
  }

  function show(ingests) {
    const kept = new Set(ingests.map(({ id }) => id));
    for (const [id, row] of rows) if (!kept.has(id)) forget(id, row);
    for (const ingest of ingests) {
      if (!rows.has(ingest.id)) rows.set(ingest.id, rowOf(ingest, { act, fail }));
      const row = rows.get(ingest.id);
      const before = row.shown;
      row.show(ingest);
      tell(before, ingest, row);
    }
    for (const [name, list] of Object.entries(lists)) {
      const wanted = ingests.filter((one) => underWay(one) === (name === "now")).map(({ id }) => rows.get(id).element);
      if (wanted.some((element, index) => list.children[index] !== element)) list.replaceChildren(...wanted);
      sections[name].hidden = wanted.length === 0;
    }
  }

  /** Says how one goes on that is watched: step by step, and how it ends. */
  function tell(before, ingest, row) {
    if (before && before.state === ingest.state && before.step === ingest.step) return;
    if (underWay(ingest)) said.replaceChildren(`${nameOf(ingest)}: ${stepOf(ingest)}.`);
    else if (before && underWay(before)) {
      said.replaceChildren(`${nameOf(ingest)}: ${STATES[ingest.state].toLowerCase()}.`);
      if (ingest.state !== "done") return;
      row.open();
      document.dispatchEvent(new Event("letters-coming"));
    }
  }

  function forget(id, row) {
    row.element.remove();
    rows.delete(id);
  }

  async function act(ingest) {
    await fetchJson(`/v1/ingests/${ingest.id}`, { method: "DELETE" });
    await look(true);
  }

  function fail(error) {
    problem.replaceChildren(error.message);
  }

  look();
  return () => {
    ended.abort();
    clearTimeout(timer);
  };
}

const section = (title, ...children) => el("section", { class: "adding", hidden: true }, el("h2", {}, title), ...children);

function nameOf({ files }) {
  return files.length === 1 ? files[0] : `${files[0]} and ${counted(files.length - 1, "other file")}`;
}

function stepOf({ state, step }) {
  if (state === "waiting") return step ? sentence(step).slice(0, -1) : "Waiting for its turn";
  return STEPS[step] ?? "Starting";
}

function goingOn(ingest) {
  const { step, done, total } = ingest;
  const counts = total > 1 && OF[step] ? `: ${done.toLocaleString("en-US")} of ${counted(total, OF[step], OF[step])}` : "";
  return `${stepOf(ingest)}${counts}`;
}

/** Why there is no report; a line that begins with a file's name is left as it is. */
function errorOf({ error, files }) {
  return !error || files.some((name) => error.startsWith(name)) ? (error ?? "") : sentence(error);
}

/** An ingest in the list: { element, shown (the ingest as it was last shown), show(ingest), open() }. */
function rowOf(first, { act, fail }) {
  const state = el("span", { class: "label" });
  const bar = el("progress", { "aria-label": `How far ${nameOf(first)} is` });
  const step = el("span", { class: "step" });
  const progress = el("div", { class: "under-way" }, step, bar);
  const error = el("p", { class: "error" });
  const report = el("div", { class: "report" });
  const details = el("details", { hidden: true }, el("summary", {}, "What was read"), report);
  const cancel = button("plain", () => run(cancel), {}, "Cancel");
  const drop = button("plain", () => run(drop), { "aria-label": `Take ${nameOf(first)} off this list` }, "Take off this list");
  const when = new Date(first.created_at);
  const time = el("time", { datetime: first.created_at }, when.toLocaleString("en-US", { dateStyle: "medium", timeStyle: "short" }));
  const head = el("p", { class: "head" }, el("strong", { title: first.files.join("\n") }, nameOf(first)), " ", state);
  const element = el("li", {}, head, progress, error, details, el("p", { class: "particulars" }, time, cancel, drop));

  async function run(pressed) {
    pressed.disabled = true;
    await act(first).catch(fail);
    pressed.disabled = false;
  }

  details.addEventListener("toggle", async () => {
    if (!details.open || report.childNodes.length) return;
    try {
      const { report: told } = await fetchJson(`/v1/ingests/${first.id}`);
      report.replaceChildren(...reportOf(told));
    } catch (problem) {
      details.open = false;
      fail(problem);
    }
  });

  const row = {
    element,
    shown: null,
    open() {
      details.open = true;
    },
    show(ingest) {
      row.shown = ingest;
      const going = underWay(ingest);
      state.replaceChildren(STATES[ingest.state]);
      step.textContent = going ? goingOn(ingest) : "";
      if (ingest.state === "running" && ingest.total > 1) [bar.max, bar.value] = [ingest.total, ingest.done];
      else bar.removeAttribute("value");
      progress.hidden = cancel.hidden = !going;
      drop.hidden = going;
      details.hidden = ingest.state !== "done";
      error.textContent = errorOf(ingest);
    },
  };
  return row;
}
