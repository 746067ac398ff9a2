"""Where the book is published, if anywhere: one setting for the site, one for the repository.

They stand in ``_config.yml`` (``html: baseurl`` and ``repository: url``), or are given to a build as
``make book SITE=https://example.org/book/ REPOSITORY=https://example.org/group/book``, which goes before the file.
Without them every link is relative, and no page speaks of a repository that its reader cannot find::

    :::{when} repository
    Open an issue in the [repository](repository:).
    :::

    :::{when} no-repository
    Ask whoever gave you this copy.
    :::

``{hub-links}`` has the links with which a hub opens the repository.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxDirective

from ..made import SETTINGS

SITE_VARIABLE, REPOSITORY_VARIABLE = SETTINGS
TO_REPOSITORY = "repository:"  # a link to this leads to the repository
FORM = "correction.yml"  # in .github/ISSUE_TEMPLATE, with a field ``page``
QUESTIONS = ("The claim", "The source that shows it to be wrong", "The passage in it")


class AddressError(SphinxError):
    """An address that is none."""

    category = "The book's address is not right"


def checked(name: str, url: str) -> str:
    """An absolute address without query, fragment and white space; empty stays empty.

    Raises :class:`AddressError`, with the name of the setting, for anything else.
    """
    url = url.strip()
    parts = urlsplit(url)
    whole = parts.scheme in ("http", "https") and parts.netloc and not (parts.query or parts.fragment or " " in url)
    if url and not whole:
        raise AddressError(f"{name}: {url!r}: expected an address such as https://example.org/on-the-record/")
    return url


def site(config: Config) -> str:
    """The address of the site with a slash at its end, or empty."""
    return config.onrecord_site


def repository(config: Config) -> str:
    """The address of the repository without a slash at its end, or empty."""
    return config.onrecord_repository


def of_page(config: Config, docname: str) -> str:
    """The address of a page of the site: absolute where the site is known, else from the site's first page."""
    return f"{site(config)}{'' if docname == config.root_doc and site(config) else f'{docname}.html'}"


def report_link(home: str, title: str, page: str) -> str:
    """A form for an error, in the repository ``home``, with the page (title and address) filled in.

    GitHub fills the fields of a form, GitLab and Forgejo take a title and a text.
    """
    host = urlsplit(home).netloc
    subject = f"Error on the page “{title}”"
    if "github" in host:
        return f"{home}/issues/new?" + urlencode({"template": FORM, "title": subject, "page": page})
    text = "\n\n".join([f"Page: {page}", *(f"{question}:" for question in QUESTIONS)])
    if "gitlab" in host:
        return f"{home}/-/issues/new?" + urlencode({"issue[title]": subject, "issue[description]": text})
    return f"{home}/issues/new?" + urlencode({"title": subject, "body": text})


def hub_links(home: str) -> list[str]:
    """What starts the book on a machine of others: a link for any JupyterHub with nbgitpuller, and one for Binder.

    In the first ``HUB`` stands for the address of the hub.
    """
    parts = urlsplit(home)
    name = parts.path.strip("/")
    kind = next((kind for host, kind in (("github", "gh"), ("gitlab", "gl")) if host in parts.netloc), "git")
    place = name if kind == "gh" else quote(name if kind == "gl" else home, safe="")
    pulled = urlencode({"repo": home, "urlpath": f"lab/tree/{name.rpartition('/')[2]}/chapters"})
    return [
        f"HUB/hub/user-redirect/git-pull?{pulled}",
        f"https://mybinder.org/v2/{kind}/{place}/HEAD?{urlencode({'urlpath': 'lab/tree/chapters'})}",
    ]


class HubLinks(SphinxDirective):
    """The links that open the chapters on a hub, as text to be copied; nothing where there is no repository."""

    def run(self) -> list[nodes.Node]:
        """One block of code."""
        home = repository(self.config)
        text = "\n".join(hub_links(home)) if home else ""
        return [nodes.literal_block(text, text, language="text")] if home else []


class When(SphinxDirective):
    """Words that hold only where site or repository is known (``site``, ``repository``) or is not (``no-...``)."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """The content, or nothing."""
        known = {"site": bool(site(self.config)), "repository": bool(repository(self.config))}
        wanted = directives.choice(self.arguments[0], [*known, *(f"no-{name}" for name in known)])
        holds = known[wanted.removeprefix("no-")] is not wanted.startswith("no-")
        return self.parse_content_to_nodes(allow_section_headings=True) if holds else []


def _settle(app: Sphinx, config: Config) -> None:
    """Take the settings from the environment, else from the file, and give the site to Sphinx."""
    given = os.environ.get(SITE_VARIABLE) or config.html_baseurl or ""
    config.onrecord_site = f"{checked('site', given).rstrip('/')}/" if given.strip() else ""
    config.html_baseurl = config.onrecord_site
    given = os.environ.get(REPOSITORY_VARIABLE) or _repository_of_file(Path(app.srcdir, "_config.yml"))
    config.onrecord_repository = checked("repository", given).rstrip("/")


def _repository_of_file(path: Path) -> str:
    """``repository: url`` of the file: the options that the file gives to the theme take the place of what it says."""
    told = yaml.safe_load(path.read_text("utf-8")) if path.is_file() else {}
    return (told.get("repository") or {}).get("url") or ""


def _lead_to_repository(app: Sphinx, doctree: nodes.document) -> None:
    for link in doctree.findall(nodes.reference):
        if link.get("refuri", "").startswith(TO_REPOSITORY):
            link["refuri"] = repository(app.config) + link["refuri"].removeprefix(TO_REPOSITORY)


def _place(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Every page has its form for errors, where there is a repository, and its address, where there is a site."""
    home = repository(app.config)
    if home and doctree is not None:
        title = app.env.titles[page].astext()
        context["report_link"] = report_link(home, title, of_page(app.config, page))
    if site(app.config) and doctree is not None:
        context["canonical"] = of_page(app.config, page)


def connect(app: Sphinx) -> None:
    """The two settings, the directive, and the form on each page."""
    app.add_config_value("onrecord_site", "", "env", str)
    app.add_config_value("onrecord_repository", "", "env", str)
    app.add_directive("when", When)
    app.add_directive("hub-links", HubLinks)
    app.connect("config-inited", _settle)
    app.connect("doctree-read", _lead_to_repository)
    app.connect("html-page-context", _place)
