"""``python -m onrecord``: the checks and the writers, one command each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from . import kit
from . import pack as pack_module
from .facts import FILE as FACTS_FILE
from .files import put
from .paths import (
    ADDRESSES,
    BILL,
    CODING_KIT,
    COURSE,
    DATA_ZIP,
    DOWNLOADS,
    INSTALLED,
    QUOTES_LOCK,
    SITE,
    SITE_ZIP,
    TABLES_LOCK,
    WHEELS,
    shown,
)
from .problems import InputError, Problem, refused


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def agreement(files: tuple[Path, ...]) -> None:
    """Compare codings of the kit, FILES, with the book and with each other: alpha, and which codes differ."""
    click.echo(kit.report({str(path): kit.read(path) for path in files}))


@contextmanager
def _in_one_line() -> Iterator[None]:
    """Bad input is a line each and exit 1, without a traceback."""
    try:
        yield
    except InputError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


if INSTALLED and sys.argv[1:2] == ["agreement"]:  # the one command that needs the tables alone
    with _in_one_line():
        agreement(sys.argv[2:], prog_name="onrecord agreement")
if INSTALLED:  # nothing is there that could be checked
    click.echo("onrecord: these commands check and build the book, and need its repository; to read a table:", err=True)
    click.echo("  python -c \"from onrecord.tables import table; print(table('rounds'))\"", err=True)
    sys.exit(1)
with _in_one_line():  # facts name their tables when they are registered, and so read the data package
    from . import (
        accepted,
        addresses,
        changes,
        course,
        derived,
        gates,
        new,
        people,
        quotes,
        recount,
        release,
        renaming,
        style,
        tables,
        which,
    )

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _report(problems: list[Problem], good: str) -> None:
    """Print problems and leave with 1, or say what is good."""
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        click.echo(f"{len(problems)} problem(s)", err=True)
        sys.exit(1)
    click.echo(good)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Checks and writers of On the Record."""


main.add_command(agreement)
main.add_command(new.new)


@main.command("kit")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path), default=CODING_KIT)
def kit_command(target: Path) -> None:
    """Pack the passages that a class codes, with form and codebook, into one zip, TARGET."""
    put(target, kit.pack())
    click.echo(f"{len(kit.units())} passages in {shown(target)}")


@main.command()
@click.option("--draft", is_flag=True, help="Only count the changes that nobody has accepted yet.")
def check(draft: bool) -> None:
    """Check tables, pages, locked quotations, published numbers and prose, and that every change is accepted."""
    problems = gates.check()
    changes = gates.unaccepted(problems)
    if draft and changes:
        click.echo(f"{len(changes)} change(s) that nobody has accepted yet (onrecord accept)")
    _report(problems + ([] if draft else changes), "tables, locked quotations, published numbers and prose are right")


@main.command("accept")
@click.argument("files", nargs=-1)
def accept_command(files: tuple[str, ...]) -> None:
    """Accept the changes of FILES, or all: tables by name, other files by path. The check then holds them to that."""
    changed = accepted.accept(files)
    click.echo(f"{', '.join(changed) or 'nothing new'} in {shown(TABLES_LOCK)}")


@main.command("verify-sources")
@click.argument("folder", type=_FOLDER)
def verify_sources(folder: Path) -> None:
    """Check passages and quotations against the source texts in FOLDER."""
    count = quotes.locked()
    _report(quotes.check_against(folder), f"{count} quotations stand in their sources, in their passages")


@main.command("lock-quotes")
@click.argument("folder", type=_FOLDER)
def lock_quotes(folder: Path) -> None:
    """Lock every quotation to its place in the source texts in FOLDER; those of a text that is not there stay."""
    lock, problems = quotes.make_lock(folder)
    if not problems:
        quotes.write_lock(lock)
        accepted.accept([shown(QUOTES_LOCK)])
    left = quotes.source_folder(folder)[1]
    stay = f"; those of {', '.join(left)}, whose text is not there, stay as they were" if left else ""
    _report(problems, f"{quotes.locked(lock)} quotations locked{stay}")


