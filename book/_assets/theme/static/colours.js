// Sets light or dark before the page is painted. Stored choice: "light", "dark" or none (the system's).
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  let choice = null;
  try {
    choice = localStorage.getItem("colours");
  } catch { /* storage may be forbidden: follow the system */ }

  const apply = () => {
    root.dataset.mode = choice ?? "auto";
    root.dataset.theme = choice ?? (system.matches ? "dark" : "light");
  };
  system.addEventListener("change", apply);
  apply();

  window.bookColours = {
    get choice() {
      return choice ?? "system";
    },
    next() {
      choice = { system: "light", light: "dark", dark: null }[this.choice];
      try {
        if (choice) localStorage.setItem("colours", choice);
        else localStorage.removeItem("colours");
      } catch { /* then it lasts for this page */ }
      apply();
    },
  };
})();
