/**
 * A layer as a multiplication table: x and 1 on top, the error terms at the left; each cell holds
 * the weight and below it its gradient, the product of its row head and its column head.
 */

import { rove } from "./a11y.js";
import { h, markup, setAttribute, setNumber, setTint } from "./draw.js";

/**
 * @param {{label: string, caption: string, heads: {top: string[], side: string[]},
 *   quantities: any[][], choose: (p: any, origin?: any) => void, hover: (p: any) => void, drag: any,
 *   signal: AbortSignal}} options quantities: one per cell, the last column the biases
 */
export function multiplicationTable(
  { label, caption, heads, quantities, choose, hover, drag, signal },
) {
  const columns = heads.top.length + 1;
  const grid = h("div", "bp-grid", { role: "grid", "aria-label": label });
  grid.style.setProperty("--columns", String(columns));
  grid.style.setProperty("--rows", String(heads.side.length + 1));
  const top = heads.top.map((symbol) => {
    const value = h("span", "bp-value");
    const head = markup("div", "bp-top", symbol);
    head.setAttribute("role", "columnheader");
    head.append(value);
    return { head, value };
  });
  const one = h("div", "bp-top bp-one", { role: "columnheader" }, h("span", "", {}, "1"));
  const corner = h("span", "bp-corner", { role: "columnheader" }, h("span", "bp-sr", {}, "row"));
  const first = h("div", "bp-tr", { role: "row" }, corner, ...top.map((t) => t.head), one);
  grid.append(first);
  const side = [];
  const cells = quantities.map((list, r) => {
    const value = h("span", "bp-value");
    const head = markup("div", "bp-side", heads.side[r]);
    head.setAttribute("role", "rowheader");
    head.append(value);
    side.push({ head, value });
    const line = h("div", "bp-tr", { role: "row" }, head);
    grid.append(line);
    return list.map((quantity, c) => {
      const weight = h("span", "bp-weight");
      const gradient = h("span", "bp-gradient");
      const node = h(
        "div",
        c === columns - 1 ? "bp-cell bp-bias" : "bp-cell",
        { role: "gridcell", tabindex: "-1" },
        weight,
        gradient,
      );
      const cell = { node, weight, gradient, quantity, r, c };
      node.addEventListener("click", () => choose(quantity), { signal });
      node.addEventListener("pointerenter", () => hover(quantity), { signal });
      node.addEventListener("pointerleave", () => hover(null), { signal });
      drag(node, quantity);
      line.append(node);
      return cell;
    });
  });
  const all = cells.flat();
  const itemOf = (node) => all.find((cell) => cell.node === node);
  rove(grid, {
    itemOf,
    nodeOf: (cell) => cell.node,
    next: (cell, [down, right]) => cells[cell.r + down]?.[cell.c + right],
    choose: (cell) => choose(cell.quantity, cell.node),
    signal,
  });
  // The one tab stop is the cell last visited.
  let stop = all[0];
  const settle = (cell) => {
    stop.node.tabIndex = -1;
    stop = cell;
    stop.node.tabIndex = 0;
  };
  settle(stop);
  grid.addEventListener("focusin", (event) => {
    const cell = itemOf(event.target);
    if (!cell) return;
    settle(cell);
    hover(cell.quantity);
  }, { signal });
  grid.addEventListener("focusout", () => hover(null), { signal });

  const captionNode = markup("p", "bp-caption", `${caption} `);
  const note = captionNode.appendChild(h("span", "bp-note"));
  return {
    node: h("div", "bp-layer", {}, captionNode, grid),
    cells: all,
    note,
    head: (which, index, text, name, value) =>
      setNumber((which === "top" ? top : side)[index].value, text, name, value),
    /** One cell: texts, exact values, the tint of the quantity the edges show, the sentence or null. */
    cell(cell, { weight, gradient, tint, scale, fresh, describe }) {
      setNumber(cell.weight, ...weight);
      setNumber(cell.gradient, ...gradient);
      setTint(cell.node, tint, scale);
      cell.gradient.classList.toggle("fresh", fresh);
      if (describe) setAttribute(cell.node, "aria-label", describe);
    },
    /** Mark the selected cell; box the heads whose product the pointed-at cell is. */
    mark(isSelected, pointed) {
      for (const cell of all) {
        const on = isSelected(cell.quantity);
        cell.node.classList.toggle("selected", on);
        setAttribute(cell.node, "aria-selected", on ? "true" : "false");
        if (on && !grid.contains(document.activeElement)) settle(cell);
      }
      const at = all.find((cell) => pointed(cell.quantity));
      top.forEach(({ head }, c) => head.classList.toggle("on", at?.c === c));
      one.classList.toggle("on", at?.c === columns - 1);
      side.forEach(({ head }, r) => head.classList.toggle("on", at?.r === r));
    },
  };
}
