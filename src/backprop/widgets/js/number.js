/** Numbers as text: fixed decimals per quantity and a place for the sign, so that nothing jumps. */

export const MINUS = "\u2212";
export const UNKNOWN = "\u00b7";
const FIGURE_SPACE = "\u2007";
const DECIMALS = { weight: 2, input: 2, u: 3, x: 3, delta: 4, gradient: 4, loss: 4 };

/** The largest magnitude a reader may enter. */
export const LARGEST = 1e6;

/** Typographic minus in the text of any number. */
const minus = (text) => text.replaceAll("-", MINUS).replace("e+", "e");

/**
 * Five to seven characters, always with a sign slot: +0.50, −1.10, +12.35, +1.2e3, +4e−6.
 * @param {number} value
 * @param {keyof typeof DECIMALS} kind
 */
export function show(value, kind) {
  const decimals = DECIMALS[kind];
  const size = Math.abs(value);
  if (size === 0) return FIGURE_SPACE + (0).toFixed(decimals);
  const sign = value < 0 ? MINUS : "+";
  if (size < 0.5 * 10 ** -decimals) return sign + minus(size.toExponential(0));
  // One decimal fewer for each further digit before the point keeps the width.
  for (let whole = 0; whole <= 2 && size < 1000; whole++) {
    if (decimals - whole < 0) break;
    const text = size.toFixed(decimals - whole);
    if (text.indexOf(".") === -1 ? text.length <= whole + 1 : text.indexOf(".") <= whole + 1) {
      return sign + text;
    }
  }
  if (size < 999.5) return sign + size.toFixed(0);
  return sign + minus(size.toExponential(1));
}

/** As show, for a quantity that is never negative: no sign slot. */
export function showPlain(value, kind) {
  return show(value, kind).slice(1);
}

/** Every digit that distinguishes the number. */
export function full(value) {
  return minus(String(value));
}

/** A short number for axis ends: 3, −10, 300, 1e3, 1e6. */
export function short(value) {
  const size = Math.abs(value);
  const text = size >= 1e3 ? size.toExponential(0).replace("e+", "e") : String(size);
  return (value < 0 ? MINUS : "") + text;
}

/** For reading aloud: the shown digits without the figure space. */
export function spoken(value, kind) {
  return show(value, kind).trim();
}

const PATTERN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Read what a reader typed. Either { value } or { error }, a sentence that says what is wrong.
 * @param {string} text
 * @param {{least?: number, most?: number}} [limits]
 */
export function parse(text, { least = -LARGEST, most = LARGEST } = {}) {
  const typed = text.trim().replaceAll(MINUS, "-").replaceAll("\u2013", "-");
  if (typed === "") return { error: "Type a number." };
  const shown = typed.length > 12 ? `${typed.slice(0, 11)}\u2026` : typed;
  if (!PATTERN.test(typed)) return { error: `\u201c${shown}\u201d is not a number.` };
  const value = Number(typed);
  if (value < least || value > most) {
    const range = least === -most
      ? `\u00b1${most.toLocaleString("en-GB")}`
      : `${short(least)} to ${most.toLocaleString("en-GB")}`;
    return { error: `${minus(shown)} is outside ${range}.` };
  }
  return { value: value === 0 ? 0 : value };
}
