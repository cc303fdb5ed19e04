/* The conversation: what has been asked and answered, and the box to ask in. */

import { current, filters, go, watch } from "../base/address.js";
import { fetchJson, Problem } from "../base/api.js";
import { button, el, menu } from "../base/dom.js";
import { examples } from "./examples.js";
import { Exchange } from "./exchange.js";
import { exportLinks } from "../base/exports.js";
import { filterBar } from "../narrow/bar.js";
import * as interrupted from "./interrupted.js";

const MAX_QUESTION = 2000;

let answers = []; // of the conversation shown, oldest first

/** The citations of the conversation shown, in order. */
export const citations = () => answers.flatMap((answer) => answer.citations);

/** Keeps in `host` the conversation that the address names, and the box to ask in. */
export function askView(host) {
  const view = new Asking(host);
  watch(({ conversation }, before) => conversation !== before.conversation && view.follow(conversation));
  filterBar(view.narrowing);
  view.open(current().conversation);
}

class Asking {
  #id = null; // of the conversation shown
  #under = null; // the exchange under way
  #loading = null; // AbortController of the conversation that is fetched
  #opened = null; // settled when it is shown

  constructor(host) {
    this.narrowing = el("div", { class: "narrowing" });
    this.conversation = el("div", { id: "conversation" });
    this.status = el("p", { id: "status", role: "status" });
    this.error = el("p", { id: "error", class: "error", role: "alert" });
    this.question = el("textarea", { id: "question", name: "question", rows: 1, "aria-describedby": "hint", dir: "auto" });
    this.send = el("button", { id: "send", type: "submit" }, "Ask");
    this.hint = el("p", { id: "hint" });
    const box = el("div", { class: "box" }, this.question, this.send);
    const name = el("label", { for: "question" }, "Your question");
    const form = el("form", { id: "ask", autocomplete: "off" }, this.narrowing, this.status, this.error, name, box, this.hint);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#under ? this.stop() : this.ask(this.question.value.trim());
    });
    this.question.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || this.#under) return;
      event.preventDefault();
      form.requestSubmit();
    });
    this.question.addEventListener("input", () => this.#showHint());
    host.append(this.conversation, form);
    this.#showHint();
  }

  follow(conversation) {
    if (conversation !== this.#id) this.open(conversation);
  }

  /** Shows a conversation, or a new one for null; an answer under way for another is given up. */
  open(id) {
    return (this.#opened = this.#open(id));
  }

  async #open(id) {
    this.stop();
    if (this.#under) this.#working(false);
    this.#loading?.abort();
    const mine = (this.#loading = new AbortController());
    this.error.replaceChildren();
    if (id === null) return this.#show(null, "", []);
    this.#id = id;
    try {
      const whole = await fetchJson(`/v1/conversations/${encodeURIComponent(id)}`, { signal: mine.signal });
      this.#show(id, whole.title, whole.answers);
    } catch (problem) {
      if (mine.signal.aborted) return;
      this.#show(null, "", []);
      this.error.replaceChildren(problem.status === 404 ? "This conversation is not here, or not any more." : problem.message);
      if (problem.status !== 404) this.error.append(" ", button("plain", () => this.open(id), {}, "Try again"));
    }
  }

  #show(id, title, all) {
    this.#id = id;
    answers = all;
    const exchanges = all.map((answer) => this.#exchange(answer.question, answer).element);
    this.conversation.replaceChildren(id === null ? opening((question) => this.ask(question)) : heading(id, title, all[0]?.question), ...exchanges);
    document.dispatchEvent(new Event("citations-changed"));
    this.#offerInterrupted();
    if (!current().letter && matchMedia("(hover: hover)").matches) this.question.focus({ preventScroll: true });
    this.conversation.querySelector("article:last-of-type h2")?.scrollIntoView();
  }

  /** Asks; the answer is drawn as it comes. */
  async ask(text) {
    await this.#opened;
    if (this.#under || !text) return this.question.focus();
    if (text.length > MAX_QUESTION) return this.error.replaceChildren(ofAtMost(text));
    this.error.replaceChildren();
    const exchange = (this.#under = this.#exchange(text));
    this.#append(exchange);
    exchange.element.querySelector("h2").scrollIntoView();
    this.question.value = "";
    this.#working(true);
    try {
      const known = this.#id && { conversation_id: this.#id, expected_turns: answers.length };
      const answer = await exchange.ask({ ...known, filters: filters() }, (words) => this.status.replaceChildren(words));
      if (this.#under === exchange) this.#answered(answer);
    } catch (problem) {
      this.#failed(exchange, problem);
    } finally {
      if (this.#under === exchange) this.#working(false);
    }
  }

  stop() {
    this.#under?.stop();
  }

  /** The first exchange takes the place of the opening; nothing moves when the heading is filled. */
  #append(exchange) {
    if (!this.conversation.querySelector(".heading")) this.conversation.replaceChildren(el("header", { class: "heading" }));
    this.conversation.append(exchange.element);
  }

  #answered(answer) {
    answers = [...answers, answer];
    const isNew = this.#id === null;
    this.#id = answer.conversation_id;
    if (isNew) {
      this.conversation.querySelector(".heading").replaceWith(heading(this.#id, answer.question, answer.question));
      go({ conversation: this.#id }, { replace: true });
    }
    for (const name of ["citations-changed", "conversations-changed"]) document.dispatchEvent(new Event(name));
    const { length } = answer.citations;
    this.status.replaceChildren(length ? `The answer is there, with ${length === 1 ? "one citation" : `${length} citations`}.` : answer.text);
  }

  #failed(exchange, problem) {
    this.status.replaceChildren();
    if (!(problem instanceof Problem) && problem?.name !== "AbortError") throw problem;
    if (problem.status === 0) document.dispatchEvent(new Event("service-lost"));
    if (problem.code === "conflict" || problem.status === 404) this.#overtaken(exchange, problem);
  }

  /** Another tab has asked in this conversation, or deleted it. */
  async #overtaken(exchange, problem) {
    await this.open(problem.status === 404 ? null : this.#id);
    this.question.value = exchange.question;
    this.error.replaceChildren(problem.status === 404 ? "This conversation has been deleted meanwhile. Ask to begin a new one." : "This conversation has gone on elsewhere; here it is as it is now. Ask again if you still want to know.");
  }

  #exchange(question, answer = null) {
    const again = (text) => {
      if (this.#under) return;
      if (exchange.isUnanswered) exchange.element.remove();
      this.ask(text);
    };
    const edit = (text) => {
      this.question.value = text;
      this.#showHint();
      this.question.focus();
      this.question.select();
    };
    const exchange = new Exchange(question, answer, { again, edit });
    return exchange;
  }

  #working(working) {
    if (!working) this.#under = null;
    this.send.replaceChildren(working ? "Stop" : "Ask");
    this.send.classList.toggle("stopping", working);
    this.status.classList.toggle("unseen", !working);
    this.#showHint();
    if (!working && document.activeElement === document.body && matchMedia("(hover: hover)").matches) {
      this.question.focus({ preventScroll: true });
    }
  }

  #showHint() {
    const typed = this.question.value.trim();
    const near = typed.length > MAX_QUESTION * 0.9;
    this.hint.classList.toggle("near", near);
    this.hint.replaceChildren(near ? ofAtMost(typed) : "Enter sends, Shift+Enter starts a new line.");
  }

  /** After a reload in the middle of an answer: its answer, if it was kept, or the question to ask again. */
  async #offerInterrupted() {
    const left = interrupted.taken(this.#id);
    if (!left) return;
    if (this.#id === null && left.conversation) {
      const { conversations } = await fetchJson("/v1/conversations?limit=10").catch(() => ({ conversations: [] }));
      if (conversations.some(({ id }) => id === left.conversation)) return go({ conversation: left.conversation }, { replace: true });
    }
    if (answers.at(-1)?.question === left.question) return;
    const exchange = this.#exchange(left.question);
    this.#append(exchange);
    exchange.interrupted();
  }
}

function opening(ask) {
  return el(
    "section",
    { class: "opening" },
    el("h1", {}, "Ask the letters"),
    el("p", {}, "Every claim of an answer carries a quotation that stands in a letter, with the letter and the page. Follow-ups may lean on what was said before."),
    examples(ask),
  );
}

/** The conversation's title, unless the first question says the same, and what can be done with all of it. */
function heading(id, title, first) {
  const exporting = menu("Export conversation", ...exportLinks(`/v1/conversations/${id}`));
  return el("header", { class: "heading" }, el("h1", { class: title === first && "unseen", dir: "auto" }, title), exporting);
}

const ofAtMost = ({ length }) =>
  `${length.toLocaleString("en-US")} of at most ${MAX_QUESTION.toLocaleString("en-US")} characters.`;
