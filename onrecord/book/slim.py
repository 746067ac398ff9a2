"""Keep pages small and quiet: drop scripts that the book does not use.

The theme loads a script of 1.5 MB that draws icons which its web font draws
already, and a client for remote kernels that would speak to another host.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

_ICON_SCRIPT = re.compile(r"\s*<(?:script|link)[^>]*fontawesome[^>]*all\.min\.js[^>]*>(?:</script>)?")
_SEARCH_FIELD = 'id="search-input"'
_UNUSED = ("thebe",)


def _prune(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    def wanted(script: Any) -> bool:
        attributes = getattr(script, "attributes", {})
        text = f"{getattr(script, 'filename', script)} {attributes.get('body', '')}".lower()
        return not any(word in text for word in _UNUSED)

    context["script_files"] = [s for s in context.get("script_files") or [] if wanted(s)]


def _strip(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    for page in out.rglob("*.html"):
        text = page.read_text("utf-8")
        lean = _ICON_SCRIPT.sub("", text)
        if page.name == "search.html":
            # The theme gives its two search fields one id; the second is the page's own.
            head, _, tail = lean.rpartition(_SEARCH_FIELD)
            lean = f'{head}id="search-page-input"{tail}' if _SEARCH_FIELD in head else lean
        if lean != text:
            page.write_text(lean, "utf-8")
    for script in out.rglob("fontawesome/**/all.min.js*"):
        script.unlink()


def connect(app: Sphinx) -> None:
    """Prune while pages are written; strip what the layout hard-codes afterwards."""
    app.connect("html-page-context", _prune, priority=999)
    app.connect("build-finished", _strip, priority=800)
