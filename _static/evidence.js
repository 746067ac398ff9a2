// Filter of the evidence page. Without this script the page is whole; the form is made here.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const records = [...document.querySelectorAll(".ev-section > .ev-record")];
  if (!records.length) return;
  const kinds = { source: "Source", group: "Speaker", theme: "Theme", stance: "Stance" };
  const names = JSON.parse(document.getElementById("ev-names").textContent);
  const form = document.createElement("form");
  form.className = "ev-filter";
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Filter the evidence");
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
  for (const [kind, label] of Object.entries(kinds)) {
    const select = document.createElement("select");
    select.append(new Option("all", ""));
    for (const [key, name] of Object.entries(names[kind])) select.append(new Option(name, kind + "-" + key));
    add(kind, label, select);
  }
  const words = document.createElement("input");
  words.type = "search";
  add("words", "Words", words);
  const count = document.createElement("output");
  form.append(count);
  records[0].closest("section").before(form);

  const apply = () => {
    const classes = Object.keys(kinds).map((k) => controls[k].value).filter(Boolean);
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const record of records) {
      const text = record.textContent.toLowerCase();
      const fits = classes.every((c) => record.classList.contains(c)) && wanted.every((w) => text.includes(w));
      record.classList.toggle("ev-hidden", !fits);
      shown += fits;
    }
    for (const section of document.querySelectorAll(".ev-section"))
      section.classList.toggle("ev-hidden", !section.querySelector(".ev-record:not(.ev-hidden)"));
    count.textContent = shown + " of " + records.length + " statements";
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
});
