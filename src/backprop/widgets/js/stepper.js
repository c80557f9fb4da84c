/** Back, the stops of a walk in named phases, Next: in the same place at every step. */

import { h, setAttribute, setText } from "./draw.js";

/**
 * @param {{names: string[], phases: string[], go: (step: number) => void, again?: string,
 *   signal: AbortSignal}} options names: one phase name per step, repeated for long phases
 */
export function stepper({ names, phases, go, again = "Again", signal }) {
  const last = names.length - 1;
  let current = -1; // before the first update
  const back = h("button", "bp-button", { type: "button", "aria-label": "Back one step" }, "Back");
  const next = h("button", "bp-button bp-primary", { type: "button" }, "Next");
  back.addEventListener("click", () => current > 0 && go(current - 1), { signal });
  next.addEventListener("click", () => go(current === last ? 0 : current + 1), { signal });

  const stops = names.map((name, step) => {
    const label = `Step ${step} of ${last}: ${name}`;
    const stop = h("button", "bp-stop", { type: "button", "aria-label": label });
    stop.addEventListener("click", () => go(step), { signal });
    return stop;
  });
  const groups = phases.map((phase) => {
    const mine = stops.filter((_, step) => names[step].startsWith(phase));
    const bars = h("span", "bp-stop-bars", {}, ...mine);
    const group = h("div", "bp-phase", {}, h("span", "bp-phase-name", {}, phase), bars);
    group.style.setProperty("--share", String(mine.length));
    return { group, mine };
  });
  const walk = h("div", "bp-stops", { role: "group", "aria-label": "Steps" });
  walk.append(...groups.map(({ group }) => group));
  walk.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (way === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const to = stops[stops.indexOf(event.target) + way];
    if (!to) return;
    event.preventDefault();
    to.focus();
  }, { signal });

  return {
    node: h("div", "bp-bar", {}, back, walk, next),
    update(step) {
      if (step === current) return;
      current = step;
      // A disabled button would lose the focus of whoever pressed it; say it is off instead.
      setAttribute(back, "aria-disabled", step === 0 ? "true" : null);
      setText(next, step === last ? again : "Next");
      stops.forEach((stop, t) => {
        stop.classList.toggle("done", t < step);
        stop.tabIndex = t === step ? 0 : -1;
        setAttribute(stop, "aria-current", t === step ? "step" : null);
      });
      for (const { group, mine } of groups) {
        group.classList.toggle("now", mine.includes(stops[step]));
      }
    },
  };
}
