/* Signing in with an API key. The service answers with a cookie that no script can read; the key is kept nowhere. */

import { fetchJson, sendJson } from "./base/api.js";
import { el } from "./base/dom.js";

let asking = null; // the sign-in under way: whoever else asks for one waits for the same

/** Whether a key is needed here and whether somebody has signed in, as GET /v1/session tells it. */
export async function session() {
  return fetchJson("/v1/session");
}

/** Asks for a key until one is good, and says above the field why it does; gives what `session` then tells. */
export function signIn(reason = "") {
  asking ??= askForKey(reason).finally(() => (asking = null));
  return asking;
}

/** Ends the session, if there is one. */
export async function signOut() {
  await fetchJson("/v1/session", { method: "DELETE" });
}

function askForKey(reason) {
  const { dialog, form, field, error } = dialogFor(reason);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    let signedIn = false;
    // Without a key nothing works, so Escape leads nowhere. `closedby` says so to newer browsers, these two to others.
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("close", () => signedIn || dialog.showModal());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const key = field.value;
      field.value = ""; // at once: and as it is required, nothing is sent twice
      error.replaceChildren();
      try {
        await sendJson("/v1/session", "POST", { key });
        const told = await session();
        if (told.key_needed && !told.signed_in) {
          throw new Error("This browser keeps no cookies here, and without one nobody stays signed in.");
        }
        signedIn = true;
        dialog.close();
        dialog.remove();
        resolve(told);
      } catch (problem) {
        error.replaceChildren(problem.message);
        field.focus();
      }
    });
  });
}

/**
 * The dialog and its parts. A key is no password that somebody knows: it comes by paste, which stays possible, and is
 * needed once a month, while browsers in a reading room are shared. So browsers are asked neither to keep it nor to
 * fill it in; those that offer to all the same ask their reader first. The field has no name and the form no address,
 * so that nothing could carry the key off if this script failed.
 */
function dialogFor(reason) {
  const heading = el("h2", { id: "sign-in" }, "Sign in");
  const why = reason ? el("p", { id: "sign-in-reason" }, reason) : null;
  const words = "The key begins with lt_. Whoever runs this service gives it out.";
  const about = el("p", { id: "sign-in-about", class: "quiet" }, words);
  const field = el("input", {
    id: "sign-in-key", type: "password", autocomplete: "off", spellcheck: "false", autocapitalize: "off",
    required: "", autofocus: "", maxlength: "100", "aria-describedby": about.id,
  });
  const error = el("p", { class: "error", role: "alert" });
  const label = el("label", { for: field.id }, "API key");
  const form = el("form", { method: "dialog", autocomplete: "off" }, label, field, about, error);
  form.append(el("button", { type: "submit" }, "Sign in"));
  const described = why ? { "aria-describedby": why.id } : {};
  const attributes = { class: "sign-in", closedby: "none", "aria-labelledby": heading.id, ...described };
  return { dialog: el("dialog", attributes, heading, why, form), form, field, error };
}
