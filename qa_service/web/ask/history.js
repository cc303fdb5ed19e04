/* One's own conversations: found, opened, renamed, exported, deleted. */

import { current, go, watch } from "../base/address.js";
import { fetchJson, sendJson } from "../base/api.js";
import { button, el, menu } from "../base/dom.js";
import { exportLinks } from "../base/exports.js";
import { stateLink } from "../base/links.js";
import { counted } from "../base/words.js";

const AT_ONCE = 50;
const MOST = 200;
const SEARCH_AFTER_MS = 200;
const NEW = { view: null, conversation: null, letter: null, at: null, note: null, q: null };

/** Keeps in `host` the list of conversations. */
export function historyList(host) {
  const list = new History(host);
  watch(() => list.mark());
  for (const event of ["conversations-changed", "service-back"]) document.addEventListener(event, () => list.refresh());
  list.load();
}

class History {
  #shown = AT_ONCE;
  #loading = null;
  #typing = null;
  #drawn = ""; // the conversations in the list, as JSON

  constructor(host) {
    const fresh = stateLink(NEW, { class: "new" }, "New conversation");
    fresh.addEventListener("click", () => document.dispatchEvent(new Event("new-conversation")));
    this.search = el("input", { type: "search", "aria-label": "Find in conversations", placeholder: "Find in conversations", maxlength: 200 });
    this.search.addEventListener("input", () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.load(AT_ONCE), SEARCH_AFTER_MS);
    });
    this.list = el("ul", { role: "list" });
    this.told = el("p", { class: "told", role: "status" });
    this.host = host;
    host.append(fresh, this.search, this.list, this.told);
    host.addEventListener("click", (event) => event.target.closest("a[href^='/']") && host.matches(":popover-open") && host.hidePopover());
  }

  /** Looks anew, but takes away no form that somebody is at. */
  refresh() {
    if (!this.list.querySelector("form, .danger")) this.load();
  }

  async load(shown = this.#shown) {
    this.#shown = shown;
    this.#loading?.abort();
    const { signal } = (this.#loading = new AbortController());
    const q = this.search.value.trim();
    try {
      const found = await fetchJson(`/v1/conversations?${new URLSearchParams({ q, limit: Math.min(shown, MOST) })}`, { signal });
      this.#draw(found, q);
    } catch (problem) {
      if (!signal.aborted) this.told.replaceChildren(problem.message);
    }
  }

  #draw({ conversations, total }, q) {
    const found = JSON.stringify(conversations);
    const forms = this.list.querySelector("form, .danger");
    if (found !== this.#drawn || forms) this.list.replaceChildren(...conversations.map((one) => this.#row(one)));
    this.#drawn = found;
    this.#tell(conversations.length, total, q);
    this.mark();
  }

  #tell(length, total, q) {
    const all = total === length;
    const found = all ? counted(total, "conversation") : `${length} of ${counted(total, "conversation")}`;
    this.told.replaceChildren(total ? found : q ? "None has these words." : "No conversations yet.");
    this.told.classList.toggle("unseen", all && total > 0 && !q);
    if (all) return;
    if (length < MOST) this.told.append(" ", button("plain", () => this.load(this.#shown + AT_ONCE), {}, "Show more"));
    else this.told.append(". Words find the others.");
  }

  mark() {
    for (const row of this.list.children) {
      const anchor = row.querySelector("a");
      if (row.dataset.id === current().conversation) anchor?.setAttribute("aria-current", "page");
      else anchor?.removeAttribute("aria-current");
    }
  }

  #row(one) {
    const at = new Date(one.updated_at);
    const today = at.toDateString() === new Date().toDateString();
    const when = today ? at.toLocaleTimeString("en-US", { timeStyle: "short" }) : at.toLocaleDateString("en-US", { dateStyle: "medium" });
    const row = el("li", { "data-id": one.id });
    const title = stateLink({ ...NEW, conversation: one.id }, { dir: "auto", title: one.title }, one.title);
    const actions = menu(
      el("span", { "aria-label": `More about “${one.title}”`, role: "img" }, "⋯"),
      button("plain", () => this.#rename(row, one), {}, "Rename"),
      ...exportLinks(`/v1/conversations/${one.id}`, "Export as "),
      button("plain", () => this.#askToDelete(row, one), {}, "Delete"),
    );
    row.append(title, actions, el("span", { class: "about" }, `${when}, ${counted(one.turns, "question")}`));
    return row;
  }

  #rename(row, one) {
    const field = el("input", { value: one.title, maxlength: 200, "aria-label": "Title" });
    const form = el("form", {}, field, el("button", { type: "submit" }, "Save"), button("plain", () => this.load(), {}, "Cancel"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#change(row, () => sendJson(`/v1/conversations/${one.id}`, "PATCH", { title: field.value }, { headers: { "If-Match": `"${one.version}"` } }));
    });
    form.addEventListener("keydown", (event) => event.key === "Escape" && this.load());
    row.replaceChildren(form);
    field.select();
  }

  #askToDelete(row, one) {
    const yes = button("danger", () => this.#change(row, () => this.#delete(one)), {}, "Delete");
    const no = button("plain", () => this.load(), {}, "Keep");
    row.replaceChildren(el("p", { dir: "auto" }, `Delete “${one.title}” with its answers?`), yes, no);
    no.focus();
  }

  async #delete({ id }) {
    await fetchJson(`/v1/conversations/${id}`, { method: "DELETE" });
    if (current().conversation === id) go({ conversation: null, letter: null, at: null, note: null });
  }

  async #change(row, change) {
    try {
      await change();
      await this.load();
      (this.list.querySelector(`[data-id="${row.dataset.id}"] a`) ?? this.search).focus();
    } catch (problem) {
      row.querySelector(".error")?.remove();
      row.append(el("p", { class: "error", role: "alert" }, problem.message));
    }
  }
}
