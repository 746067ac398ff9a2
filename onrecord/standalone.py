"""A page of HTML that stands alone in a zip: it needs no file beside it, and asks nothing of any host."""

from __future__ import annotations

from html import escape

_PAGE = """\
<!DOCTYPE html>
<html lang="en-CA">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{policy}<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1.05rem/1.5 Georgia, serif; }}
{style}</style>
</head>
<body>
<main>
{body}</main>
{script}</body>
</html>
"""
# What has a script may not send anything anywhere.
_POLICY = """\
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
"""


def page(title: str, body: str, style: str = "", script: str = "") -> str:
    """The page. ``body``, ``style`` and ``script``, a whole element, end with a line end or are empty."""
    policy = _POLICY if script else ""
    return _PAGE.format(title=escape(title), body=body, style=style, script=script, policy=policy)
