/* Files on their way to the library: chosen or dropped, looked through, sent. */

import { Problem, problem as problemOf } from "../base/api.js";
import { button, el } from "../base/dom.js";
import { counted } from "../base/words.js";

const MIB = 1024 * 1024;
const MOST_FILES = 200;
const MOST_OF_A_FILE = 32 * MIB;
const MOST = 64 * MIB - 200 * 1024; // what is between the files counts too

/** A form for files; `sent` is called when they have arrived, `signal` ends all. */
export function chooser({ signal, sent }) {
  const input = el("input", { type: "file", id: "files", multiple: true, class: "unseen", "aria-describedby": "files-hint" });
  const drop = el("label", { class: "drop", for: "files" }, el("strong", {}, "Choose files"), " or drop them here");
  const hint = el("p", { class: "hint", id: "files-hint" },
    "Volumes in TEI, letters as plain text, or pages saved from history.state.gov; beside them a letters.toml. ",
    `At most ${MOST_FILES} files, 32 MiB each, 64 MiB together.`);
  const list = el("ul", { class: "chosen", "aria-label": "Files to add" });
  const total = el("p", { class: "hint", role: "status" });
  const volume = el("input", { id: "volume", maxlength: "100", pattern: "[A-Za-z0-9][A-Za-z0-9._\\-]*", placeholder: "letters", autocomplete: "off", "aria-describedby": "volume-hint" });
  const field = el("div", { class: "field" }, el("label", { for: "volume" }, "Volume (optional)"), volume,
    el("p", { class: "hint", id: "volume-hint" }, "For letters that do not name theirs: letters, digits, “.”, “_” and “-”. Two plain letters with the same number and volume count as one."));
  const send = el("button", { class: "main", disabled: true }, "Add to the library");
  const stop = button("plain", () => sending?.abort(), { hidden: true }, "Stop sending");
  const bar = el("progress", { "aria-label": "How much has been sent", hidden: true, max: "1" });
  const problem = el("p", { class: "error", role: "alert" });
  const form = el("form", { class: "adding" }, input, drop, hint, list, total, field,
    el("p", { class: "row" }, send, stop, bar), problem);
  let chosen = [];
  let sending = null; // AbortController of what is being sent

  function add(files) {
    const known = new Set(chosen.map(mark));
    chosen.push(...files.filter((file) => !known.has(mark(file))));
    show();
  }

  function show() {
    list.replaceChildren(...chosen.map((file) => el("li", {},
      el("span", { class: "name" }, file.name), el("span", { class: "size" }, sizeOf(file.size)),
      button("plain", () => remove(file), { "aria-label": `Remove ${file.name}`, disabled: sending !== null }, "Remove"))));
    const size = chosen.reduce((sum, file) => sum + file.size, 0);
    total.textContent = chosen.length ? `${counted(chosen.length, "file")}, ${sizeOf(size)}` : "";
    const wrong = wrongWith(chosen, size);
    problem.textContent = wrong;
    send.disabled = sending !== null || !chosen.length || wrong !== "";
    stop.hidden = bar.hidden = sending === null;
    input.disabled = volume.disabled = sending !== null;
  }

  function remove(file) {
    const at = chosen.indexOf(file);
    chosen = chosen.filter((one) => one !== file);
    show();
    (list.children[Math.min(at, chosen.length - 1)]?.querySelector("button") ?? input).focus();
  }

  async function submit() {
    sending = new AbortController();
    bar.value = 0;
    show();
    let message = "";
    try {
      await post(chosen, volume.value.trim(), (part) => (bar.value = part), AbortSignal.any([signal, sending.signal]));
      chosen = [];
      sent();
    } catch (error) {
      message = error.message;
    }
    sending = null;
    show();
    if (message) problem.replaceChildren(message);
  }

  input.addEventListener("change", () => {
    add([...input.files]);
    input.value = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  const over = (event) => {
    event.preventDefault(); // a file dropped beside the zone would take the place of the page
    drop.classList.toggle("over", event.type === "dragover" && drop.contains(event.target));
  };
  for (const type of ["dragover", "dragleave", "drop"]) addEventListener(type, over, { signal });
  drop.addEventListener("drop", (event) => {
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    const files = items.filter((item) => item.webkitGetAsEntry?.()?.isDirectory !== true).map((item) => item.getAsFile());
    if (sending) return;
    add(files);
    if (files.length < items.length) problem.replaceChildren("Folders are not taken: drop the files that lie in them.");
  });
  return form;
}

const mark = (file) => `${file.name}/${file.size}/${file.lastModified}`;

function sizeOf(bytes) {
  if (bytes < 1024) return counted(bytes, "byte");
  return bytes < MIB ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`;
}

/** Why these files would be refused; empty if they would not. */
function wrongWith(files, size) {
  const large = files.find((file) => file.size > MOST_OF_A_FILE);
  if (large) return `${large.name} is larger than 32 MiB.`;
  if (files.length > MOST_FILES) return `These are ${files.length} files; at most ${MOST_FILES} can be added at once.`;
  return size > MOST ? `These are ${sizeOf(size)}; at most 64 MiB can be added at once.` : "";
}

/** Sends files; `progress` is told what part has been sent, 0 to 1. Only XMLHttpRequest tells. Throws a Problem. */
function post(files, volume, progress, signal) {
  const body = new FormData();
  if (volume) body.append("volume", volume);
  for (const file of files) body.append("files", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/v1/ingests");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    request.addEventListener("load", () => {
      const { status, response } = request;
      if (status === 202) return resolve(response);
      reject(problemOf(status, response, request.getResponseHeader("Retry-After")));
    });
    const lost = "The files could not be sent: the service cannot be reached, or a file has changed. Try again in a moment.";
    request.addEventListener("error", () => reject(new Problem(lost)));
    request.addEventListener("abort", () => reject(new Problem("Stopped; nothing was added.")));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
