"""How a widget looks at every width: one height whatever it shows, and nothing overlaps."""

from tests.browser.harness import STILL, write_page

WIDE_FONT = ".bp { --text: 'DejaVu Sans', Verdana, sans-serif !important }"
PADDINGS = {736: "24px 0", 600: "0", 320: "8px 16px"}  # as on the pages of the book
OVERLAPS = """root => {
    const boxes = [];
    const seen = (n) => n.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const plain = ({ left, right, top, bottom }) => ({ left, right, top, bottom });
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode, parent = text.parentElement;
        if (!text.data.trim() || parent.closest("math, .bp-sr") || !seen(parent)) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const r of range.getClientRects()) boxes.push([text.data.trim(), plain(r), parent]);
    }
    for (const m of root.querySelectorAll("math")) {
        if (seen(m)) boxes.push([m.textContent, plain(m.getBoundingClientRect()), m]);
    }
    const holders = ".bp-cell, .bp-node, .bp-button, .bp-top, .bp-side, .bp-mode-face";
    const found = [];
    const frame = root.getBoundingClientRect();
    for (const [name, r, node] of boxes) {
        if (r.left < frame.left - 1 || r.right > frame.right + 1) found.push(`outside: ${name}`);
        const b = node.closest(holders)?.getBoundingClientRect();
        if (b && (r.left < b.left - 1 || r.right > b.right + 1)) found.push(`leaves: ${name}`);
    }
    const slack = 2.5; // a line box is taller than its letters
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
        const [a, p, n] = boxes[i], [c, q, m] = boxes[j];
        if (Math.min(p.right, q.right) - Math.max(p.left, q.left) <= 1) continue;
        if (Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) <= 2 * slack) continue;
        if (!n.contains(m) && !m.contains(n)) found.push(`${a} | ${c}`);
    }
    if (root.scrollWidth > root.clientWidth) found.push("the widget scrolls sideways");
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) found.push("the page scrolls sideways");
    return found;
}"""
# Looks at the view that was drawn at another width, then draws a new one in its place.
LOOK = f"""async (moves) => {{
    const overlaps = {OVERLAPS};
    const look = (root) => [root.getBoundingClientRect().height, overlaps(root)];
    await document.fonts.ready;
    const found = [], left = globalThis.left;
    if (left) {{
        await new Promise((resized) => {{ // observers hear in the order in which they were made
            new ResizeObserver(resized).observe(left.root);
            setTimeout(resized, 30000);
        }});
        found.push(look(left.root));
        left.end();
        left.el.remove();
    }}
    const hidden = document.querySelector(".bp-mount"), model = hidden.backpropModel;
    const el = hidden.cloneNode();
    el.style.display = "block";
    hidden.after(el);
    const end = globalThis.backpropWidgets.render({{ model, el }});
    const root = el.querySelector("[data-ready='1']");
    for (const move of moves) {{
        for (const [trait, value] of Object.entries(move)) model.set(trait, value);
        await null; // a view hears of it in a microtask
        found.push(look(root));
    }}
    globalThis.left = {{ root, el, end }};
    return found;
}}"""
PAD = "padding => { document.querySelector('main').style.padding = padding }"


def faults(reopen, folder, widget, moves, limits, *, style="", theme="light"):
    """Return what is wrong with the looks of a widget, with the width and the state in which.

    `moves` are traits to set one after the other; `limits` gives the greatest height at each width
    of the page.
    """
    style += ".bp-mount { display: none }"
    page = reopen(write_page(folder, widget, style=style, theme=theme), height=1200, **STILL)
    page.wait_for_selector(".bp-mount", state="attached")
    wrong, states = [], moves
    for width, limit in limits.items():
        page.evaluate(PAD, PADDINGS.get(width, "8px"))
        page.set_viewport_size({"width": width, "height": 1200})
        page.wait_for_function("width => innerWidth === width", arg=width)
        found = page.evaluate(LOOK, moves)
        for state, (height, overlaps) in zip(states, found, strict=True):
            if height != found[-1][0] or height > limit:
                wrong.append(f"{width} px, {state}: {height} px high, at last {found[-1][0]}")
            wrong += [f"{width} px, {state}: {overlap}" for overlap in overlaps]
        states = ["made narrower", *moves]
    return wrong