@main.command()
@click.argument("folder", type=_FOLDER)
@click.option("--renumber", is_flag=True, help="Cut even if a passage that has statements changes its words.")
def segment(folder: Path, renumber: bool) -> None:
    """Cut the texts in FOLDER into passages, by seeds/outline.yml; refused if a coded one would change."""
    made = {name: derived.MADE_FROM_TEXTS[name](folder) for name in ("passages", "sections")}
    problems = [] if renumber else list(derived.renumbered(made["passages"]))
    if problems:
        _report(problems, "")
    for name, content in made.items():
        click.echo(f"{derived.write(name, content)} rows in {shown(tables.file_of(name))}")
    changes.count_words().save()
    accepted.accept([*made, "sources"])


@main.command("trade-shares")
@click.argument("folder", type=_FOLDER)
def trade_shares(folder: Path) -> None:
    """Make data/import_shares.csv from the trade extract in FOLDER, which is not part of the project."""
    rows = derived.write("import_shares", derived.MADE_FROM_EXTRACT["import_shares"](folder))
    accepted.accept(["import_shares"])
    click.echo(f"{rows} shares in {shown(tables.file_of('import_shares'))}")


@main.command()
@click.option("--write", is_flag=True, help="Make the table anew.")
def works(write: bool) -> None:
    """Compare the table of works with references.bib, or make it anew."""
    if write:
        made = derived.MADE["works"]()
        click.echo(f"{derived.write('works', made)} works in {shown(tables.file_of('works'))}")
    else:
        _report(list(derived.works_are_those_of_the_bibliography()), "the works are those of references.bib")


@main.command()
@click.option("--write", is_flag=True, help="Accept the numbers as they are now.")
@click.argument("keys", nargs=-1)
def facts(write: bool, keys: tuple[str, ...]) -> None:
    """Compare the published numbers with the tables, or accept the new ones: those of KEYS, or all."""
    if write:
        click.echo(f"{recount.write(keys)} numbers in {shown(FACTS_FILE)}")
    else:
        problems = recount.check_facts(keys) if keys else derived.check_numbers()
        _report(problems, "every published number is what the tables give, and stands on a page")


@main.command("release")
@click.option("--write", is_flag=True, help="Tell them to the other files.")
def release_command(write: bool) -> None:
    """Compare version and day in onrecord/__init__.py with the files that repeat them, or tell them there."""
    if write:
        edited = accepted.check_accepted([name for name in map(shown, release.FILES) if name in accepted.others()])
        if edited:  # else what nobody accepted would be accepted with the version
            _report(edited, "")
        changed = release.write()
        accepted.accept([name for name in changed if name in accepted.others()])
        click.echo(f"{', '.join(changed) or 'no file'} changed")
    else:
        _report(release.check_release(), "every file has the version and the day of the release")


@main.command("addresses")
@click.argument("site", type=click.Path(file_okay=False, path_type=Path), default=SITE)
@click.option("--write", is_flag=True, help="Add what is new to the list.")
def addresses_command(site: Path, write: bool) -> None:
    """Find promised addresses (tests/addresses.txt) at which nothing stands in the built SITE, or promise new ones."""
    if write:
        click.echo(f"{addresses.add(site)} new in {shown(ADDRESSES)}")
    else:
        gone = [
            Problem(shown(ADDRESSES), "expected at this address, or a row of moved.csv", value=a)
            for a in addresses.lost(site)
        ]
        _report(gone, "every promised address is there")


@main.command()
def names() -> None:
    """List every name that neither data/people.csv nor data/proper_names.csv holds, with its place."""
    _report(people.check_names(), "every name is in the table of people or in the table of proper names")


@main.command("which")
@click.argument("key")
def which_command(key: str) -> None:
    """List everything that names KEY: of a fact, a row, a statement, a work, a page or a table."""
    found = which.uses(key)
    for use in found:
        click.echo(str(use))
    nothing = Problem(key, "expected a key that something names")
    _report([] if found else [nothing], f"{len(found)} place(s) in {len({use.file for use in found})} file(s)")


