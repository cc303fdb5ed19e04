/* Lists that stay where they are when a letter opens or closes beside them and their lines break anew. */

/** Keeps on the screen what was last clicked in the list, or else its first line in sight; gives what ends that. */
export function keepPlace(list) {
  let clicked = null;
  let held = null;
  let top = 0; // of what is held, in the window
  let width = list.clientWidth;

  function note() {
    if (list.clientWidth !== width) return; // its lines have broken anew already
    held = inSight(clicked) ? clicked : [...list.children].find(inSight);
    top = held?.getBoundingClientRect().top;
  }
  const click = (event) => {
    clicked = event.target.closest("li");
    note();
  };
  const resized = new ResizeObserver(() => {
    const narrower = list.clientWidth !== width;
    width = list.clientWidth;
    if (narrower && width && held?.isConnected) {
      scrollBy({ top: held.getBoundingClientRect().top - top, behavior: "instant" });
    }
    note();
  });
  list.addEventListener("click", click, { capture: true });
  addEventListener("scroll", note, { passive: true });
  resized.observe(list);
  return () => {
    removeEventListener("scroll", note);
    resized.disconnect();
  };
}

function inSight(element) {
  if (!element?.isConnected) return false;
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
