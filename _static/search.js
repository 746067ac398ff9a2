// What Sphinx's search asks for. Nothing that was searched is stored, so no word is marked on the page that it leads to.
"use strict";
const SPHINX_HIGHLIGHT_ENABLED = false;
