/* The picture itself: stacked bars, an axis of years, a range chosen by dragging. */

import { el, svg } from "../base/dom.js";
import { barText, chosenBars } from "./months.js";
import { between } from "../base/words.js";

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
  let pointed = -1;
  const brush = brushing(image, {
    barAt,
    onMove: draw,
    onDragged: (first, last) => onRange(drawn.bars[first].from, drawn.bars[last].to),
    onClicked: (number) => drawn.bars[number].letters && onBar(drawn.bars[number]),
  });

  function plot() {
    const width = Math.max(element.clientWidth - LEFT, 1);
    return { width, step: Math.min(width / Math.max(drawn.bars.length, 1), WIDEST) };
  }

  /** The number of the bar under the pointer, of one beside them the nearest; null where there is none. */
  function barAt({ clientX }) {
    const place = Math.floor((clientX - image.getBoundingClientRect().left - LEFT) / plot().step);
    const last = drawn.bars.length - 1;
    return last < 0 ? null : { number: Math.min(Math.max(place, 0), last), beside: place > last };
  }

  function draw() {
    const { width, step } = plot();
    const most = Math.max(1, ...drawn.bars.map(({ letters }) => letters));
    const range = brush.range() ?? chosenBars(drawn.bars, drawn.from, drawn.to);
    image.setAttribute("aria-label", described(drawn));
    image.replaceChildren(
      ...grid(most, width),
      ...(pointed < 0 ? [] : [column(pointed, pointed, step, "pointed")]),
      ...drawn.bars.map((bar, index) => stack(bar, index, step, most, drawn, range)),
      ...axis(drawn, step, width),
      ...(range && range[1] >= range[0] ? [column(...range, step, "range")] : []),
    );
  }

  function point(number) {
    if (number === pointed) return;
    pointed = number;
    onPoint(drawn.bars[number] ?? null);
    draw();
  }
  image.addEventListener("pointermove", (event) => {
    const at = barAt(event);
    point(!at || at.beside ? -1 : at.number);
  });
  image.addEventListener("pointerleave", () => point(-1));

  const resized = new ResizeObserver(draw);
  resized.observe(element);
  return {
    element,
    writers: () => drawn.writers,
    show: (next) => {
      drawn = next;
      brush.stop();
      point(-1);
      draw();
    },
    end: () => {
      resized.disconnect();
      brush.end();
    },
  };
}

/**
 * Bars chosen by dragging over them, with mouse or finger; a press that does not move is a click, Escape gives up.
 * `range()` is what is dragged over at the moment, [first, last] or null.
 */
function brushing(image, { barAt, onMove, onDragged, onClicked }) {
  let drag = null; // { from, to: bars by number; x, moved, beside }
  const range = () => (drag?.moved ? [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)] : null);
  const stop = () => {
    drag = null;
  };
  const giveUp = () => {
    stop();
    onMove();
  };
  image.addEventListener("pointerdown", (event) => {
    const at = barAt(event);
    if (event.button || !at) return;
    drag = { from: at.number, to: at.number, x: event.clientX, moved: false, beside: at.beside };
    image.setPointerCapture(event.pointerId);
  });
  image.addEventListener("pointermove", (event) => {
    if (!drag) return;
    drag.moved ||= Math.abs(event.clientX - drag.x) > DRAGGED;
    drag.to = barAt(event).number;
    onMove();
  });
  image.addEventListener("pointerup", () => {
    const [done, dragged] = [drag, range()];
    stop();
    if (dragged) onDragged(...dragged);
    else if (done && !done.beside) onClicked(done.from);
    onMove();
  });
  image.addEventListener("pointercancel", giveUp);
  const escape = (event) => event.key === "Escape" && drag && giveUp();
  document.addEventListener("keydown", escape);
  return { range, stop, end: () => document.removeEventListener("keydown", escape) };
}

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
    const across = { x: LEFT + index * step + gap / 2, width: Math.max(step - gap, 0.5) };
    const colour = `by-${slotOf(writers[place])}`;
    return count && svg("rect", { class: colour, ...across, y: y + line, height: height - line });
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
    const foot = HEIGHT - FOOT;
    if (begins && index) nodes.push(svg("line", { class: "tick", x1: x, x2: x, y1: foot, y2: foot + 4 }));
    if (!begins && (index || step * (12 - Number(from.slice(5, 7)) + 1) < LABEL)) return;
    if (x < free || x + LABEL * 0.8 > LEFT + width) return;
    nodes.push(svg("text", { class: "year", x, y: HEIGHT - 4 }, String(year)));
    free = x + LABEL;
  });
  if (bars.length && free < 0) nodes.push(svg("text", { class: "year", x: LEFT, y: HEIGHT - 4 }, bars[0].name));
  return nodes;
}
