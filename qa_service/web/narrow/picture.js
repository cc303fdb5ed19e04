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
 * `onPoint(bar or null)` is told what the pointer is at, `onRange(from, to)` what was dragged over, `onBar(bar)` which
 * bar was clicked.
 */
export class Picture {
  #drawn = { bars: [], writers: [], unit: "month", slotOf: () => 0, from: null, to: null };
  #pointed = -1;

  constructor({ onPoint, onRange, onBar }) {
    this.image = svg("svg", { role: "img", height: HEIGHT, width: "100%" });
    this.element = el("div", { class: "picture" }, this.image);
    this.onPoint = onPoint;
    this.brush = new Brush(this.image, {
      barAt: (event) => this.#barAt(event),
      onMove: () => this.#draw(),
      onDragged: (first, last) => onRange(this.#drawn.bars[first].from, this.#drawn.bars[last].to),
      onClicked: (number) => this.#drawn.bars[number].letters && onBar(this.#drawn.bars[number]),
    });
    this.image.addEventListener("pointermove", (event) => {
      const at = this.#barAt(event);
      this.#point(!at || at.beside ? -1 : at.number);
    });
    this.image.addEventListener("pointerleave", () => this.#point(-1));
    this.resized = new ResizeObserver(() => this.#draw());
    this.resized.observe(this.element);
  }

  /** What `barsOf` gives, with `slotOf(writer)`, a colour's number, and the days chosen. */
  show(drawn) {
    this.#drawn = drawn;
    this.brush.stop();
    this.#point(-1);
    this.#draw();
  }

  end() {
    this.resized.disconnect();
    this.brush.end();
  }

  #plot() {
    const width = Math.max(this.element.clientWidth - LEFT, 1);
    return { width, step: Math.min(width / Math.max(this.#drawn.bars.length, 1), WIDEST) };
  }

  /** The number of the bar under the pointer, of one beside them the nearest; null where there is none. */
  #barAt({ clientX }) {
    const place = Math.floor((clientX - this.image.getBoundingClientRect().left - LEFT) / this.#plot().step);
    const last = this.#drawn.bars.length - 1;
    return last < 0 ? null : { number: Math.min(Math.max(place, 0), last), beside: place > last };
  }

  #point(number) {
    if (number === this.#pointed) return;
    this.#pointed = number;
    this.onPoint(this.#drawn.bars[number] ?? null);
    this.#draw();
  }

  #draw() {
    const { width, step } = this.#plot();
    const { bars, from, to } = this.#drawn;
    const most = bars.reduce((highest, { letters }) => Math.max(highest, letters), 1);
    const range = this.brush.range ?? chosenBars(bars, from, to);
    this.image.setAttribute("aria-label", described(this.#drawn));
    this.image.replaceChildren(
      ...grid(most, width),
      ...(this.#pointed < 0 ? [] : [column(this.#pointed, this.#pointed, step, "pointed")]),
      ...bars.map((bar, index) => stack(bar, index, step, most, this.#drawn, range)),
      ...axis(this.#drawn, step, width),
      ...(range && range[1] >= range[0] ? [column(...range, step, "range")] : []),
    );
  }
}

/** Bars chosen by dragging over them, with mouse or finger; a press that does not move is a click, Escape gives up. */
class Brush {
  #drag = null; // { from, to: bars by number; x, moved, beside }
  #ended = new AbortController();

  constructor(image, { barAt, onMove, onDragged, onClicked }) {
    Object.assign(this, { image, barAt, onMove, onDragged, onClicked });
    image.addEventListener("pointerdown", (event) => this.#press(event));
    image.addEventListener("pointermove", (event) => this.#move(event));
    image.addEventListener("pointerup", () => this.#release());
    image.addEventListener("pointercancel", () => this.#giveUp());
    const escape = ({ key }) => key === "Escape" && this.#drag && this.#giveUp();
    document.addEventListener("keydown", escape, { signal: this.#ended.signal });
  }

  /** What is dragged over at the moment, [first, last] or null. */
  get range() {
    const drag = this.#drag;
    return drag?.moved ? [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)] : null;
  }

  stop() {
    this.#drag = null;
  }

  end() {
    this.#ended.abort();
  }

  #press(event) {
    const at = this.barAt(event);
    if (event.button || !at) return;
    this.#drag = { from: at.number, to: at.number, x: event.clientX, moved: false, beside: at.beside };
    this.image.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const drag = this.#drag;
    if (!drag) return;
    drag.moved ||= Math.abs(event.clientX - drag.x) > DRAGGED;
    drag.to = this.barAt(event).number;
    this.onMove();
  }

  #release() {
    const { range } = this;
    const done = this.#drag;
    this.stop();
    if (range) this.onDragged(...range);
    else if (done && !done.beside) this.onClicked(done.from);
    this.onMove();
  }

  #giveUp() {
    this.stop();
    this.onMove();
  }
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
    nodes.push(svg("text", { x, y: HEIGHT - 4 }, String(year)));
    free = x + LABEL;
  });
  if (bars.length && free < 0) nodes.push(svg("text", { x: LEFT, y: HEIGHT - 4 }, bars[0].name));
  return nodes;
}
