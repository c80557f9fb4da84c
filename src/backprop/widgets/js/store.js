/**
 * A view's copy of its model: the last good state, gestures with undo, and refusal of bad values
 * from elsewhere (a kernel may send anything) without losing what is on screen.
 */

import { drawFrame, endFrames, hold } from "./draw.js";

const same = (a, c) => a === c || JSON.stringify(a) === JSON.stringify(c);
const MEMORY = 100;

/**
 * @param {{root: HTMLElement, model: any, keys: string[], check: (s: any) => string | null,
 *   signal: AbortSignal, changed: (elsewhere?: boolean) => void,
 *   refused: (sentence: string) => void}} options
 *   keys: what undo and reset restore
 */
export function store({ root, model, keys, check, changed, refused, signal }) {
  const read = () => Object.fromEntries(keys.map((key) => [key, model.get(key)]));
  const agree = (a, c) => keys.every((key) => same(a[key], c[key]));
  let good = read();
  const initial = structuredClone(good);
  const past = [];
  let open = null; // the state a gesture began with

  const write = (next) => {
    good = next;
    for (const key of keys) {
      if (!same(model.get(key), next[key])) model.set(key, next[key]);
    }
  };
  const remember = (state) => {
    past.push(state);
    if (past.length > MEMORY) past.shift();
  };

  let frame = 0; // of a change in a gesture that is not drawn yet
  const tell = (elsewhere) => {
    cancelAnimationFrame(frame);
    frame = 0;
    changed(elsewhere);
  };
  signal.addEventListener("abort", () => {
    cancelAnimationFrame(frame);
    endFrames();
  });

  let waiting = false;
  const adopt = () => {
    waiting = false;
    if (signal.aborted) return;
    const next = read();
    if (agree(next, good)) return;
    const sentence = check(next);
    if (sentence) {
      refused(sentence);
      return;
    }
    good = next;
    tell(true);
  };
  const heard = () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(adopt); // several keys may change together
  };
  for (const key of keys) model.on(`change:${key}`, heard);
  signal.addEventListener("abort", () => {
    for (const key of keys) model.off(`change:${key}`, heard);
  });

  return {
    adopt,
    get state() {
      return good;
    },
    /** Is a gesture under way? */
    get moving() {
      return open !== null;
    },
    get canUndo() {
      return past.length > 0;
    },
    get pristine() {
      return agree(good, initial);
    },
    initial,
    begin() {
      if (open) return;
      open = good;
      hold(root, true);
    },
    /** Within a gesture: drawn once in each frame, however often it comes. */
    set(next) {
      if (check(next)) return;
      write(next);
      frame ||= requestAnimationFrame(() => drawFrame(tell));
    },
    /** End of a gesture: one entry of history, one message to Python. */
    end() {
      if (open && !agree(open, good)) remember(open);
      open = null;
      hold(root, false);
      endFrames();
      model.save_changes();
      tell();
    },
    undo() {
      if (open || past.length === 0) return false;
      write(past.pop());
      model.save_changes();
      tell();
      return true;
    },
    replace(next) {
      if (check(next) || agree(next, good)) return false;
      remember(good);
      write(structuredClone(next));
      model.save_changes();
      tell();
      return true;
    },
  };
}
