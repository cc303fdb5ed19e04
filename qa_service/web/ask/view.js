/* The conversation: what has been asked and answered, and the box to ask in. */

import { current, filters, go, watch } from "../base/address.js";
import { fetchJson, Problem } from "../base/api.js";
import { button, el, menu } from "../base/dom.js";
import { exportLinks } from "../base/exports.js";
import { filterBar } from "../narrow/bar.js";
import { examples } from "./examples.js";
import { Exchange } from "./exchange.js";
import * as interrupted from "./interrupted.js";

const MAX_QUESTION = 2000; // code points, as the service counts
const OVERTAKEN = "This conversation has gone on elsewhere; here it is as it is now. Ask again if you still want to know.";
const DELETED = "This conversation has been deleted meanwhile. Ask to begin a new one.";
const DOUBLE_CLICK_MS = 500; // a second click so soon means to ask, not to stop
const KEPT_AFTER_MS = 1000; // a question without a language model is answered by then, stopped or not

/** Keeps in `host` the conversation that the address names, and the box to ask in. */
export class Asking {
  #id = null; // of the conversation shown
  #answers = []; // of it, oldest first; null where they could not be loaded
  #under = null; // the exchange under way
  #since = 0; // when it began
  #loading = null; // AbortController of the conversation that is fetched
  #opened = null; // settled when it is shown

