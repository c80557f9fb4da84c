/** The few things every drawing needs: elements, widths, nearest edge, scrubbing, flights. */

import { LARGEST } from "./number.js";

/** The layout grammar in CSS pixels: one unit of SVG is one CSS pixel. */
export const SPACE = { hair: 1, xs: 4, s: 8, m: 12, l: 16, xl: 24 };
export const BREAK = { wide: 600, phone: 340 };
export const NODE = { wide: 92, phone: 78, tiny: 68, height: 66, leaf: 30, heading: 18 };
export const CHART = { height: 72, above: 8, below: 6, inset: 12, samples: 128, tangent: 44 };
export const TIME = { digits: 100, flight: 480, notice: 2400, walk: 9600 };
export const OUTER = { width: 22, height: 12, gap: 2, apart: 4, round: 2, input: 1, gradient: 0.1 };
export const DIAL = {
  height: 280,
  top: 4,
  pitch: 28,
  bar: 14,
  gap: 16,
  foot: 20,
  inset: 8,
  tangent: 64,
  samples: 240,
};
export const REACH = 14; // the nearest edge within this distance is picked
const START = 4; // a drag begins after this many pixels, so that taps and vertical scrolls are none
const PER_PIXEL = 0.02;
const USUAL_END = 3;
const PER_PIXEL_FINE = 0.002;

const SVG = "http://www.w3.org/2000/svg";

function build(node, className, attributes, children) {
  if (className) node.setAttribute("class", className);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) node.setAttribute(key, String(value));
  }
  node.append(...children);
  return node;
}

/** @returns {any} an HTML element */
export const h = (tag, className = "", attributes = {}, ...children) =>
  build(document.createElement(tag), className, attributes, children);

/** @returns {any} an SVG element */
export const s = (tag, className = "", attributes = {}, ...children) =>
  build(document.createElementNS(SVG, tag), className, attributes, children);

/** An element whose content is markup of ours (MathML), never of the reader. */
export function markup(tag, className, html) {
  const node = h(tag, className);
  node.innerHTML = html;
  return node;
}

export const setText = (node, text) => {
  const only = node.firstChild;
  if (only?.nodeType !== 3 || only.nextSibling) {
    if (node.textContent !== text) node.textContent = text;
  } else if (only.data !== text) only.data = text;
};

export const setAttribute = (node, name, value) => {
  if (value === null || value === undefined) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
};

const numbers = new WeakMap();

/** A number on the page: its text, and every digit for whoever asks (tests, the curious). */
export function setNumber(node, ...number) {
  const write = () => writeNumber(node, ...number);
  if (numbers.has(node)) lately(node, write);
  else write();
}

function writeNumber(node, text, name, value) {
  const before = numbers.get(node);
  if (before && before.text === text && before.name === name && before.value === value) return;
  numbers.set(node, { text, name, value });
  setText(node, text);
  if (before?.name !== name) setAttribute(node, "data-name", name);
  if (before?.value !== value) setAttribute(node, "data-q", value);
}

/*
 * In a drag lines, points and the loss move in every frame, digits and the tints behind them in
 * every third: quicker nobody can read them, and they cost as much as all the rest together.
 */
let late = null; // what waits to be written, while a drag goes on
let beat = 0;
let timer = 0;

const writeLate = () => {
  clearTimeout(timer);
  timer = beat = 0;
  for (const write of late.values()) write();
  late.clear();
};

/** Write what a frame of a drag can leave out; the last of what has the same key counts. */
export function lately(key, write) {
  if (!late) return write();
  late.set(key, write);
  timer ||= setTimeout(writeLate, TIME.digits);
}

/** Draw one frame of a drag; the first, and every third from there, with its digits. */
export function drawFrame(draw) {
  if (!late) {
    late = new Map();
    beat = 2;
  }
  draw();
  if (++beat === 3) writeLate();
}

/** The drag is over: every number is written as soon as it is set. */
export function endFrames() {
  if (late) writeLate();
  late = null;
}

export const place = (node, x, y, width, height) => {
  node.style.left = `${x}px`;
  node.style.top = `${y}px`;
  if (width !== undefined) node.style.width = `${width}px`;
  if (height !== undefined) node.style.height = `${height}px`;
};

/** A widget keeps its height while a number is dragged, so that nothing around it is laid out. */
export function hold(root, on) {
  root.style.height = on ? `${root.offsetHeight}px` : "";
  root.style.contain = on ? "size layout style" : "";
}

export const clamp = (value, least, most) => Math.min(most, Math.max(least, value));

const SAMPLE = "+0.0264";
const USUAL = 3.72; // em: the sample in Arial, Segoe UI or Roboto, and a little more

/**
 * A reader's font may be much wider than those the boxes are measured for: such a one is set
 * smaller by as much, and its bold digits closer, so that a number is never wider than its place.
 */
export function fitFont(root) {
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return;
  const { fontFamily } = getComputedStyle(root);
  const em = (weight) => {
    pen.font = `${weight} 100px ${fontFamily}`;
    return pen.measureText(SAMPLE).width / 100;
  };
  const [usual, bold] = [em(400), em(600)];
  root.style.setProperty("--fit", String(Math.min(1, USUAL / usual)));
  root.style.setProperty("--closer", `${Math.min(0, usual - bold) / SAMPLE.length}em`);
}

/** Fixed scales, so that a width means the same on every screen; the legend prints them. */
export const SCALE = { w: 2, g: 0.1 };
export const share = (value, scale) => Math.sqrt(Math.min(1, Math.abs(value) / scale));
const TINT = 38; // per cent of the hue at full scale
export const signClass = (value) => (value < 0 ? "neg" : value > 0 ? "pos" : "zero");

