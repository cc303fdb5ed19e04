/* Elements out of text. What the service sends goes in as text, never as markup. */

/** An element with attributes (true: without a value; null, undefined and false: left out) and children. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  set(element, attributes);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The same in a picture. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  set(element, attributes);
  element.append(...children);
  return element;
}

export function button(className, onClick, attributes, ...children) {
  const element = el("button", { type: "button", class: className, ...attributes }, ...children);
  element.addEventListener("click", onClick);
  return element;
}

export const label = (text) => el("span", { class: "label" }, text);

/** A button that opens a list of actions. Escape and a click elsewhere close it. */
export function menu(name, ...items) {
  const list = el("ul", {}, ...items.map((item) => el("li", {}, item)));
  const details = el("details", { class: "menu" }, el("summary", {}, name), list);
  const close = (event) => {
    if (!details.open || (event.type === "click" && event.target.closest("summary") === details.firstChild)) return;
    if (event.type === "keydown" && event.key !== "Escape") return;
    const inside = details.contains(document.activeElement);
    details.open = false;
    if (inside) details.firstChild.focus();
  };
  details.addEventListener("toggle", () => {
    for (const type of ["click", "keydown"]) document[`${details.open ? "add" : "remove"}EventListener`](type, close);
  });
  return details;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
}
