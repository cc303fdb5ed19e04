/* Asks, shows the answer, opens the letters it quotes. What the service sends goes in as text, never as markup. */

const $ = (id) => document.getElementById(id);
const [conversation, form, question, send, startNew] = ["conversation", "ask", "question", "send", "new"].map($);

let conversationId = null;
let asking = null; // AbortController of the question under way
let opened = null; // the letter shown: { panel, opener, article }

// Small tools

function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function button(className, onClick, attributes, ...children) {
  const element = el("button", { type: "button", class: className, ...attributes }, ...children);
  element.addEventListener("click", onClick);
  return element;
}

function sentence(text) {
  const line = text.trim();
  return line.charAt(0).toUpperCase() + line.slice(1) + (/[.!?…]$/.test(line) ? "" : ".");
}

function longDate(iso) {
  const day = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(day.valueOf()) ? iso : day.toLocaleDateString("en-US", { dateStyle: "long", timeZone: "UTC" });
}

function pagesText(labels) {
  if (labels.length < 2) return labels.length ? `p.\u00a0${labels[0]}` : "";
  return `pp.\u00a0${labels[0]}–${labels.at(-1)}`;
}

/** The JSON at `path`; anything else is thrown as an Error whose message is one line for the reader. */
async function fetchJson(path, options = {}) {
  let response, body;
  try {
    response = await fetch(path, options);
    body = await response.json();
  } catch {
    options.signal?.throwIfAborted();
    if (!response) throw new Error("The service cannot be reached. Try again in a moment.");
  }
  if (response.ok && body) return body;
  const detail = sentence(body?.detail || `The service answered with status ${response.status}`);
  if (response.status !== 503 || /try again/i.test(detail)) throw new Error(detail);
  const seconds = Number(response.headers.get("Retry-After"));
  throw new Error(`${detail} Try again in ${seconds > 0 ? `${seconds} seconds` : "a moment"}.`);
}

/** "at history.state.gov: text, scan", for those addresses that are web addresses; null if none is. */
function links(addresses) {
  const line = el("span", { class: "links" });
  for (const [name, address] of Object.entries(addresses)) {
    const url = address && URL.canParse(address) ? new URL(address) : null;
    if (!url || !/^https?:$/.test(url.protocol)) continue;
    line.append(line.childNodes.length ? ", " : `at ${url.hostname}: `);
    line.append(el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, name));
  }
  return line.childNodes.length ? line : null;
}

// What is loaded

async function showLoaded() {
  try {
    const [ready, list] = await Promise.all([fetchJson("/readyz"), fetchJson("/v1/letters?limit=1")]);
    const [first] = list.letters;
    const count = ready.letters === 1 ? "One letter is" : `${ready.letters.toLocaleString("en-US")} letters are`;
    const words = [`${count} loaded`];
    if (first) words.push(`, beginning with the ${first.title}`);
    if (first?.date) words.push(`, ${longDate(first.date)}`);
    $("loaded").replaceChildren(`${words.join("")}. `);
    if (first?.invented) $("loaded").append(label("invented sample"));
    if (ready.degraded) $("loaded").append(` ${sentence(ready.degraded)}`);
  } catch (error) {
    $("loaded").replaceChildren(error.message);
  }
}

const label = (text) => el("span", { class: "label" }, text);

// Asking

async function ask() {
  const text = question.value.trim();
  if (asking || !text) return;
  const mine = (asking = new AbortController());
  $("error").replaceChildren();
  wait(true);
  try {
    const answer = await fetchJson("/v1/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ question: text, conversation_id: conversationId }),
      signal: mine.signal,
    });
    conversationId = answer.conversation_id;
    closeLetter();
    const shown = exchange(answer);
    conversation.append(shown);
    startNew.hidden = false;
    question.value = "";
    const { length } = answer.citations;
    const citations = length === 1 ? "one citation" : `${length} citations`;
    wait(false, length ? `The answer is there, with ${citations}.` : answer.text);
    shown.querySelector("h2").scrollIntoView();
  } catch (error) {
    if (mine.signal.aborted) return;
    wait(false);
    $("error").replaceChildren(error.message);
  } finally {
    if (asking === mine) asking = null;
  }
}

/** While waiting the line can be seen by all; afterwards it tells those who listen how it ended. */
function wait(waiting, outcome = "") {
  send.disabled = question.readOnly = waiting;
  $("status").classList.toggle("unseen", !waiting);
  $("status").replaceChildren(waiting ? "Searching the letters…" : outcome);
  if (!waiting && document.activeElement === document.body && matchMedia("(hover: hover)").matches) {
    question.focus({ preventScroll: true });
  }
}

function startAgain() {
  asking?.abort();
  asking = conversationId = opened = null;
  wait(false);
  conversation.replaceChildren();
  $("error").replaceChildren();
  startNew.hidden = true;
  question.focus();
}

