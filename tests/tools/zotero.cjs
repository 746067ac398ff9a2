// What Zotero makes of pages and of files for reference managers, by its own code: the package zotero-translators
// brings its translators as they were in May 2019. One rule has changed since (13 June 2024), and is put in here: the
// title of a book, given as `citation_inbook_title`, makes an item a section of that book, whatever else a page says.
//
//   node zotero.cjs FOLDER-OF-PACKAGES < [["page", ADDRESS, HTML] | ["file", "", TEXT], ...]   ->  [[item, ...], ...]
//
// Items are as Zotero's web service tells them, with their attachments.
const fs = require('fs'), path = require('path'), Module = require('module');

const file = path.join(process.argv[2], 'zotero-translators', 'index.js');
const within = Module.createRequire(file);
const CHANGES = [
  ['\t\t\t\t\tcase "citation_book_title":\n', '\t\t\t\t\tcase "citation_inbook_title":\n\t\t\t\t\tcase "citation_book_title":\n'],
  ['_itemType = nodes.length ?', '_itemType = hwType ? hwType : nodes.length ?'],
  ['\t\t\tcompleteItem(doc, newItem);\n\t\t});\n\n\t\ttranslator.getTranslatorObject',
   '\t\t\tif (hwType) newItem.itemType = hwType;\n\t\t\tcompleteItem(doc, newItem);\n\t\t});\n\n\t\ttranslator.getTranslatorObject'],
];

function changed(source) {
  for (const [before, after] of CHANGES) {
    const [from, to] = [before, after].map(text => JSON.stringify(text).slice(1, -1)); // code is a string in there
    const parts = source.split(from);
    if (parts.length !== 2) throw new Error(`expected once, found ${parts.length - 1} times: ${before}`);
    source = parts.join(to);
  }
  return source;
}

const print = console.log;
console.log = () => {}; // it tells each of its steps
const zotero = new Module(file, module);
zotero.filename = file;
zotero.paths = Module._nodeModulePaths(path.dirname(file));
zotero._compile(changed(fs.readFileSync(file, 'utf8')), file);

async function translated(translate, options) {
  const found = await translate.getTranslators();
  if (!found.length) throw new Error('no translator reads it');
  translate.setTranslator(found[0]);
  return translate.translate(options);
}

async function items(kind, address, text) {
  if (kind === 'file') {
    const translate = new Zotero.Translate.Import();
    translate.setString(text);
    return translated(translate, {libraryID: 1});
  }
  const window = new (within('jsdom').JSDOM)(text, {url: address}).window;
  within('wicked-good-xpath').install(window, true);
  const translate = new Zotero.Translate.Web();
  translate.setDocument(window.document);
  return translated(translate, {libraryID: false, saveAttachments: true});
}

(async () => {
  const told = [];
  for (const asked of JSON.parse(fs.readFileSync(0, 'utf8'))) {
    const found = await items(...asked);
    told.push(found.map(item => ({
      ...Zotero.Utilities.itemToAPIJSON(item)[0],
      attachments: (item.attachments || []).map(({title, url, mimeType}) => ({title, url, mimeType})),
    })));
  }
  print(JSON.stringify(told));
})().catch(error => { console.error(error); process.exit(1); });