// Widths go by a quarter of a pixel, tints by two per cent and meters by half a pixel, which nobody
// sees: in a drag most of them then stay as they are, and what stays costs nothing.
/** The width of a line that carries this value; null takes the width of the style sheet. */
export function setWidth(path, value, scale) {
  const width = value === null ? "" : `${1 + Math.round(16 * share(value, scale)) / 4}px`;
  if (path.style.strokeWidth !== width) path.style.strokeWidth = width;
}

/** How far a meter is filled, from 0 to 1, in so many steps. */
export function setShare(bar, part, steps = 400) {
  const filled = `scaleX(${Math.round(steps * clamp(part, 0, 1)) / steps})`;
  if (bar.style.transform !== filled) bar.style.transform = filled;
}

export const setHidden = (node, hidden) => {
  if (node.hidden !== hidden) node.hidden = hidden;
};

/** The background of a cell: hue by sign, strength by size. */
export function setTint(node, value, scale) {
  const tint = `${2 * Math.round(TINT * share(value, scale) / 2)}%`;
  lately(node.style, () => {
    if (node.style.getPropertyValue("--tint") !== tint) node.style.setProperty("--tint", tint);
    node.classList.toggle("neg", value < 0);
  });
}

/** Smallest symmetric axis of the ladder 3, 10, 30 … that holds the value. */
export function axisFor(value, { least = USUAL_END, positive = false } = {}) {
  const ladder = [1, 3, 10, 30, 100, 300, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5, LARGEST];
  const end = ladder.find((e) => e >= least && e >= Math.abs(value)) ?? LARGEST;
  return positive ? [0, end] : [-end, end];
}

/** Index of the segment [x1, y1, x2, y2] nearest to the point, or −1: never by stacked hit paths. */
export function nearest(segments, px, py, reach = REACH) {
  let best = -1;
  let least = reach;
  segments.forEach(([x1, y1, x2, y2], index) => {
    const dx = x2 - x1;
    const dy = y2 - y1;
    const t = ((px - x1) * dx + (py - y1) * dy) / (dx * dx + dy * dy || 1);
    if (t < 0.03 || t > 0.97) return;
    const distance = Math.hypot(px - x1 - t * dx, py - y1 - t * dy);
    if (distance < least) {
      least = distance;
      best = index;
    }
  });
  return best;
}

/**
 * Horizontal drag changes a value; vertical movement is left to the page (touch-action: pan-y).
 * `pick(event)` names the quantity or returns null; the other callbacks receive it.
 */
export function scrub(node, { pick, read, limits, start, move, end, signal }) {
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const what = pick(event);
    if (!what) return;
    const { pointerId, clientX } = event;
    const value = read(what);
    const over = new AbortController();
    let range = null; // the axis, once the pointer has gone far enough for a drag
    const moved = (next) => {
      if (next.pointerId !== pointerId) return;
      const dx = next.clientX - clientX;
      if (!range) {
        if (Math.abs(dx) < START) return;
        node.setPointerCapture(pointerId);
        start(what);
        range = limits(what); // after the start: a new selection has its own axis
      }
      // A wider axis is travelled in proportion, the usual one and narrower ones at the usual pace.
      const pace = Math.max(1, range[1] / USUAL_END);
      const raw = value + dx * pace * (next.shiftKey ? PER_PIXEL_FINE : PER_PIXEL);
      move(what, clamp(Math.round(raw * 100) / 100, ...range));
    };
    const stop = (last) => {
      if (last.pointerId !== pointerId) return;
      over.abort();
      if (!range) return;
      end(what);
      // The click that follows a drag is not a choice.
      const swallow = (click) => click.stopPropagation();
      node.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => node.removeEventListener("click", swallow, { capture: true }), 0);
    };
    // On the window: a quick pointer has left the cell before it has moved four pixels.
    const during = { signal: over.signal };
    globalThis.addEventListener("pointermove", moved, during);
    globalThis.addEventListener("pointerup", stop, during);
    globalThis.addEventListener("pointercancel", stop, during);
    signal.addEventListener("abort", () => over.abort(), during);
  }, { signal });
}

/**
 * Tokens travel along segments: discs forward, diamonds back, area by contribution.
 * Returns { finish }, which ends the flight at once; `done` is called exactly once either way.
 */
export function fly(layer, tokens, { back = false, done }) {
  const nodes = tokens.map(({ value, scale, line }) => {
    const r = 3 + 4 * share(value, scale);
    const kind = `bp-token ${signClass(value)}`;
    const shape = back
      ? s("path", kind, { d: `M0 ${-r - 1}L${r + 1} 0L0 ${r + 1}L${-r - 1} 0Z` })
      : s("circle", kind, { r });
    layer.append(shape);
    return { shape, line };
  });
  let frame = 0;
  let begun = null;
  let open = true;
  const finish = () => {
    if (!open) return;
    open = false;
    cancelAnimationFrame(frame);
    for (const { shape } of nodes) shape.remove();
    done();
  };
  const tick = (now) => {
    begun ??= now;
    const t = Math.min(1, (now - begun) / TIME.flight);
    const eased = t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) ** 2;
    const along = back ? 1 - eased : eased;
    for (const { shape, line: [x1, y1, x2, y2] } of nodes) {
      const at = `translate(${x1 + along * (x2 - x1)} ${y1 + along * (y2 - y1)})`;
      shape.setAttribute("transform", at);
    }
    if (t < 1) frame = requestAnimationFrame(tick);
    else finish();
  };
  frame = requestAnimationFrame(tick);
  return { finish };
}
