// Light or dark, set before the page is drawn. The button that changes it is made here, since it needs this script.
// The choice is the one thing that the book stores, and only in the reader's browser.
"use strict";
(() => {
  const modes = ["auto", "light", "dark"];
  const names = { auto: "automatic", light: "light", dark: "dark" };
  const root = document.documentElement;
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  const read = () => {
    try {
      return localStorage.getItem("mode");
    } catch {
      return null; // storage is forbidden: the mode lasts as long as the page
    }
  };
  const apply = (mode) => {
    root.dataset.mode = mode;
    root.dataset.theme = mode === "auto" ? (darkness.matches ? "dark" : "light") : mode;
  };
  apply(modes.includes(read()) ? read() : "auto");
  darkness.addEventListener("change", () => apply(root.dataset.mode));

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.createElement("button");
    const name = () => (button.textContent = "Mode: " + names[root.dataset.mode]);
    button.type = "button";
    button.className = "page-button mode-button";
    button.addEventListener("click", () => {
      apply(modes[(modes.indexOf(root.dataset.mode) + 1) % modes.length]);
      name();
      try {
        localStorage.setItem("mode", root.dataset.mode);
      } catch {
        // as above
      }
    });
    name();
    document.querySelector(".bd-header-article").append(button);
  });
})();