@main.command()
@click.argument("kind")
@click.argument("old")
@click.argument("new_name", metavar="NEW")
@click.option("--dry-run", is_flag=True, help="List the lines that would be others, and write nothing.")
def rename(kind: str, old: str, new_name: str, dry_run: bool) -> None:
    """Rename a key wherever it is named. KIND: fact, statement, work, page, or the name of a table."""
    made, left = renaming.rename(kind, old, new_name)
    lines = list(made.lines())
    if dry_run:
        word = new_name.rpartition("/")[2]
        for file, row, text in lines:
            click.echo(f"{file}:{row} {which.around(text, max(text.find(word), 0))}")
    else:
        made.save()
    click.echo(f"{len(lines)} line(s) in {len({file for file, *_ in lines})} file(s){' to change' if dry_run else ''}")
    if left:
        new.tell_left(f"{use}: does it name {old}?" for use in left)


@main.command("prose")
@click.argument("chapters", nargs=-1)
def prose_command(chapters: tuple[str, ...]) -> None:
    """Measure how CHAPTERS, or all, read: length of the story, sentences, phrases of not-knowing; and their shape."""
    paths = [path for path in style.chapters() if not chapters or path.stem in chapters]
    click.echo(f"{'chapter':16} {'words':>6} {'a sentence':>10} {'not known':>10}")
    for told in map(style.measure, paths):
        click.echo(f"{told.chapter:16} {told.words:>6} {told.mean_sentence:>10} {told.not_knowing:>10}")
    _report(style.check_style(paths), "every chapter reads as it should")


@main.command("course")
@click.argument("site", type=click.Path(file_okay=False, path_type=Path), default=SITE)
def course_command(site: Path) -> None:
    """Pack what a class needs of the built and printed SITE (the book's own, if none is given) into its course.zip."""
    target = site / DOWNLOADS / f"{COURSE}.zip"
    put(target, course.course(site))
    click.echo(f"the course in {shown(target)}")


@main.command()
@click.argument("site", type=click.Path(file_okay=False, path_type=Path), default=SITE)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), default=SITE_ZIP, help="The zip to write.")
def pack(site: Path, output: Path) -> None:
    """Pack the built site in SITE (the book's own, if none is given) into one zip that opens from index.html."""
    click.echo(f"{pack_module.pack(site, output)} files in {shown(output)}")


@main.command("data")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path), default=DATA_ZIP)
def data_command(target: Path) -> None:
    """Pack all tables with descriptor, codebook and other forms into one zip, TARGET: what goes into an archive."""
    from . import deposit  # needs Polars and XlsxWriter

    click.echo(f"{deposit.write(target)} files in {shown(target)}")


@main.command("bom")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path), default=BILL)
def bom_command(target: Path) -> None:
    """List what the book is made with and what it ships, with licences, in TARGET (CycloneDX, JSON)."""
    from . import bom

    put(target, bom.bill())
    click.echo(f"the bill of materials in {shown(target)}")


@main.command("live")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def live_command(port: int) -> None:
    """Serve the built site on this machine; a page whose text or tables are changed is made again at once."""
    from . import live

    server = live.serve(port)
    click.echo(f"http://127.0.0.1:{server.server_port}/ (end it with Ctrl-C)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("")
    finally:
        server.server_close()


@main.command("wheel")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=WHEELS)
def wheel_command(folder: Path) -> None:
    """Make the package with its tables as a wheel in FOLDER: what `pip install` takes, without the repository."""
    from . import wheel  # needs flit

    folder.mkdir(parents=True, exist_ok=True)
    click.echo(shown(folder / wheel.build_wheel(str(folder))))


def run() -> None:
    """The command line; bad input is one line each and exit 1, without a traceback."""
    try:
        main(prog_name="onrecord")
    except InputError as error:
        _report(error.problems, "")
    except OSError as error:
        _report([refused(error, Path.cwd())], "")


if __name__ == "__main__":
    run()
