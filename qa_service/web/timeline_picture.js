/* The picture itself: stacked bars, an axis of years, a range chosen by dragging. */

import { el, svg } from "./dom.js";
import { barText, chosenBars } from "./months.js";
import { between } from "./words.js";

const HEIGHT = 132;
const TOP = 10;
const FOOT = 20; // for the axis
const LEFT = 34; // for the highest number
const WIDEST = 30; // a bar
const LABEL = 44; // between years that are named
const DRAGGED = 4; // pixels that make a click a drag

/**
 * { element, writers(), show(drawn), end() }. `onPoint(bar or null)` is told what the pointer is at, `onRange(from, to)`
 * what was dragged over, `onBar(bar)` which bar was clicked.
 */
export function picture({ onPoint, onRange, onBar }) {
  const image = svg("svg", { role: "img", height: HEIGHT, width: "100%" });
  const element = el("div", { class: "picture" }, image);
  let drawn = { bars: [], writers: [], unit: "month", slotOf: () => 0, from: null, to: null };
  let drag = null; // { from, x, moved, to }: bars by number
  let pointed = -1;

  const plot = () => {
    const width = Math.max(element.clientWidth - LEFT, 1);
    return { width, step: Math.min(width / Math.max(drawn.bars.length, 1), WIDEST) };
  };

  function draw() {
    const { width, step } = plot();
    const most = Math.max(1, ...drawn.bars.map(({ letters }) => letters));
    const range = drag?.moved ? ordered(drag.from, drag.to) : chosenBars(drawn.bars, drawn.from, drawn.to);
    image.setAttribute("aria-label", described(drawn));
    image.replaceChildren(
      ...grid(most, width),
      ...(pointed < 0 ? [] : [column(pointed, pointed, step, "pointed")]),
      ...drawn.bars.map((bar, index) => stack(bar, index, step, most, drawn, range)),
      ...axis(drawn, step, width),
      ...(range && range[1] >= range[0] ? [column(...range, step, "range")] : []),
    );
  }

  const barAt = (event) => {
    const x = event.clientX - image.getBoundingClientRect().left - LEFT;
    return Math.min(Math.max(Math.floor(x / plot().step), 0), drawn.bars.length - 1);
  };
  const outside = (event) => event.clientX - image.getBoundingClientRect().left - LEFT > plot().step * drawn.bars.length;

  image.addEventListener("pointerdown", (event) => {
    if (event.button || !drawn.bars.length) return;
    drag = { from: barAt(event), to: barAt(event), x: event.clientX, moved: false, nothing: outside(event) };
    image.setPointerCapture(event.pointerId);
  });
  image.addEventListener("pointermove", (event) => {
    if (!drawn.bars.length) return;
    point(outside(event) && !drag ? -1 : barAt(event));
    if (!drag) return;
    drag.moved ||= Math.abs(event.clientX - drag.x) > DRAGGED;
    drag.to = barAt(event);
    draw();
  });
  image.addEventListener("pointerup", () => {
    const done = drag;
    drag = null;
    if (!done) return;
    const [first, last] = ordered(done.from, done.to).map((number) => drawn.bars[number]);
    if (done.moved) onRange(first.from, last.to);
    else if (!done.nothing && first.letters) onBar(first);
    draw();
  });
  const giveUp = () => {
    drag = null;
    draw();
  };
  image.addEventListener("pointercancel", giveUp);
  image.addEventListener("pointerleave", () => point(-1));
  const escape = (event) => event.key === "Escape" && drag && giveUp();
  document.addEventListener("keydown", escape);

  function point(index) {
    if (index === pointed) return;
    pointed = index;
    onPoint(drawn.bars[index] ?? null);
    draw();
  }

  const resized = new ResizeObserver(draw);
  resized.observe(element);
  return {
    element,
    writers: () => drawn.writers,
    show: (next) => {
      drawn = next;
      drag = null;
      point(-1);
      draw();
    },
    end: () => {
      resized.disconnect();
      document.removeEventListener("keydown", escape);
    },
  };
}

const ordered = (one, other) => (one < other ? [one, other] : [other, one]);

function described({ bars, writers, unit, from, to }) {
  if (!bars.length) return "No letter with a date.";
  const highest = bars.reduce((most, bar) => (bar.letters > most.letters ? bar : most));
  const all = bars.reduce((sum, { letters }) => sum + letters, 0);
  const chosen = from || to ? ` Chosen: ${between(from, to)}.` : "";
  const most = `most in ${barText(highest, writers)}`;
  return `Letters by ${unit}, ${bars[0].name} to ${bars.at(-1).name}: ${all} with a date, ${most}.${chosen}`;
}

function grid(most, width) {
  const base = HEIGHT - FOOT;
  const line = (y) => svg("line", { class: "grid", x1: LEFT, x2: LEFT + width, y1: y, y2: y });
  const number = (text, y) => svg("text", { class: "count", x: LEFT - 6, y: y + 4, "text-anchor": "end" }, text);
  return [line(TOP), line(base), number(String(most), TOP), number("0", base)];
}

/** A bar of as many parts as it has writers, the most frequent at the foot. */
function stack(bar, index, step, most, { writers, slotOf }, range) {
  const scale = (HEIGHT - FOOT - TOP) / most;
  const gap = step > 6 ? 1.5 : step > 3 ? 0.5 : 0;
  let y = HEIGHT - FOOT;
  const parts = bar.counts.map((count, place) => {
    const height = count * scale;
    y -= height;
    const line = height > 3 ? 0.75 : 0; // between the parts, so that colours need not do it alone
    const attributes = { x: LEFT + index * step + gap / 2, width: Math.max(step - gap, 0.5), y: y + line, height: height - line };
    return count && svg("rect", { class: `by-${slotOf(writers[place])}`, ...attributes });
  });
  const out = range && (index < range[0] || index > range[1]);
  return svg("g", { class: out ? "bar out" : "bar" }, ...parts.filter(Boolean));
}

const column = (first, last, step, name) =>
  svg("rect", {
    class: name, x: LEFT + first * step, width: (last - first + 1) * step, y: TOP - 4, height: HEIGHT - FOOT - TOP + 4,
  });

/** Years under the bars that begin them, as many as there is room for. */
function axis({ bars, unit }, step, width) {
  const nodes = [];
  let free = -Infinity;
  bars.forEach(({ from }, index) => {
    const year = Number(from.slice(0, 4));
    const begins = unit === "year" || from.slice(5, 7) === "01";
    const x = LEFT + index * step;
    if (begins && index) nodes.push(svg("line", { class: "tick", x1: x, x2: x, y1: HEIGHT - FOOT, y2: HEIGHT - FOOT + 4 }));
    if (!begins && (index || step * (12 - Number(from.slice(5, 7)) + 1) < LABEL)) return;
    if (x < free || x + LABEL * 0.8 > LEFT + width) return;
    nodes.push(svg("text", { class: "year", x, y: HEIGHT - 4 }, String(year)));
    free = x + LABEL;
  });
  if (bars.length && !nodes.some((node) => node.tagName === "text")) nodes.push(svg("text", { class: "year", x: LEFT, y: HEIGHT - 4 }, bars[0].name));
  return nodes;
}
