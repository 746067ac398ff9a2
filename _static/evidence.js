// Filter of the list of all statements, and of the chronology. Without this script the page is whole; the form is made here.
// The filter stands in the address after the #, which no browser sends to a server: #theme=process&words=Geneva.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const records = [...document.querySelectorAll(".ev-list > li[id], table.chronology tbody > tr[id]")];
  if (!records.length) return;
  const { what, label: title, kinds } = JSON.parse(document.getElementById("ev-names").textContent);
  const sections = new Set(records.map((record) => record.closest(".ev-section, section")));
  const form = document.createElement("form");
  form.className = "ev-filter";
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", title);
  const controls = {};
  const add = (key, label, control) => {
    control.id = "ev-filter-" + key;
    const holder = document.createElement("div");
    const text = document.createElement("label");
    text.htmlFor = control.id;
    text.textContent = label;
    holder.append(text, control);
    form.append(holder);
    controls[key] = control;
  };
  for (const [kind, [label, names]] of Object.entries(kinds)) {
    const select = document.createElement("select");
    select.append(new Option("all", ""));
    for (const [key, name] of Object.entries(names)) select.append(new Option(name, key));
    add(kind, label, select);
  }
  const words = document.createElement("input");
  words.type = "search";
  add("words", "Words", words);
  const count = document.createElement("output");
  form.append(count);
  records[0].closest("section").before(form);

  const show = () => {
    const classes = Object.keys(kinds).filter((k) => controls[k].value).map((k) => k + "-" + controls[k].value);
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const record of records) {
      const text = record.textContent.toLowerCase();
      const fits = classes.every((c) => record.classList.contains(c)) && wanted.every((w) => text.includes(w));
      record.classList.toggle("ev-hidden", !fits);
      shown += fits;
    }
    for (const section of sections)
      section.classList.toggle("ev-hidden", !section.querySelector(":is(li, tbody > tr):not(.ev-hidden)"));
    count.textContent = shown + " of " + records.length + " " + what;
  };

  // What is after the #: a filter (name=value pairs), or the id of a place in the page.
  const inAddress = () => {
    const text = location.hash.slice(1).split(":~:")[0];
    return text.includes("=") ? new URLSearchParams(text) : null;
  };
  const setControls = (filter) => {
    for (const [key, control] of Object.entries(controls)) {
      control.value = (filter && filter.get(key)) || "";
      if (control.value === "" && control.options) control.selectedIndex = 0; // a value that is no choice
    }
  };
  const write = () => {
    const filter = new URLSearchParams();
    for (const [key, control] of Object.entries(controls)) if (control.value) filter.set(key, control.value);
    const text = filter.toString();
    if (!text && !inAddress()) return; // nothing was filtered, and the address may name a place
    history.replaceState(null, "", text ? "#" + text : location.href.split("#")[0]);
  };
  const follow = () => {
    const filter = inAddress();
    if (filter) {
      setControls(filter);
      show();
      return;
    }
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    // A link to a statement, from when all cards stood here: on to its card.
    if (target && target.matches("li") && records.includes(target)) location.replace(target.querySelector("a").href);
  };
  form.addEventListener("input", () => {
    show();
    write();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", follow);
  setControls(inAddress());
  show();
  follow();
});