  constructor(host) {
    this.narrowing = el("div");
    this.conversation = el("div", { id: "conversation" });
    this.status = el("p", { id: "status", role: "status" });
    this.error = el("p", { id: "error", class: "error", role: "alert" });
    this.question = el("textarea", { id: "question", name: "question", rows: 1, "aria-describedby": "hint", dir: "auto" });
    this.send = el("button", { id: "send", type: "submit" }, "Ask");
    this.hint = el("p", { id: "hint" });
    host.append(this.conversation, this.#form());
    this.#showHint();
    watch(({ conversation }, before) => {
      if (conversation !== before.conversation && conversation !== this.#id) this.open(conversation);
    });
    document.addEventListener("new-conversation", () => current().conversation === null && this.open(null));
    filterBar(this.narrowing);
    this.open(current().conversation);
  }

  /** The citations of the conversation shown, in order. */
  citations = () => (this.#answers ?? []).flatMap((answer) => answer.citations);

  /** Shows a conversation, or a new one for null; an answer under way for another is given up. */
  open(id) {
    return (this.#opened = this.#open(id));
  }

  /** Asks; the answer is drawn as it comes. */
  async ask(text) {
    if (this.#answers === null) this.open(this.#id); // could not be loaded the last time
    await this.#opened;
    if (this.#answers === null) return;
    if (this.#under || !text) return this.question.focus();
    if (lengthOf(text) > MAX_QUESTION) return this.error.replaceChildren(ofAtMost(text));
    this.error.replaceChildren();
    const exchange = (this.#under = this.#exchange(text));
    this.#since = performance.now();
    this.#append(exchange);
    exchange.element.querySelector("h2").scrollIntoView();
    if (this.question.value.trim() === text) this.question.value = "";
    this.#working(true);
    try {
      const known = this.#id && { conversation_id: this.#id, expected_turns: this.#answers.length };
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

  /** The question under way is left for another conversation: it goes back into the box. */
  #giveUp() {
    if (!this.#under) return;
    this.stop();
    interrupted.ended(); // it is in the box, and not to be offered as well
    this.question.value ||= this.#under.question;
    this.#working(false);
  }

  async #open(id) {
    this.#giveUp();
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
      if (!problem.passes) this.#show(null, "", []);
      this.error.replaceChildren(problem.status === 404 ? "This conversation is not here, or not any more." : problem.message);
      if (!problem.passes) return;
      this.#answers = null;
      this.conversation.replaceChildren();
      this.error.append(" ", button("plain", () => this.open(id), {}, "Try again"));
    }
  }

  #show(id, title, answers) {
    this.#id = id;
    this.#answers = answers;
    const exchanges = answers.map((answer) => this.#exchange(answer.question, answer).element);
    const first = id === null ? opening((question) => this.ask(question)) : heading(id, title, answers[0]?.question);
    this.conversation.replaceChildren(first, ...exchanges);
    document.dispatchEvent(new Event("citations-changed"));
    this.#offerInterrupted();
    if (!current().letter) this.#focusBox();
    this.conversation.querySelector("article:last-of-type h2")?.scrollIntoView();
  }

  /** The first exchange takes the place of the opening; nothing moves when the heading is filled. */
  #append(exchange) {
    if (!this.conversation.querySelector(".heading")) this.conversation.replaceChildren(heading(null, exchange.question));
    this.conversation.append(exchange.element);
  }

  #answered(answer) {
    this.#answers = [...this.#answers, answer];
    if (this.#id === null) {
      this.#id = answer.conversation_id;
      const first = this.conversation.querySelector("article h2").textContent;
      this.conversation.querySelector(".heading").replaceWith(heading(this.#id, answer.question, first));
      go({ conversation: this.#id }, { replace: true });
    }
    for (const name of ["citations-changed", "conversations-changed"]) document.dispatchEvent(new Event(name));
    const { length } = answer.citations;
    this.status.replaceChildren(length ? `The answer is there, with ${length === 1 ? "one citation" : `${length} citations`}.` : answer.text);
  }

  #failed(exchange, problem) {
    this.status.replaceChildren();
    if (problem?.name === "AbortError") this.#lookAfterStop(exchange);
    else if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 0) document.dispatchEvent(new Event("service-lost"));
    if (problem.code === "conflict" || problem.code === "not_found") this.#overtaken(exchange, problem);
  }

  /** An answer that was complete before it could be stopped has been kept: then it is shown. */
  async #lookAfterStop(exchange) {
    if (!exchange.conversation) return;
    await new Promise((resolve) => setTimeout(resolve, KEPT_AFTER_MS));
    const { conversations } = await newest();
    const kept = conversations.find(({ id }) => id === exchange.conversation);
    const stands = exchange.element.isConnected && !this.#under;
    if (!stands || !kept || kept.turns <= this.#answers.length) return;
    if (this.#id === null) go({ conversation: kept.id }, { replace: true });
    else this.open(kept.id);
  }

  /** Another tab has asked in this conversation, or deleted it. */
  async #overtaken(exchange, problem) {
    const deleted = problem.code === "not_found";
    if (deleted) go({ conversation: null }, { replace: true });
    await this.open(deleted ? null : this.#id);
    document.dispatchEvent(new Event("conversations-changed"));
    this.question.value = exchange.question;
    this.error.replaceChildren(deleted ? DELETED : OVERTAKEN);
  }

  #exchange(question, answer = null) {
    const again = () => {
      if (this.#under) return;
      if (exchange.isUnanswered) exchange.element.remove();
      this.ask(question);
    };
    const edit = () => {
      this.question.value = question;
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
    if (!working && document.activeElement === document.body) this.#focusBox();
  }

  /** Not where that would bring up a keyboard over what one reads. */
  #focusBox() {
    if (matchMedia("(hover: hover)").matches) this.question.focus({ preventScroll: true });
  }

  #showHint() {
    const typed = this.question.value.trim();
    const near = lengthOf(typed) > MAX_QUESTION * 0.9;
    this.hint.classList.toggle("near", near);
    this.hint.replaceChildren(near ? ofAtMost(typed) : "Enter sends, Shift+Enter starts a new line.");
  }

  /** After a reload in the middle of an answer: its answer, if it was kept, or the question to ask again. */
  async #offerInterrupted() {
    const left = interrupted.left();
    if (!left || (this.#id !== null && left.conversation !== this.#id)) return;
    if (this.#id === null && left.conversation) {
      const { conversations } = await newest();
      if (conversations.some(({ id }) => id === left.conversation)) {
        return go({ conversation: left.conversation }, { replace: true });
      }
    }
    interrupted.ended();
    if (this.#answers.at(-1)?.question === left.question) return;
    const exchange = this.#exchange(left.question);
    this.#append(exchange);
    exchange.interrupted();
  }

  #form() {
    const box = el("div", { class: "box" }, this.question, this.send);
    const name = el("label", { for: "question" }, "Your question");
    const form = el("form", { id: "ask", autocomplete: "off" }, this.narrowing, this.status, this.error, name, box, this.hint);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#under && performance.now() - this.#since > DOUBLE_CLICK_MS) this.stop();
      else if (!this.#under) this.ask(this.question.value.trim());
    });
    this.question.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (!this.#under && !event.repeat) form.requestSubmit();
    });
    this.question.addEventListener("input", () => this.#showHint());
    return form;
  }
}

const newest = () => fetchJson("/v1/conversations?limit=10").catch(() => ({ conversations: [] }));

function opening(ask) {
  const about =
    "Every claim of an answer carries a quotation that stands in a letter, with the letter and the page. Follow-ups may lean on what was said before.";
  return el("section", { class: "opening" }, el("h1", {}, "Ask the letters"), el("p", {}, about), examples(ask));
}

/**
 * The conversation's title, unless the first question says the same, and what can be done with all of it; `id` is null
 * as long as no answer is there.
 */
function heading(id, title, first = title) {
  const exporting = id !== null && menu("Export conversation", ...exportLinks(`/v1/conversations/${id}`));
  return el("header", { class: "heading" }, el("h1", { class: title === first && "unseen", dir: "auto" }, title), exporting);
}

const lengthOf = (text) => Array.from(text).length;

const ofAtMost = (text) =>
  `${lengthOf(text).toLocaleString("en-US")} of at most ${MAX_QUESTION.toLocaleString("en-US")} characters.`;
