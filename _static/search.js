// The search: loaded by page.js when it is first used. It loads the engine (MiniSearch) and the entries of the book, and
// makes the index, in the reader's browser. Nothing that is searched is stored or sent; on the search page the words
// stand in the address.
"use strict";
globalThis.bookSearch = ((script, load) => {
  const home = new URL("../", script.src); // the first folder of the site
  const [, ...needed] = script.dataset.search.split(" ");
  let kinds, pages, documents, alike, index; // once they are loaded and made
  const FIRST = 6; // best results, of whatever kind
  const OF_A_KIND = 3; // results of a kind that are shown before "all"

  // ---- words ---------------------------------------------------------------------

  // Numbers with separators are one word (60,000; 60 000), so are numbers with points (3.12a); Chinese goes by character.
  const PIECE = /\d{1,3}(?:[,'’\u00a0\u202f\u2009 ]\d{3})+(?!\d)|\d+(?:\.\d+)+[a-z]?|\p{Script=Han}|[\p{L}\p{M}\p{N}]+/gu;
  const HAN = /^\p{Script=Han}$/u;
  const LETTERS = { œ: "oe", æ: "ae", ø: "o", ß: "ss", ł: "l", đ: "d", ı: "i" };
  const STOP = new Set(
    ("a an and are as at be been by can could d did do does for from had has have he her his how i if in into is it its l many " +
      "me much my not of on or our s she so t than that the their them then there these they this those to us was we were what " +
      "when where which who whom whose why will with would you your qu de des du en est et il ils la le les par pour que " +
      "qui sont sur un une aux au dans ce ces cette").split(" "),
  );
  const IRREGULAR = new Map(
    Object.entries({
      write: "wrote written writing", say: "said", meet: "met", speak: "spoke spoken", hold: "held", break: "broke broken",
      give: "gave given", send: "sent", begin: "began begun", lead: "led", leave: "left", tell: "told", take: "took taken",
      woman: "women", man: "men", child: "children", pay: "paid", seek: "sought", choose: "chose chosen", fall: "fell fallen",
    }).flatMap(([word, forms]) => forms.split(" ").map((form) => [form, word])),
  );
  // Endings of English and of French, each with what it leaves; the first that fits is taken away.
  const ENDINGS = [
    [/nsion$|ndre$|ndue?$/, "nd"], // suspension, suspendre, suspendu: suspend
    [/isation$|ization$|ise$|ize$/, "iz"],
    [/(..)ation$/, "$1at"],
    [/(.)ction$/, "$1ct"],
    [/(.{4})ements?$|(.{4})ment$/, "$1$2"],
    [/(.[aeiouy].*?)([bdfgmnprt])\2(?:ing|ed)$/, "$1$2"],
    [/(.*[aeiouy].*..)(?:ing|ed)$/, "$1"],
    [/(.{4})ly$/, "$1"],
  ];

  const fold = (word) =>
    word.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[œæøßłđı]/g, (letter) => LETTERS[letter]);

  const plain = (form) => (/^\d[\d\D]*\D\d/.test(form) && !form.includes(".") ? form.replace(/\D/g, "") : form);

  // A function that remembers its answers: the words of a book come again and again.
  const remembered = (act) => {
    const known = new Map();
    return (word) => {
      if (!known.has(word)) known.set(word, act(word));
      return known.get(word);
    };
  };

  const formOf = remembered((written) => plain(fold(written)));

  // The stem of a folded word: what it has in common with its other forms.
  const stem = remembered((form) => {
    if (/\d/.test(form) || form.length < 4) return form;
    let word = IRREGULAR.get(form) || form;
    if (/ies$/.test(word)) word = word.slice(0, -3) + "y";
    else if (/[^suio]s$/.test(word)) word = word.slice(0, -1);
    for (const [ending, left] of ENDINGS)
      if (ending.test(word)) {
        word = word.replace(ending, left);
        break;
      }
    return word.length > 4 ? word.replace(/e$/, "") : word;
  });

  // The pieces of a text with their places: { start, end, form }.
  const piecesOf = (text) =>
    Array.from(text.matchAll(PIECE), (found) => ({
      start: found.index,
      end: found.index + found[0].length,
      form: formOf(found[0]),
    }));

  // The terms of a run of pieces: stems; of Chinese, each character and each pair; of co-sponsor, cosponsor too.
  const termsOf = (text, pieces, forQuery) => {
    const terms = [];
    pieces.forEach((piece, at) => {
      const { form, start } = piece;
      const before = pieces[at - 1];
      const touches = before && before.end === start;
      if (HAN.test(form)) {
        const after = pieces[at + 1];
        const alone = !(touches && HAN.test(before.form)) && !(after && after.start === piece.end && HAN.test(after.form));
        if (!forQuery || alone) terms.push(form);
        if (touches && HAN.test(before.form)) terms.push(before.form + form);
        return;
      }
      if (!forQuery && before && before.end + 1 === start && "-‐‑".includes(text[before.end]))
        terms.push(stem(before.form + form));
      if (!STOP.has(form) && (form.length > 1 || /\d/.test(form))) terms.push(stem(form));
    });
    return terms;
  };

  const flat = (text) => ` ${piecesOf(text).map((piece) => piece.form).join(" ")} `;

  // ---- the index -------------------------------------------------------------------

  const spelled = new Map(); // a term, and how it is spelled where it was first met
  const FIELDS = ["title", "text", "also"];
  const OPTIONS = {
    fields: FIELDS,
    searchOptions: {
      tokenize: (term) => [term],
      processTerm: (term) => term,
      prefix: (term) => term.length > 2 && !/^\d{4}$/.test(term),
      boost: { title: 2.6, also: 1.6 },
      weights: { prefix: 0.35, fuzzy: 0.3 },
    },
  };
  const address = ({ page, anchor }) => new URL(`${pages[page][0]}${anchor ? "#" + anchor : ""}`, home).href;

  const spell = (text, pieces) => {
    for (const { form, start, end } of pieces) if (!spelled.has(stem(form))) spelled.set(stem(form), text.slice(start, end));
  };

  // The words of one document, counted into `made`, an index as MiniSearch writes it to a file.
  const count = (made, document) => {
    made.documentIds[document.id] = document.id;
    made.fieldLength[document.id] = FIELDS.map((name, field) => {
      const pieces = piecesOf(document[name]);
      const terms = termsOf(document[name], pieces, false);
      spell(document[name], pieces);
      for (const term of terms) {
        let fields = made.index.get(term);
        if (!fields) made.index.set(term, (fields = {}));
        const documents = (fields[field] ||= {});
        documents[document.id] = (documents[document.id] || 0) + 1;
      }
      made.lengths[field] += terms.length;
      return terms.length;
    });
  };

  const pause = () => new Promise((done) => setTimeout(done));

  // The engine's own way of adding documents looks each word up in its tree, which takes longer than to count first and to
  // load what was counted. It is done a part at a time, so that the page stays alive meanwhile.
  const makeIndex = async () => {
    const names = ["kind", "page", "anchor", "title", "text", "also"];
    documents = bookEntries.entries.map((cells, id) => Object.fromEntries([["id", id], ...cells.map((cell, at) => [names[at], cell])]));
    const made = { index: new Map(), documentIds: {}, fieldLength: {}, storedFields: {}, lengths: FIELDS.map(() => 0) };
    let since = performance.now();
    for (const document of documents) {
      count(made, document);
      if (performance.now() - since < 30) continue;
      await pause();
      since = performance.now();
    }
    index = await MiniSearch.loadJSAsync({
      ...made,
      documentCount: documents.length,
      nextId: documents.length,
      fieldIds: Object.fromEntries(FIELDS.map((name, field) => [name, field])),
      averageFieldLength: made.lengths.map((length) => length / documents.length),
      serializationVersion: 2,
    }, OPTIONS);
  };

  // ---- a query -----------------------------------------------------------------------

  // A few words that readers use for words of the book, by stem; they count for less than the word itself.
  const likeness = (groups) => {
    const found = new Map();
    for (const group of groups) {
      const stems = group.split(" ").map((word) => stem(fold(word)));
      for (const one of stems) found.set(one, [...(found.get(one) || []), ...stems.filter((other) => other !== one)]);
    }
    return found;
  };

  const parse = (query) => {
    const phrases = Array.from(query.matchAll(/["“”«]\s*([^"“”«»]+?)\s*["“”»]/g), (found) => flat(found[1]));
    return {
      terms: [...new Set(termsOf(query, piecesOf(query), true))],
      phrases: phrases.filter((phrase) => phrase.trim()),
      forms: piecesOf(query).map((piece) => piece.form),
      whole: flat(query),
      // What is asked for gives one kind before the others.
      asks: /^\s*(who|whose|whom|qui)\b/i.test(query) ? "person"
        : /^\s*(when|quand)\b/i.test(query) ? "event"
        : /^\s*(what (is|are|does)|define|meaning)\b/i.test(query) ? "term" : "",
    };
  };

  const distance = (a, b) => {
    // Damerau-Levenshtein: letters changed, left out, added, or changed about.
    const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array(b.length).fill(0)]);
    for (let j = 1; j <= b.length; j++) rows[0][j] = j;
    for (let i = 1; i <= a.length; i++)
      for (let j = 1; j <= b.length; j++) {
        const same = a[i - 1] === b[j - 1] ? 0 : 1;
        rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + same);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
          rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    return rows[a.length][b.length];
  };

  // The term of the book that is nearest to one that it does not have; undefined if none is near. A short word that is
  // typed with a capital is a name, and gives way to a name only.
  const nearest = (term, written) => {
    const name = term.length < 6 && /^\p{Lu}/u.test(written);
    if (term.length < (name ? 5 : 4) || /\d/.test(term)) return undefined;
    const most = term.length < 8 ? 1 : 2;
    let best;
    for (const other of spelled.keys()) {
      if (Math.abs(other.length - term.length) > most || /\d/.test(other) || other.length < 3) continue;
      const far = distance(term, other) + (other[0] === term[0] ? 0 : 0.5);
      if (name && !/^\p{Lu}/u.test(spelled.get(other))) continue;
      if (far <= most && (!best || far < best.far)) best = { far, term: other };
    }
    return best && best.term;
  };

  // How well each document answers one term: its own score, or less for a word that is like it.
  const scoresOf = (term) => {
    const scores = new Map();
    const add = (word, weight, options) => {
      for (const { id, score } of index.search(word, options))
        scores.set(id, Math.max(scores.get(id) || 0, score * weight));
    };
    add(term, 1);
    for (const other of alike.get(term) || []) add(other, 0.4, { prefix: false });
    return scores;
  };

  const inText = (document) => (document.flat ||= flat(`${document.title} . ${document.text} . ${document.also}`));

  // The documents that answer a query, best first, each with its score.
  const rank = (query) => {
    const { terms, phrases, asks } = query;
    const found = terms.map(scoresOf);
    const rarity = found.map((scores) => Math.log(1 + documents.length / (1 + scores.size)));
    const all = rarity.reduce((sum, one) => sum + one, 0);
    const total = new Map();
    found.forEach((scores, at) => {
      for (const [id, score] of scores) {
        const one = total.get(id) || { score: 0, covered: 0 };
        total.set(id, { score: one.score + score, covered: one.covered + rarity[at] });
      }
    });
    const ranked = [];
    for (const [id, { score, covered }] of total) {
      const document = documents[id];
      if (!phrases.every((phrase) => inText(document).includes(phrase))) continue;
      const kind = kinds[document.kind];
      const wanted = kind.key === asks || (asks === "event" && kind.key === "round") ? 1.8 : 1;
      ranked.push({ document, score: score * (covered / all) ** 2 * kind.weight * pages[document.page][2] * wanted });
    }
    ranked.sort((a, b) => b.score - a.score || a.document.id - b.document.id);
    for (const one of ranked.slice(0, 80)) one.score *= nearness(one.document, query);
    return ranked.sort((a, b) => b.score - a.score || a.document.id - b.document.id);
  };

  // More for a document whose title has the words that were asked, or that has them as they were typed and side by side.
  const nearness = (document, { terms, forms, whole, asks }) => {
    const title = new Set(termsOf(document.title, piecesOf(document.title), true));
    const worth = (term) => (title.has(term) ? 1 : (alike.get(term) || []).some((other) => title.has(other)) ? 0.4 : 0);
    const share = terms.reduce((sum, term) => sum + worth(term), 0) / terms.length;
    const same = share === 1 && title.size === terms.length ? 2 : 1;
    const asked = asks === "person" && /\bwho\b/i.test(document.title) ? 1.3 : 1;
    const text = inText(document);
    const typed = forms.filter((form) => !STOP.has(form) && text.includes(` ${form} `)).length / terms.length;
    const pairs = forms.slice(1).map((form, at) => ` ${forms[at]} ${form} `);
    const beside = pairs.filter((pair) => text.includes(pair)).length / (pairs.length || 1);
    const entire = pairs.length && text.includes(whole) ? 1.2 : 1;
    return same * asked * entire * (1 + 0.5 * share) * (1 + 0.3 * Math.min(1, typed)) * (1 + 0.3 * beside);
  };

  // A query as it is answered: the terms that the book does not have give way to the nearest that it has.
  const answer = (query) => {
    const asked = parse(query);
    const mended = [];
    const missing = [];
    let meant = query;
    for (const piece of piecesOf(query)) {
      const term = stem(piece.form);
      if (HAN.test(piece.form) || !asked.terms.includes(term) || scoresOf(term).size) continue;
      const written = query.slice(piece.start, piece.end);
      const other = nearest(term, written);
      if (!other) {
        missing.push(written);
        continue;
      }
      mended.push(other);
      meant = meant.replace(written, spelled.get(other));
    }
    const instead = mended.length ? parse(meant) : null;
    const ranked = asked.terms.length ? rank(instead || asked) : [];
    return { ranked, missing, meant: instead ? meant : "", terms: (instead || asked).terms, asks: asked.asks };
  };

  // ---- results -----------------------------------------------------------------------

  const make = (tag, className, ...children) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...children);
    return node;
  };

  const matcher = (terms) => {
    const wanted = new Set(terms.flatMap((term) => [term, ...(alike.get(term) || [])]));
    const characters = new Set(terms.filter((term) => HAN.test(term[0])).join(""));
    const starts = terms.filter((term) => term.length > 2 && !/\d/.test(term));
    return ({ form }) =>
      characters.has(form) || wanted.has(stem(form)) || starts.some((start) => stem(form).startsWith(start));
  };

  // Chinese says that it is, so that it is set in its own font.
  const CHINESE = /([\p{Script=Han}《》〈〉「」、。，：；（）·]+)/u;
  const inTongue = (text) =>
    text.split(CHINESE).map((part, at) => {
      if (at % 2 === 0) return part;
      const node = make("span", "", part);
      node.lang = "zh";
      return node;
    });

  // A text with the words that were found marked.
  const marked = (text, matches) => {
    const parts = [];
    let end = 0;
    for (const piece of piecesOf(text)) {
      if (STOP.has(piece.form) || !matches(piece)) continue;
      parts.push(...inTongue(text.slice(end, piece.start)), make("mark", "", ...inTongue(text.slice(piece.start, piece.end))));
      end = piece.end;
    }
    return [...parts, ...inTongue(text.slice(end))];
  };

  const shortened = (text, most) => (text.length > most ? text.slice(0, text.lastIndexOf(" ", most)) + " …" : text);

  // The part of a text that has the most of the words.
  const snippet = (text, matches) => {
    const LONG = 190;
    if (text.length <= LONG) return text;
    const hits = piecesOf(text).filter((piece) => !STOP.has(piece.form) && matches(piece));
    let best = { worth: 0, start: 0 };
    hits.forEach((hit) => {
      const inside = hits.filter((other) => other.start >= hit.start && other.end <= hit.start + LONG - 40);
      const worth = new Set(inside.map((other) => stem(other.form))).size;
      if (worth > best.worth) best = { worth, start: hit.start };
    });
    let from = Math.max(0, best.start - 40);
    if (from) from = text.indexOf(" ", from) + 1;
    const part = text.slice(from, from + LONG);
    const whole = from + LONG >= text.length;
    return `${from ? "… " : ""}${whole ? part : part.slice(0, part.lastIndexOf(" ") + 1 || LONG) + "…"}`;
  };

  const item = ({ document: found }, matches) => {
    const kind = kinds[found.kind];
    const link = make("a", "", ...marked(shortened(found.title, 120), matches));
    link.href = address(found);
    const page = pages[found.page][1];
    const where = page === found.title ? [] : [" ", make("span", "find-where", page)];
    const head = make("p", "find-head", make("span", "find-kind", kind.label), " ", link, ...where);
    const text = snippet(found.text, matches);
    return make("li", "", head, ...(text ? [make("p", "find-text", ...marked(text, matches))] : []));
  };

  const list = (results, matches) => make("ol", "find-list", ...results.map((result) => item(result, matches)));

  const group = (key, results, matches) => {
    const many = results.length > OF_A_KIND;
    const title = make("h2", "find-title", `${kinds[key].plural} `, make("span", "find-count", String(results.length)));
    const section = make("section", "find-group", title, list(results.slice(0, OF_A_KIND), matches));
    if (!many) return section;
    const more = make("button", "page-button", `All ${results.length} ${kinds[key].plural.toLowerCase()}`);
    more.type = "button";
    more.addEventListener("click", () => {
      const rest = list(results.slice(OF_A_KIND), matches);
      rest.start = OF_A_KIND + 1;
      more.replaceWith(rest);
      rest.querySelector("a").focus();
    });
    section.append(more);
    return section;
  };

  // The best; of what is asked for (who: a person), at least one stands among them.
  const best = ({ ranked, asks }) => {
    const top = ranked.slice(0, FIRST);
    const asked = ({ document: { kind } }) => kinds[kind].key === asks;
    const other = asks && !top.some(asked) && ranked.slice(FIRST, 40).find(asked);
    return other ? [...top.slice(0, FIRST - 1), other] : top;
  };

  const results = (given) => {
    const matches = matcher(given.terms);
    const top = best(given);
    const rest = given.ranked.slice(0, 400).filter((one) => !top.includes(one));
    const groups = new Map();
    for (const one of rest) groups.set(one.document.kind, [...(groups.get(one.document.kind) || []), one]);
    return [
      make("section", "find-group find-best", make("h2", "find-title", "Best matches"), list(top, matches)),
      ...Array.from(groups, ([key, found]) => group(key, found, matches)),
    ];
  };

  const suggestion = (meant, search) => {
    const link = make("a", "find-meant", meant);
    link.href = new URL(`search.html?q=${encodeURIComponent(meant)}`, home).href;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      search(meant);
    });
    return make("p", "find-suggestion", "Did you mean ", link, "? These are the results for it.");
  };

  const NOTHING = "Nothing was found. Try fewer or other words; the index in the contents lists names, topics, places and years.";

  // Show the answer to a query in `place`, and say in `status` how much there is.
  const show = (query, place, status, search) => {
    place.replaceChildren();
    status.textContent = "";
    if (!query.trim()) return;
    if (!index) {
      status.textContent = "Reading the index …";
      return;
    }
    const given = answer(query);
    place.dataset.query = query; // whose results stand here
    const many = given.ranked.length;
    const without = given.missing.length ? `. Not in the book: ${given.missing.join(", ")}` : "";
    status.textContent = many ? `${many} result${many === 1 ? "" : "s"}${without}` : NOTHING;
    place.replaceChildren(...(given.meant && many ? [suggestion(given.meant, search)] : []), ...(many ? results(given) : []));
  };

  // ---- by keyboard ---------------------------------------------------------------------

  // Up and down go from the field to the results and from one to the next.
  const walk = (input, place) => (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [input, ...place.querySelectorAll("a, button")];
    const at = stops.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    stops[Math.min(stops.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))].focus();
  };

  const later = (act, wait) => {
    let timer;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(act, wait);
    };
  };

  const field = (id, label) => {
    const input = make("input", "form-control");
    Object.assign(input, { type: "search", id, name: "q", autocomplete: "off", autocapitalize: "off", spellcheck: false });
    const name = make("label", "visually-hidden", label);
    name.htmlFor = id;
    return [name, input];
  };

  // The window over a page.
  const makeDialog = () => {
    const [label, input] = field("find-input", "Words to search for");
    const close = make("button", "", "Close");
    close.type = "button";
    const go = make("button", "", "All results");
    const form = make("form", "bd-search", label, input, go, close);
    form.setAttribute("role", "search");
    form.action = new URL("search.html", home).href;
    const status = make("p", "find-status");
    status.setAttribute("role", "status");
    const place = make("div", "find-results");
    const dialog = make("dialog", "find-dialog bd-article", form, status, place);
    dialog.setAttribute("aria-label", "Search the book");
    const search = (query) => {
      input.value = query;
      show(query, place, status, search);
      input.focus();
    };
    const again = () => show(input.value, place, status, search);
    input.addEventListener("input", later(again, 120));
    ready.then(again);
    dialog.addEventListener("keydown", walk(input, place));
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault(); // in a field for searches Escape empties the field first
      dialog.close();
    });
    close.addEventListener("click", () => dialog.close());
    place.addEventListener("click", (event) => event.target.closest("a") && dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    document.body.append(dialog);
    return { dialog, input };
  };

  let made;
  const open = () => {
    made ||= makeDialog();
    if (!made.dialog.open) made.dialog.showModal();
    made.input.select();
  };

  // The search page: the query stands in the address.
  const onPage = () => {
    const input = document.getElementById("search-page-input");
    if (!input) return;
    const place = document.getElementById("search-results");
    const status = document.getElementById("search-status");
    const search = (query) => {
      input.value = query;
      show(query, place, status, search);
      const url = new URL(location.href);
      url.searchParams.set("q", query);
      history.replaceState(null, "", url);
    };
    input.addEventListener("input", later(() => search(input.value), 150));
    input.form.addEventListener("submit", (event) => {
      event.preventDefault();
      search(input.value);
    });
    input.closest("section").addEventListener("keydown", walk(input, place));
    if (!input.value) input.value = new URL(location.href).searchParams.get("q") || "";
    const again = () => show(input.value, place, status, search);
    again();
    ready.then(again);
  };

  // ---- start ---------------------------------------------------------------------------

  const ready = needed
    .reduce((before, name) => before.then(() => load(name)), Promise.resolve())
    .then(() => {
      ({ kinds, pages } = bookEntries);
      alike = likeness(bookEntries.synonyms);
      return makeIndex();
    });
  return { open, onPage, answer: (query) => ready.then(() => answer(query)) };
})(document.querySelector("script[data-search]"), globalThis.loadOfBook);
