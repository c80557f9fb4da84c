/*
 * Shows the book's widgets on a page without a kernel: reads the widget state and the view tags
 * that MyST-NB writes, and mounts each view when it comes near the screen. A classic script
 * beside widgets.js, so that it also runs on a page opened from disk. Until a view is mounted, and
 * without JavaScript, its still picture stands there.
 */
(() => {
  const TYPE = "application/vnd.jupyter.widget-";
  const models = new Map();

  /** The part of a Jupyter model that the widgets use; all views of one id share it. */
  function modelOf(id, states) {
    if (models.has(id)) return models.get(id);
    const values = { ...states[id].state };
    const listeners = new Map();
    const model = {
      get: (key) => values[key],
      set(key, value) {
        if (JSON.stringify(values[key]) === JSON.stringify(value)) return;
        values[key] = value;
        for (const heard of [...(listeners.get(`change:${key}`) ?? [])]) heard();
      },
      save_changes() {}, // there is no kernel to tell
      on(event, heard) {
        if (!listeners.has(event)) listeners.set(event, new Set());
        listeners.get(event).add(heard);
      },
      off: (event, heard) => void listeners.get(event)?.delete(heard),
    };
    models.set(id, model);
    return model;
  }

  function start() {
    const parse = (tag) => JSON.parse(tag.textContent);
    const tags = (kind) => [...document.querySelectorAll(`script[type="${TYPE}${kind}+json"]`)];
    const states = Object.assign({}, ...tags("state").map((tag) => parse(tag).state));
    const watch = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        watch.unobserve(target);
        globalThis.backpropWidgets.render({ model: target.backpropModel, el: target });
      }
    }, { rootMargin: "400px 0px" });
    const places = {};
    for (const tag of tags("view")) {
      const id = parse(tag).model_id;
      const kind = states[id]?.state.kind;
      if (!kind) continue; // not one of ours: its other outputs stand in
      const mount = document.createElement("div");
      mount.className = "bp-mount";
      mount.dataset.backpropPage = "";
      // The first of a kind needs no number in a reader's link, the others their place on the page.
      places[kind] = (places[kind] ?? 0) + 1;
      mount.dataset.place = places[kind] > 1 ? String(places[kind]) : "";
      mount.backpropModel = modelOf(id, states);
      tag.before(mount);
      watch.observe(mount);
    }
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