// The answer

const OUTCOMES = {
  partly: "The closest passages",
  not_found: "Not found",
  unclear: "The question is not clear",
};

function exchange(answer) {
  const heading = el("h2", { id: `question-${answer.id}` }, answer.question);
  const body = el("div", { class: "answer" }, heading);
  const article = el("article", { class: `exchange ${answer.outcome}`, "aria-labelledby": heading.id }, body);
  if (answer.standalone_question !== answer.question) {
    body.append(el("p", { class: "understood" }, `understood as “${answer.standalone_question}”`));
  }
  if (answer.reading) body.append(el("p", { class: "understood" }, `looked first for ${answer.reading}`));
  if (OUTCOMES[answer.outcome]) body.append(el("p", { class: "outcome" }, OUTCOMES[answer.outcome]));

  if (answer.outcome === "partly") body.append(el("p", { class: "plainly" }, answer.text.split("\n\n")[0]));
  const cited = new Map(answer.citations.map((citation) => [citation.number, citation]));
  for (const claim of answer.claims) {
    const citations = claim.citations.map((number) => cited.get(number)).filter(Boolean);
    const editors = citations.length > 0 && citations.every(({ voice }) => voice === "editors");
    const [mark = "", ...marks] = citations.map((citation) => citationMark(citation, article));
    const [, beginning, ending] = /^(.*?)(\S{0,24})$/s.exec(claim.text);
    const together = el("span", { class: "together" }, `${ending}\u00a0`, mark);
    body.append(el("p", { class: editors ? "claim editors" : "claim" }, beginning, together, ...marks));
  }
  if (!answer.claims.length) body.append(el("p", { class: "plainly" }, answer.text));

  if (answer.citations.length) {
    const rows = answer.citations.map((citation) => citationRow(citation, article));
    body.append(el("h3", {}, "Citations"), el("ol", { class: "citations", role: "list" }, ...rows));
  }
  return article;
}

function citationMark(citation, article) {
  const attributes = { "aria-label": `Citation [${citation.number}], open the letter`, "data-number": citation.number };
  const mark = button("cite", () => openLetter(citation, mark, article), attributes, `[${citation.number}]`);
  return mark;
}

function citationRow(citation, article) {
  const place = [
    citation.title,
    citation.date && longDate(citation.date),
    pagesText(citation.pages),
    citation.note !== null && `note ${citation.note}`,
  ];
  const number = el("span", { class: "number" }, `${citation.number} `);
  const name = el("span", {}, place.filter(Boolean).join(", "));
  const attributes = { "data-number": citation.number };
  const opener = button("open", () => openLetter(citation, opener, article), attributes, number, name);
  const about = el(
    "p",
    { class: "about" },
    citation.voice === "editors" ? label("editors’ note") : null,
    citation.invented ? label("invented sample") : null,
    links({ text: citation.url, scan: citation.scan_url }),
  );
  const row = el("li", { class: citation.voice === "editors" ? "citation editors" : "citation" }, opener);
  row.append(el("p", { class: "formatted" }, citation.formatted));
  if (about.childNodes.length) row.append(about);
  row.addEventListener("click", (event) => {
    if (!event.target.closest("a, button") && getSelection().isCollapsed) opener.click();
  });
  return row;
}

// The letter

async function openLetter(citation, opener, article) {
  closeLetter();
  const bar = el("div", { class: "bar" }, el("span", {}, `Document ${citation.document}`));
  const wording = el("p", { role: "status" }, "Opening the letter…");
  const panel = el("aside", { class: "letter", tabindex: "0", "aria-label": citation.title }, bar, wording);
  bar.append(button("plain", leaveLetter, {}, "Close"));
  panel.addEventListener("keydown", (event) => event.key === "Escape" && leaveLetter());
  panel.addEventListener("click", followNote);
  opened = { panel, opener, article };
  markOpened(article, citation.number);
  article.append(panel);
  try {
    const [volume, id] = citation.letter.split("/").map(encodeURIComponent);
    const letter = await fetchJson(`/v1/letters/${volume}/${id}`);
    if (opened?.panel !== panel) return;
    wording.replaceWith(...letterParts(letter, citation));
    panel.focus({ preventScroll: true });
    bring(panel.querySelector("mark") ?? bar, panel);
  } catch (error) {
    wording.replaceWith(el("p", { class: "error", role: "alert" }, error.message));
  }
}

function closeLetter() {
  if (!opened) return;
  opened.panel.remove();
  markOpened(opened.article, null);
  opened = null;
}

/** Closes the letter and goes back to where it was opened. */
function leaveLetter() {
  const opener = opened?.opener;
  closeLetter();
  opener?.focus({ preventScroll: true });
  opener?.scrollIntoView({ block: "nearest" });
}

