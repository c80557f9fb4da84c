// Render TeX to HTML on request: MathJax 3's node build, run by deno.
//
//   deno run --allow-read prerender.cjs PATH/TO/mathjax/es5 URL/OF/THE/FONTS
//
// One JSON object a line on standard input, one a line back:
//   {"tex": "\\delta", "display": true}  ->  {"html": "<mjx-container …>"} or {"error": "…"}
//   {"stylesheet": true}                 ->  {"css": "…"}: what all formulas so far need
const process = require("node:process");
const readline = require("node:readline");

const [mathjax, fonts] = process.argv.slice(2);
const MathJax = require(`${mathjax}/node-main.js`);

// Where TeX would break a line: after a relation or a binary operator, which is where MathJax puts
// a space before the next element. There a real space takes its place, which vanishes at the end of
// a line; `book.css` lets lines break there on narrow screens only.
const SPACED = new Set(["3", "4"]);
const LONG = 12; // glyphs; a shorter formula stays in one piece

function allowBreaks(adaptor, container) {
  if (adaptor.tags(container, "mjx-c").length <= LONG) return;
  const math = adaptor.firstChild(container);
  const parts = [...adaptor.childNodes(math)];
  for (let k = 1; k < parts.length; k++) {
    const [operator, next] = [parts[k - 1], parts[k]];
    if (adaptor.kind(operator) !== "mjx-mo") continue;
    const space = adaptor.getAttribute(operator, "space");
    if (!SPACED.has(space) || adaptor.getAttribute(next, "space") !== space) continue;
    adaptor.removeAttribute(next, "space");
    adaptor.insert(adaptor.node("mjx-break", { size: space }, [adaptor.text(" ")]), next);
  }
}

MathJax.init({
  loader: {
    paths: { mathjax },
    // No "require", "autoload" or "noundefined": an unknown macro is an error, not red text.
    load: ["input/tex-base", "[tex]/ams", "[tex]/boldsymbol", "output/chtml", "a11y/assistive-mml"],
  },
  tex: {
    packages: ["base", "ams", "boldsymbol"],
    formatError(_jax, error) {
      throw new Error(error.message);
    },
  },
  chtml: { fontURL: fonts, adaptiveCSS: true },
}).then((MJ) => {
  const { adaptor } = MJ.startup;
  const answer = (request) => {
    if (request.stylesheet) return { css: adaptor.textContent(MJ.chtmlStylesheet()) };
    const node = MJ.tex2chtml(request.tex, { display: request.display });
    if (!request.display) allowBreaks(adaptor, node);
    return { html: adaptor.outerHTML(node) };
  };
  readline.createInterface({ input: process.stdin }).on("line", (line) => {
    let reply;
    try {
      reply = answer(JSON.parse(line));
    } catch (error) {
      reply = { error: error.message };
    }
    process.stdout.write(JSON.stringify(reply) + "\n");
  });
});
