/* Notes beside the lines of their marks, where there is room for that; style.css says where there is. */

const GAP = 10; // px between two notes
const RAISED = 7; // px by which a mark stands above the line it is in
const pinned = new WeakMap(); // sheet -> the note that stands exactly at its mark

/** Whether there is room for the notes beside the text; else they stand below it. */
export const areBeside = ({ notes }) => getComputedStyle(notes[0].row).position === "absolute";

/**
 * Gives every note of the sheet its place: beside its mark, or below the note before it. All is measured first and
 * then written, so that the browser lays out the page twice at most, however many notes there are.
 */
export function placeNotes(sheet) {
  const { body, notes } = sheet;
  if (!notes.length) return;
  const beside = areBeside(sheet);
  const long = notes.filter(({ more }) => more);
  const fits = long.map(
    ({ words }) => words.classList.contains("clipped") && words.scrollHeight <= words.clientHeight + 1,
  );
  long.forEach(({ words, more }, index) => {
    more.hidden = fits[index];
    words.classList.toggle("fits", fits[index]);
  });
  const top = body.getBoundingClientRect().top;
  const wanted = notes.map(({ mark }) => mark.getBoundingClientRect().top - top + RAISED);
  const heights = notes.map(({ row }) => row.offsetHeight);
  const tops = stacked(wanted, heights, notes.indexOf(pinned.get(sheet)));
  notes.forEach(({ row }, index) => (row.style.top = beside ? `${tops[index]}px` : ""));
  body.style.minHeight = beside ? `${tops.at(-1) + heights.at(-1)}px` : "";
}

/** A reader turns to this note: it stands at its mark, and those around it give way. */
export function pinNote(sheet, note) {
  pinned.set(sheet, note);
  placeNotes(sheet);
}

/** Tops without overlap, none above where it is wanted but those that give way to the note `pin`. */
function stacked(wanted, heights, pin) {
  const tops = [...wanted];
  const pushDown = (from) => {
    for (let index = from; index < tops.length; index += 1) {
      tops[index] = Math.max(wanted[index], (tops[index - 1] ?? -GAP) + (heights[index - 1] ?? 0) + GAP);
    }
  };
  pushDown(0);
  if (pin >= 0) {
    tops[pin] = wanted[pin];
    for (let index = pin - 1; index >= 0; index -= 1) {
      tops[index] = Math.min(tops[index], tops[index + 1] - heights[index] - GAP);
    }
    const above = Math.min(0, tops[0]);
    for (let index = 0; index <= pin; index += 1) tops[index] -= above;
    pushDown(pin + 1);
  }
  return tops;
}
