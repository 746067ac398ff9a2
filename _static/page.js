// What a page does before it is drawn: it is light or dark as the reader wants, and asks early for its fonts.
// The choice is the one thing that the book stores, and only in the reader's browser.
"use strict";
(() => {
  const modes = ["auto", "light", "dark"];
  const root = document.documentElement;
  const script = document.currentScript;
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try {
      return localStorage.getItem("mode");
    } catch {
      return null; // storage is forbidden: the choice lasts as long as the page
    }
  };
  const store = (mode) => {
    try {
      localStorage.setItem("mode", mode);
    } catch {
      // as above
    }
  };
  const apply = (mode) => {
    root.dataset.mode = modes.includes(mode) ? mode : "auto";
    root.dataset.theme = root.dataset.mode === "auto" ? (darkness.matches ? "dark" : "light") : mode;
  };
  apply(stored());
  darkness.addEventListener("change", () => apply(root.dataset.mode));

  // From a folder, browsers read fonts as the style sheet names them, but refuse to fetch them ahead.
  if (location.protocol !== "file:")
    for (const name of script.dataset.fonts.split(" ")) {
      const link = document.createElement("link");
      Object.assign(link, { rel: "preload", as: "font", type: "font/woff2", crossOrigin: "anonymous" });
      link.href = new URL("fonts/" + name, script.src).href;
      document.head.append(link);
    }

  // The button is made here, since it does nothing without this script.
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.createElement("button");
    const name = () => (button.textContent = "Mode: " + root.dataset.mode);
    button.type = "button";
    button.className = "page-button mode-button";
    button.addEventListener("click", () => {
      apply(modes[(modes.indexOf(root.dataset.mode) + 1) % modes.length]);
      store(root.dataset.mode);
      name();
    });
    name();
    document.querySelector(".bd-header-article")?.append(button); // a page of a table has no such place
  });
})();
