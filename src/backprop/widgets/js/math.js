/** MathML in the book's notation. Every function returns markup; math() closes it. */

export const mi = (name) => `<mi>${name}</mi>`;
export const mn = (value) => `<mn>${value}</mn>`;
export const mo = (sign) => `<mo>${sign}</mo>`;
const tight = (sign) => `<mo stretchy="false" lspace="0" rspace="0">${sign}</mo>`;
export const row = (...parts) => `<mrow>${parts.join("")}</mrow>`;
export const paren = (...parts) => row(tight("("), ...parts, tight(")"));
export const text = (slot) => `<mtext class="bp-slot" data-slot="${slot}"></mtext>`;

// Without a table of mathematical metrics in the font a script is lifted to the top of its base;
// a base that says it is low gets its scripts where TeX sets them.
const base = (inside) => `<mpadded height="0.42em">${inside}</mpadded>`;

// The same fonts leave a gap after a script that TeX does not.
const close = '<mspace width="-0.1em"></mspace>';

const raised = (layer) => row(tight("("), mn(layer), tight(")"));

/** W^(l), x^(l), with an optional index below: symbol("w", 1, "23"). */
export function symbol(name, layer, index) {
  const letter = mi(name);
  const below = typeof index === "number" ? mn(index) : index;
  if (layer === undefined) return below === undefined ? letter : `<msub>${letter}${below}</msub>`;
  if (below === undefined) return row(`<msup>${base(letter)}${raised(layer)}</msup>`, close);
  return row(`<msubsup>${base(letter)}${below}${raised(layer)}</msubsup>`, close);
}

/** Two indices side by side: w_23 is row 2, column 3. */
export const indices = (...list) =>
  row(...list.map((i) => (typeof i === "number" ? mn(i) : mi(i))));

export const transpose = (inside) => `<msup>${base(inside)}${tight("\u22a4")}</msup>`;
export const squaredNorm = (inside) =>
  `<msup>${base(row(tight("\u2016"), inside, tight("\u2016")))}${mn(2)}</msup>`;
export const half = '<mfrac displaystyle="false"><mn>1</mn><mn>2</mn></mfrac>';
/** f′ is the letter and a prime operator: <mi>f′</mi> would be set upright. */
export const fPrime = row(
  mi("f"),
  '<mo class="bp-prime" lspace="0" rspace="0.08em">\u2032</mo>',
);
export const sum = (index) => `<munder>${mo("\u2211")}${mi(index)}</munder>`;
export const nabla = (what) => row(`<msub>${tight("\u2207")}${what}</msub>`, mi("L"));
const round = '<mi class="bp-partial">\u2202</mi>';
export const derivative = (what) =>
  `<mfrac displaystyle="true">${row(round, mi("L"))}${row(round, what)}</mfrac>`;
export const total = (what) =>
  `<mfrac displaystyle="true">${row(mi("d"), mi("L"))}${row(mi("d"), what)}</mfrac>`;

export const math = (...parts) => `<math>${parts.join("")}</math>`;
