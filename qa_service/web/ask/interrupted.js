/* The question under way, kept for this tab alone until its answer is there, so that a reload does not lose it. */

const KEY = "question under way";
let leaving = false; // then the question is not ended but cut off

addEventListener("pagehide", () => (leaving = true));
addEventListener("pageshow", () => (leaving = false));

export function begun(question, conversation) {
  sessionStorage.setItem(KEY, JSON.stringify({ question, conversation }));
}

export function ended() {
  if (!leaving) sessionStorage.removeItem(KEY);
}

/** { question, conversation } that a reload of the conversation shown (null: a new one) has interrupted; asked once. */
export function taken(shown) {
  const left = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  if (!left || (shown !== null && left.conversation !== shown)) return null;
  ended();
  return left;
}
