// What a page does before it is drawn: it is light or dark as the reader wants, and asks early for its fonts. Later it
// opens the search, keeps the keyboard from behind an open card, and marks in the contents where one is.
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

  // A script beside this one, loaded when it is needed.
  const load = (name) =>
    new Promise((done, failed) => {
      const node = document.createElement("script");
      Object.assign(node, { src: new URL(name, script.src).href, onload: done, onerror: failed });
      document.head.append(node);
    });
  globalThis.loadOfBook = load;

  // The search is loaded when it is first used; a slash opens it wherever nothing is being written.
  let loading;
  const search = () => (loading ||= load(script.dataset.search.split(" ")[0]).then(() => bookSearch));
  const openSearch = () => search().then(({ open }) => open());
  const writes = (node) => node.isContentEditable || /^(input|textarea|select)$/i.test(node.tagName);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
    event.preventDefault();
    openSearch();
  });

  // An open card never lies over what the keyboard is at: what it opens from moves up, and it closes for what comes later.
  const card = () => document.querySelector(":is(.ev-card, .entry-card):popover-open");
  const covers = (over, under) => {
    const [a, b] = [over, under].map((node) => node.getBoundingClientRect());
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  };
  const uncover = ({ target }) => {
    const open = card();
    if (!open || open.contains(target)) return;
    // A reader who is quick opens a card before the browser has told of the focus: then the card stays.
    if (target.getAttribute("popovertarget") === open.id) target.scrollIntoView({ block: "nearest" });
    else if (covers(open, target)) open.hidePopover();
  };
  if ("popover" in HTMLElement.prototype) {
    // The browser scrolls to what has the focus after it has said so.
    document.addEventListener("focusin", (event) => requestAnimationFrame(() => uncover(event)));
    const opened = (event) => event.newState === "open" && card() && document.activeElement.scrollIntoView({ block: "nearest" });
    document.addEventListener("toggle", opened, true);
  }

  // The part of the page that is being read: the last whose heading is in the upper third of the window or above it.
  const markPlace = () => {
    const links = [...document.querySelectorAll(".page-toc a[href^='#']")];
    const headings = links.map((link) => document.getElementById(link.hash.slice(1))?.querySelector("h1, h2, h3, h4"));
    if (!headings.some(Boolean)) return;
    const mark = () => {
      const line = innerHeight / 3;
      const last = headings.findLastIndex((heading) => heading && heading.getBoundingClientRect().top <= line);
      for (const [at, link] of links.entries())
        at === last ? link.setAttribute("aria-current", "location") : link.removeAttribute("aria-current");
    };
    const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -66% 0px" });
    for (const heading of headings) if (heading) observer.observe(heading);
  };

  const makeButton = (className) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "page-button " + className;
    document.querySelector(".bd-header-article")?.append(button); // a page of a table has no such place
    return button;
  };

  // The marks of a figure are one stop for the keyboard: arrows lead from one to the next, and its name is shown.
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  const toMark = (event) => {
    const mark = event.target.closest?.("a.lead");
    if (!mark || !(event.key in steps)) return;
    event.preventDefault();
    const marks = [...mark.parentNode.children];
    const next = marks.at((marks.indexOf(mark) + steps[event.key]) % marks.length);
    mark.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  };
  const nameMarks = () => {
    const told = Object.assign(document.createElement("div"), { className: "lead-told", hidden: true });
    told.setAttribute("aria-hidden", "true"); // the mark has the same name
    document.querySelector("main")?.append(told);
    document.addEventListener("keydown", toMark);
    document.addEventListener("focusin", ({ target }) => {
      told.hidden = !target.matches("a.lead:focus-visible");
      told.textContent = told.hidden ? "" : target.getAttribute("aria-label");
    });
    document.addEventListener("focusout", () => (told.hidden = true));
  };

  // The buttons are made here, since they do nothing without this script.
  document.addEventListener("DOMContentLoaded", () => {
    if (document.querySelector("a.lead")) nameMarks();
    if (document.getElementById("search-page-input")) search().then(({ onPage }) => onPage());
    const finder = makeButton("find-button");
    finder.textContent = "Search";
    finder.setAttribute("aria-keyshortcuts", "/");
    finder.addEventListener("click", openSearch);
    const button = makeButton("mode-button");
    const name = () => (button.textContent = "Mode: " + root.dataset.mode);
    button.addEventListener("click", () => {
      apply(modes[(modes.indexOf(root.dataset.mode) + 1) % modes.length]);
      store(root.dataset.mode);
      name();
    });
    name();
    markPlace();
  });
})();
