/* One's own conversations: found, opened, renamed, exported, deleted. */

import { current, go, link, watch } from "../base/address.js";
import { fetchJson, sendJson } from "../base/api.js";
import { button, el, menu } from "../base/dom.js";
import { exportLinks } from "../base/exports.js";
import { counted } from "../base/words.js";

const AT_ONCE = 50;
const SEARCH_AFTER_MS = 200;

/** Keeps in `host` the list of conversations. */
export function historyList(host) {
  const list = new History(host);
  watch(() => list.mark());
  document.addEventListener("conversations-changed", () => list.load());
  list.load();
}

class History {
  #shown = AT_ONCE;
  #loading = null;
  #typing = null;

  constructor(host) {
    const fresh = el("a", { class: "new", href: "/" }, "New conversation");
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

  async load(shown = this.#shown) {
    this.#shown = shown;
    this.#loading?.abort();
    const { signal } = (this.#loading = new AbortController());
    const q = this.search.value.trim();
    try {
      const found = await fetchJson(`/v1/conversations?${new URLSearchParams({ q, limit: Math.min(shown, 200) })}`, { signal });
      this.#draw(found, q);
    } catch (problem) {
      if (!signal.aborted) this.told.replaceChildren(problem.message);
    }
  }

  #draw({ conversations, total }, q) {
    this.list.replaceChildren(...conversations.map((one) => this.#row(one)));
    const words = total ? `${conversations.length} of ${counted(total, "conversation")}` : q ? "None has these words." : "No conversations yet.";
    this.told.replaceChildren(total > conversations.length || !total ? words : "");
    if (total > conversations.length && conversations.length < 200) {
      this.told.append(" ", button("plain", () => this.load(this.#shown + AT_ONCE), {}, "Show more"));
    }
    this.mark();
  }

  mark() {
    for (const row of this.list.children) {
      const anchor = row.querySelector("a");
      if (row.dataset.id === current().conversation) anchor?.setAttribute("aria-current", "page");
      else anchor?.removeAttribute("aria-current");
    }
  }

  #row(one) {
    const href = link({ view: null, conversation: one.id, letter: null, at: null, note: null, q: null });
    const day = new Date(one.updated_at).toLocaleDateString("en-US", { dateStyle: "medium" });
    const row = el("li", { "data-id": one.id });
    const title = el("a", { href, dir: "auto" }, one.title);
    const actions = menu(
      el("span", { "aria-label": `More about “${one.title}”`, role: "img" }, "⋯"),
      button("plain", () => this.#rename(row, one), {}, "Rename"),
      button("plain", () => this.#askToDelete(row, one), {}, "Delete"),
      ...exportLinks(`/v1/conversations/${one.id}`),
    );
    row.append(title, actions, el("span", { class: "about" }, `${day}, ${counted(one.turns, "question")}`));
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
      row.append(el("p", { class: "error", role: "alert" }, problem.message));
    }
  }
}
