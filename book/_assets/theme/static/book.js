// What the pages do beyond plain HTML. Everything here is an improvement of something that works
// without it: the contents list, the answer that unfolds, code that can be selected by hand.

(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  // ---------------------------------------------------------------- light and dark
  function coloursButton() {
    const button = document.getElementById("colours");
    const now = document.getElementById("colours-now");
    const show = () => (now.textContent = window.bookColours.choice);
    button.addEventListener("click", () => {
      window.bookColours.next();
      show();
    });
    show();
  }

  // ---------------------------------------------------------------- the contents list on a phone
  function contentsMenu() {
    const link = document.getElementById("menu");
    const nav = document.getElementById("contents");
    const button = make("button", { type: "button", className: link.className, id: "menu" });
    button.append(...link.childNodes);
    button.setAttribute("aria-controls", "contents");
    const open = (yes) => {
      nav.classList.toggle("open", yes);
      button.setAttribute("aria-expanded", String(yes));
    };
    link.replaceWith(button);
    open(false);
    button.addEventListener("click", () => open(!nav.classList.contains("open")));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && nav.classList.contains("open")) {
        open(false);
        button.focus();
      }
    });
  }

  // ---------------------------------------------------------------- "/" goes to the search field
  function searchKey() {
    const field = document.querySelector("#search-words") ?? document.querySelector("#q");
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (field.getClientRects().length === 0) return;
      event.preventDefault();
      field.focus();
    });
  }

  // ---------------------------------------------------------------- where the reader is
  function markSection() {
    const links = all(".page-nav a");
    const sections = links.map((link) => document.getElementById(link.hash.slice(1)));
    if (!links.length || sections.includes(null)) return;
    const mark = () => {
      const passed = sections.filter((section) => section.getBoundingClientRect().top < 120);
      const current = sections.indexOf(passed.at(-1));
      links.forEach((link, k) => {
        if (k === current) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    };
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        mark();
      });
    }, { passive: true });
    mark();
  }

  // ---------------------------------------------------------------- Predict: choose, then reveal
  function predictBox(box) {
    const answer = box.querySelector("details.answer");
    if (!answer) return;
    const list = box.querySelector("ul.choices");
    const reveal = make("button", { type: "button", className: "reveal" }, "Show the answer");
    let choices = [];

    if (list) {
      choices = all(":scope > li", list).map((item) => {
        const button = make("button", { type: "button", className: "choice" });
        const only = item.children.length === 1 && item.firstElementChild.tagName === "P";
        button.append(...(only ? item.firstElementChild : item).childNodes);
        button.setAttribute("aria-pressed", "false");
        item.replaceChildren(button);
        return button;
      });
      reveal.disabled = true;
    }
    for (const button of choices) {
      button.addEventListener("click", () => {
        for (const other of choices) other.setAttribute("aria-pressed", String(other === button));
        reveal.disabled = false;
      });
    }

    const body = answer.querySelector(".unfold-body");
    const shown = make("div", { className: "answer", hidden: true, tabIndex: -1 }, ...body.childNodes);
    answer.replaceWith(make("p", { className: "reveal-row" }, reveal), shown);
    reveal.addEventListener("click", () => {
      shown.hidden = false;
      reveal.parentElement.remove();
      for (const button of choices) button.disabled = true;
      shown.focus({ preventScroll: true });
      // a widget beneath may keep its gradients hidden until now
      box.dispatchEvent(new CustomEvent("predict:answered", { bubbles: true }));
    });
  }

  // ---------------------------------------------------------------- copying code
  function copyButton(block) {
    const button = make("button", { type: "button", className: "copy" }, "Copy");
    button.setAttribute("aria-label", "Copy this code");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(block.querySelector("pre").textContent);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Not allowed here";
      }
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    block.append(button);
  }

  // ---------------------------------------------------------------- what scrolls sideways takes focus
  function scrollable() {
    const names = { "display-formula": "Formula", "table-wrapper": "Table" };
    const boxes = all(".display-formula, .highlight pre, .table-wrapper");
    const watch = new ResizeObserver((entries) => entries.forEach(({ target }) => mark(target)));
    function mark(box) {
      const wide = box.scrollWidth > box.clientWidth + 1;
      if (wide === box.hasAttribute("tabindex")) return;
      if (wide) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", `${names[box.classList[0]] ?? "Code"}, scrolls sideways`);
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
      }
    }
    boxes.forEach((box) => watch.observe(box));
    // a font that comes late makes the content wider, and the box stays as it is
    document.fonts.addEventListener("loadingdone", () => boxes.forEach(mark));
  }

  // ---------------------------------------------------------------- what is out of sight rests
  // A box out of sight keeps the size it last had (book.css), so all are laid out before that.
  function settle() {
    const root = document.documentElement;
    let width = 0;
    let waiting = 0;
    const rest = () => requestAnimationFrame(() => root.classList.add("settled"));
    const later = () => {
      if (innerWidth === width) return;
      width = innerWidth;
      root.classList.remove("settled");
      clearTimeout(waiting);
      waiting = setTimeout(() => requestAnimationFrame(rest), 500); // not in a tab nobody sees
    };
    addEventListener("resize", later);
    document.fonts.ready.then(later);
  }

  // ---------------------------------------------------------------- paper: nothing stays folded
  function paper() {
    let closed = [];
    addEventListener("beforeprint", () => {
      closed = all("article details:not([open], .code-fold)");
      closed.forEach((block) => (block.open = true));
    });
    addEventListener("afterprint", () => closed.forEach((block) => (block.open = false)));
  }

  coloursButton();
  contentsMenu();
  searchKey();
  markSection();
  all(".predict").forEach(predictBox);
  all(".cell_input div[class*=highlight-], article > section div[class*=highlight-]")
    .filter((block) => !block.closest(".cell_output"))
    .forEach(copyButton);
  scrollable();
  settle();
  paper();
})();
