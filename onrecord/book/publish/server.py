"""What a web server and those who walk the web want beside the pages.

``.nojekyll``    GitHub Pages serves folders that begin with an underscore
``404.html``     the page for an address at which nothing stands
``robots.txt``   everything may be read by machines; where the map is
``sitemap.xml``  all pages, where the address of the site is known
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from sphinx.application import Sphinx

from ...release import citation_file
from ..made import site_written
from . import address

NOT_FOUND = "404"
_OWN_LINK = re.compile(r'\b(href|src|action)="(?!#|[a-z]+:|/)([^"]*)"')


def sitemap(site: str, pages: list[str], day: str) -> str:
    """The map of a site: absolute addresses of its pages, and the day of the release (ISO 8601)."""
    rows = "".join(f"<url><loc>{escape(page)}</loc><lastmod>{day}</lastmod></url>\n" for page in pages)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{rows}</urlset>\n"


def rooted(page: str, site: str) -> str:
    """A page whose own links begin at the root of the host, so that they hold wherever it is shown."""
    path = urlsplit(site).path or "/"
    return _OWN_LINK.sub(lambda link: f'{link[1]}="{path}{link[2]}"', page)


def _not_found(app: Sphinx) -> Any:
    if app.builder.name == "html":
        yield NOT_FOUND, {"title": "Not found"}, f"{NOT_FOUND}.html"


def _write(app: Sphinx, error: Exception | None) -> None:
    if not site_written(app, error):
        return
    out, site = Path(app.outdir), address.site(app.config)
    (out / ".nojekyll").write_text("", "utf-8")
    robots = "User-agent: *\nAllow: /\n"
    if site:
        pages = [address.of_page(app.config, name) for name in sorted(app.env.found_docs)]
        day = f"{citation_file()['date-released']:%Y-%m-%d}"
        (out / "sitemap.xml").write_text(sitemap(site, pages, day), "utf-8")
        robots += f"Sitemap: {site}sitemap.xml\n"
        lost = out / f"{NOT_FOUND}.html"
        lost.write_text(rooted(lost.read_text("utf-8"), site), "utf-8")
    (out / "robots.txt").write_text(robots, "utf-8")


def connect(app: Sphinx) -> None:
    """The page before, the files after the site is built; the style sheets are cut in between."""
    app.connect("html-collect-pages", _not_found)
    app.connect("build-finished", _write, priority=850)