function markOpened(article, number) {
  for (const opener of article.querySelectorAll("[data-number]")) {
    opener.toggleAttribute("aria-current", false);
    if (Number(opener.dataset.number) === number) opener.setAttribute("aria-current", "true");
  }
}

/** Scrolls to `target`: inside the panel where it scrolls by itself, else on the page. */
function bring(target, panel) {
  if (getComputedStyle(panel).overflowY !== "auto") {
    target.scrollIntoView({ block: "center" });
    return;
  }
  const from = target.getBoundingClientRect().top - panel.getBoundingClientRect().top;
  panel.scrollTop += from - panel.clientHeight / 3;
  const { top, bottom } = target.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) panel.scrollIntoView();
}

/** Between a note's mark and the note, without moving the page beside the letter. */
function followNote(event) {
  const address = event.target.closest("a")?.getAttribute("href");
  if (!address?.startsWith("#")) return;
  event.preventDefault();
  const target = $(address.slice(1));
  target.focus({ preventScroll: true });
  bring(target, event.currentTarget);
}

function letterParts(letter, citation) {
  const quoted = quotedPlace(letter, citation);
  const references = letter.notes.map(noteReference);
  const inHeading = references.filter((_, index) => letter.notes[index].anchor === 0);
  const inserts = [
    ...letter.notes.map(({ anchor }, index) => ({ at: anchor, node: references[index] })).filter(({ at }) => at > 0),
    ...letter.pages.map((page) => ({ at: page.start, node: pageMark(page) })),
  ];
  const facts = [
    ["Writer", letter.writer],
    ["Recipient", letter.recipient],
    ["Date", letter.dating ? letter.dating.text : "undated"],
    ["Place", letter.place],
    ["Classification", letter.classification],
    ["Archive", letter.archive],
    ["Volume", letter.volume_title],
  ].filter(([, value]) => value);
  const invented = letter.invented ? label("invented sample") : null;
  const about = el("p", { class: "about" }, invented, links({ text: letter.url }));
  const editors = letter.kind === "editorial note" ? " editors" : "";
  return [
    el("h3", {}, letter.title, ...inHeading),
    el("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
    ...(about.childNodes.length ? [about] : []),
    ...(quoted ? [] : [el("p", { class: "error" }, "The quotation no longer stands at its place in this letter.")]),
    el("div", { class: `text${editors}` }, ...setIn(letter.text, inserts, quoted?.note ? null : quoted)),
    ...(letter.notes.length ? [el("h4", {}, "The editors’ notes"), notesList(letter.notes, quoted)] : []),
  ];
}

/** Where the quotation stands, in the text (`note` null) or in a note; null if it is not at the place given. */
function quotedPlace(letter, { note: number, start, end, quote }) {
  const stands = ({ text }) => Array.from(text).slice(start, end).join("") === quote;
  if (number === null) return stands(letter) ? { note: null, start, end } : null;
  const note = letter.notes.find((one) => one.number === number && stands(one));
  return note ? { note, start, end } : null;
}

/**
 * `text` cut at every boundary, with `inserts` ({ at, node }) and the quotation in <mark>s.
 * All offsets are in code points; what is inserted stays outside the <mark>s.
 */
function setIn(text, inserts, quotation) {
  const points = Array.from(text);
  const cuts = new Set([0, points.length, ...inserts.map(({ at }) => at)]);
  if (quotation) cuts.add(quotation.start).add(quotation.end);
  return [...cuts]
    .sort((one, other) => one - other)
    .flatMap((at, index, all) => {
      const piece = points.slice(at, all[index + 1] ?? at).join("");
      const marked = quotation && at >= quotation.start && at < quotation.end;
      const nodes = inserts.filter((insert) => insert.at === at).map(({ node }) => node);
      return piece ? [...nodes, marked ? el("mark", {}, piece) : piece] : nodes;
    });
}

function pageMark({ label, start }) {
  return el("span", { class: start === 0 ? "page first" : "page" }, el("span", {}, ` p. ${label} `));
}

function noteReference(note, index) {
  const attributes = { id: `mark-of-note-${index}`, href: `#note-${index}`, "aria-label": `Note ${note.number}` };
  return el("sup", {}, el("a", attributes, note.number));
}

function notesList(notes, quoted) {
  const rows = notes.map((note, index) => {
    const name = `${note.number}, back to its mark`;
    const attributes = { id: `note-${index}`, class: "number", href: `#mark-of-note-${index}`, "aria-label": name };
    const text = setIn(note.text, [], quoted?.note === note ? quoted : null);
    return el("li", {}, el("a", attributes, note.number), el("p", {}, ...text));
  });
  return el("ol", { class: "notes editors", role: "list" }, ...rows);
}

// Beginning

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
question.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
startNew.addEventListener("click", startAgain);
showLoaded();
