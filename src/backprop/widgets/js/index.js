/** One bundle for all widgets: anywidget's render, dispatched on the model's `kind`. */

import { render as ChainTracer } from "./chaintracer.js";
import { render as DeltaRelay } from "./deltarelay.js";
import { render as DescentMap } from "./descentmap.js";
import { h } from "./draw.js";
import { render as MatrixLens } from "./matrixlens.js";
import { render as NetLab342 } from "./netlab342.js";
import { render as NeuronDial } from "./neurondial.js";

const KINDS = { ChainTracer, DeltaRelay, DescentMap, MatrixLens, NetLab342, NeuronDial };

export function render({ model, el }) {
  const kind = model.get("kind");
  if (Object.hasOwn(KINDS, kind)) return KINDS[kind]({ model, el });
  el.append(
    h("p", "bp-refusal", { role: "alert" }, `There is no widget called \u201c${kind}\u201d.`),
  );
}

// A classic script, because a page opened from disk may load no module.
globalThis.backpropWidgets = { render };
