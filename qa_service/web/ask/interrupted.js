/* The question under way, kept for this tab alone until its answer is there, so that a reload does not lose it. */

import { keep, kept } from "../base/storage.js";

const KEY = "question under way";
let whose = null; // who has signed in; nobody is offered what another has asked
let leaving = false; // then the question is not ended but cut off

addEventListener("pagehide", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));

/** Who asks from now on. */
export function askedBy(owner) {
  whose = owner;
}

export function begun(question, conversation) {
  keep("session", KEY, JSON.stringify({ question, conversation, whose }));
}

export function ended() {
  if (!leaving) keep("session", KEY, null);
}

/** { question, conversation } that was cut off (conversation null: of one that was new); null if none was. */
export function left() {
  const found = JSON.parse(kept("session", KEY) ?? "null");
  return found?.whose === whose ? found : null;
}
