// What Sphinx's search says, in the book's words. Loaded after doctools.js, before searchtools.js.
Object.assign(Documentation.TRANSLATIONS, {
  "Search Results": "Found",
  "Search finished, found ${resultCount} page(s) matching the search query.": "Places: ${resultCount}",
  "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
    "Nothing. A page must contain all the words; try fewer, or part of one.",
});
