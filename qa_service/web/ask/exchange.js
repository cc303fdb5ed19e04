/* A question with its answer: asked for, coming in, there, stopped or failed. */

import { answerParts, claimParts, comingIn, understood } from "./answer.js";
import { streamed } from "../base/api.js";
import { button, el } from "../base/dom.js";
import * as interrupted from "./interrupted.js";

const STAGES = {
  understanding: "Reading the question…",
  searching: "Searching the letters…",
  writing: "The language model writes; each sentence is checked before it is shown…",
  checking: "Checking the quotations…",
};

let drawn = 0;

export class Exchange {
  #answer;
  #stopping = null; // AbortController of the question under way

  /** `again()` and `edit()` are what the buttons under it do. */
  constructor(question, answer, { again, edit }) {
    this.question = question;
    this.buttons = () => [
      button("plain", again, {}, "Ask again"),
      button("plain", edit, {}, "Edit question"),
    ];
    const heading = el("h2", { id: `asked-${++drawn}`, dir: "auto" }, question);
    this.#answer = el("div", { class: "answer" });
    this.element = el("article", { class: "exchange", "aria-labelledby": heading.id }, heading, this.#answer);
    if (answer) this.#show(answer);
  }

  /** The conversation that the answer belongs to, as soon as that is known. */
  conversation = null;

  /** Asks and draws what comes; gives the answer. `tell(words)` hears what is being done. Throws as `streamed`. */
  async ask(asked, tell) {
    this.#stopping = new AbortController();
    this.#answer.replaceChildren();
    this.element.classList.add("coming");
    const claims = [];
    const citations = [];
    interrupted.begun(this.question, asked.conversation_id ?? null);
    try {
      tell(STAGES.understanding);
      const body = { ...asked, question: this.question, include_passages: true };
      for await (const { event, data } of streamed("/v1/ask/stream", body, this.#stopping.signal)) {
        if (event === "status") tell(STAGES[data.stage] ?? STAGES.searching);
        if (event === "question") {
          this.conversation = data.conversation_id;
          interrupted.begun(this.question, this.conversation);
          this.#answer.replaceChildren(...understood(data), comingIn());
        }
        if (event === "claim") {
          claims.push(data);
          citations.push(...data.new_citations);
          this.#answer.append(claimParts(claims, citations).at(-1));
        }
        if (event === "done") {
          this.#show(data);
          interrupted.ended();
          return data;
        }
      }
    } catch (problem) {
      const stopped = this.#stopping.signal.aborted;
      const words = stopped ? `Stopped.${claims.length ? " What stands here has been proved." : ""}` : problem.message;
      this.#end(words, stopped ? "stopped" : "failed");
      if (problem.status !== 401) interrupted.ended(); // who signs in again is offered the question
      throw problem;
    } finally {
      this.element.classList.remove("coming");
    }
  }

  stop() {
    this.#stopping?.abort();
  }

  get isUnanswered() {
    return this.element.matches(".stopped, .failed");
  }

  /** Shows that a reload has come between question and answer. */
  interrupted() {
    this.#end("The page was loaded anew before the answer was there.", "stopped");
  }

  #show(answer) {
    const focused = this.#answer.contains(document.activeElement) && document.activeElement.dataset.place;
    this.element.classList.add(answer.outcome);
    this.#answer.replaceChildren(...answerParts(answer, ...this.buttons()));
    if (focused) this.#answer.querySelector(`[data-place="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  #end(words, how) {
    this.element.classList.add(how);
    const role = how === "failed" ? "alert" : "status";
    this.#answer.append(
      el("p", { class: how === "failed" ? "error" : "remark", role }, words),
      el("div", { class: "actions" }, ...this.buttons()),
    );
  }
}
