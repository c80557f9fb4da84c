/**
 * A view's copy of its model: the last good state, gestures with undo, and refusal of bad values
 * from elsewhere (a kernel may send anything) without losing what is on screen.
 */

const same = (a, c) => JSON.stringify(a) === JSON.stringify(c);
const MEMORY = 100;

/**
 * @param {{model: any, keys: string[], check: (s: any) => string | null, signal: AbortSignal,
 *   changed: (elsewhere?: boolean) => void, refused: (sentence: string) => void}} options
 *   keys: what undo and reset restore
 */
export function store({ model, keys, check, changed, refused, signal }) {
  const read = () => Object.fromEntries(keys.map((key) => [key, model.get(key)]));
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

  let waiting = false;
  const adopt = () => {
    waiting = false;
    if (signal.aborted) return;
    const next = read();
    if (same(next, good)) return;
    const sentence = check(next);
    if (sentence) {
      refused(sentence);
      return;
    }
    good = next;
    changed(true);
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
    get begun() {
      return open;
    },
    get canUndo() {
      return past.length > 0;
    },
    get pristine() {
      return same(good, initial);
    },
    initial,
    begin() {
      open ??= good;
    },
    set(next) {
      if (check(next)) return;
      write(next);
      changed();
    },
    /** End of a gesture: one entry of history, one message to Python. */
    end() {
      if (open && !same(open, good)) remember(open);
      open = null;
      model.save_changes();
      changed();
    },
    undo() {
      if (open || past.length === 0) return false;
      write(past.pop());
      model.save_changes();
      changed();
      return true;
    },
    replace(next) {
      if (check(next) || same(next, good)) return false;
      remember(good);
      write(structuredClone(next));
      model.save_changes();
      changed();
      return true;
    },
  };
}
