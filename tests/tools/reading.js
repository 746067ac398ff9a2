// The e-book in a reading system (epub.js), as a reader uses it: marks are pressed, pages are turned.
"use strict";
const book = ePub("book.epub");
const screen = document.getElementById("screen");
const rendition = book.renderTo(screen, { width: 700, height: 900, flow: "paginated", spread: "none" });
const shown = () => rendition.getContents()[0].document;

// A file of the book, opened at its beginning, with its boxes unfolded; the ids of its marks.
window.openPage = async (path) => {
  await book.ready;
  await rendition.display(path);
  for (const box of shown().querySelectorAll("details")) box.open = true;
  await new Promise((done) => setTimeout(done, 200)); // the reading system lays the file out anew
  return [...shown().querySelectorAll("[role=doc-noteref]")].map((mark) => mark.id);
};

const inSight = (node) => {
  const frame = screen.querySelector("iframe").getBoundingClientRect();
  const around = screen.getBoundingClientRect();
  const box = node.getClientRects()[0];
  const left = frame.left + box.left - around.left;
  const top = frame.top + box.top - around.top;
  return left >= -1 && left < around.width && top >= -1 && top < around.height;
};

const press = async (node, wanted) => {
  node.click();
  for (let tries = 0; tries < 200; tries++) {
    const target = shown().getElementById(wanted);
    if (target && inSight(target)) return true;
    await new Promise((done) => setTimeout(done, 10));
  }
  return false;
};

// What goes wrong with a mark: its note does not come into sight, or the way back does not lead to the mark.
window.noteAndBack = async (id) => {
  const mark = shown().getElementById(id);
  const wanted = mark.getAttribute("href").slice(1);
  if (!(await press(mark, wanted))) return `${id} opens no note`;
  const back = shown().getElementById(wanted).querySelector("[role=doc-backlink]");
  return (await press(back, id)) ? "" : `${id} cannot be returned to`;
};

// Turn pages until another file is reached; the number of pages of this one, or -1 where a turn shows nothing new.
window.turnToEnd = async (path) => {
  await rendition.display(path);
  const at = () => rendition.currentLocation().start;
  const first = at();
  let turned = 1;
  for (let before = first; ; turned++) {
    await rendition.next();
    const now = at();
    if (now.index !== first.index) return turned;
    if (now.cfi === before.cfi) return -1;
    before = now;
  }
};
