"""Under what terms each table of the data package may be reused, and the rules that hold the package to it.

The package as a whole has no ``licenses``, since a table without its own would inherit them (Data Package, version 1).
Each resource of ``data/datapackage.json`` has one of these, or both:

``licenses``    the licence that this project gives, as the Data Package standard writes it
``terms``       in words: what in the table is not this project's to license, whose it is, and what they ask

``restricted`` of the package lists the works whose values others hold: a table that has rows from them is not licensed.
``beside`` lists the files of the folder that are not tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import tables
from .paths import DATA, shown
from .problems import Problem


def licence(name: str) -> str:
    """What the dictionary says of the licence of a table, in one or more sentences."""
    made = tables.resource(name)
    given = ", ".join(one["title"] for one in made.get("licenses", [])) or "none that is ours to give"
    return " ".join([f"Licence: {given}.", made.get("terms", "")]).strip()


def _problem(resource: str, expected: str, value: object = None) -> Problem:
    return Problem(shown(tables.PACKAGE), expected, None, resource, value)


def tables_say_their_licence() -> Iterator[Problem]:
    """Each table has a licence or terms, and terms where it prints words of others; the package has no licence."""
    if "licenses" in tables.package():
        yield _problem("licenses", "expected no licence of the whole package: tables without one would inherit it")
    for made in tables.package()["resources"]:
        if not made.get("licenses") and not made.get("terms"):
            yield _problem(made["name"], 'expected "licenses" or "terms" after the description')
        quoted = [f["name"] for f in made["schema"]["fields"] if f.get("role") == "quotation"]
        for column in quoted:
            if column not in made.get("terms", ""):
                yield _problem(f"{made['name']}.{column}", 'expected "terms" that name this column of quotations')


def values_of_others_are_not_licensed() -> Iterator[Problem]:
    """A table with rows out of a restricted work has terms that speak of it, and no licence of ours."""
    restricted = {one["work"]: one["called"] for one in tables.package()["restricted"]}
    for made in tables.package()["resources"]:
        columns = {field["name"]: field.get("role") for field in made["schema"]["fields"]}
        # A row that says where in a work it stands has its value from there; without, the work is only cited.
        if "source" not in columns or "locator" not in columns.values():
            continue
        cited = tables.table(made["name"])["source"].dropna().str.split(";").explode().unique()
        for work in [w for w in cited if w in restricted]:
            if made.get("licenses"):
                yield _problem(made["name"], "expected no licence on values out of this work", work)
            if restricted[work] not in made.get("terms", ""):
                yield _problem(made["name"], f'expected "terms" that name {restricted[work]}', work)


def files_beside_the_tables_are_described() -> Iterator[Problem]:
    """Each file in the folder of data that is no table is described, with its licence or terms."""
    described = {one["path"]: one for one in tables.package()["beside"]}
    known = {made["path"] for made in tables.package()["resources"]} | {tables.PACKAGE.name}
    for path in sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.is_file()):
        if path not in known and not described.get(path, {}).get("terms"):
            yield _problem("beside", "expected this file with its terms", path)


RULES: list[Callable[[], Iterator[Problem]]] = [
    tables_say_their_licence,
    values_of_others_are_not_licensed,
    files_beside_the_tables_are_described,
]
