"""The whole site as one file, for a memory stick or a course page: unpack it and open ``index.html``."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from .paths import shown
from .problems import InputError, Problem

HASHES = "SHA256SUMS"  # as ``sha256sum`` writes and checks it
FOLDER = "on-the-record"  # what the zip unpacks to
_WHEN = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say: the bytes depend on the site alone
_LEFT_OUT = {".buildinfo", "objects.inv"}  # notes of Sphinx to itself


def store(archive: zipfile.ZipFile, path: str, content: bytes, how: int = zipfile.ZIP_DEFLATED) -> None:
    """Put a file into an archive, so that its bytes depend on nothing but path and content."""
    entry = zipfile.ZipInfo(path, _WHEN)
    entry.compress_type = how
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # Unix, on whatever machine it is made
    archive.writestr(entry, content, compresslevel=9)


def zipped(files: Mapping[str, bytes], packed: bool = True) -> bytes:
    """An archive of files by their paths in it; a wheel, which is one itself, is not compressed again.

    ``packed``: whether anything is compressed.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in files.items():
            plain = path.endswith(".whl") or not packed
            store(archive, path, content, zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    """The files of an archive by their paths in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {path: archive.read(path) for path in archive.namelist()}


def sums(files: Mapping[str, bytes]) -> bytes:
    """What stands in :data:`HASHES`: the SHA-256 of files, a line each."""
    return "".join(f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in files.items()).encode()


def pack(site: Path, target: Path) -> int:
    """Pack the site in ``site`` into ``target``; the number of files. The same site gives the same bytes.

    Raises :class:`InputError` where there is no site.
    """
    if not (site / "index.html").is_file():
        raise InputError(Problem(shown(site), "expected a built site with an index.html; build the book first"))
    files = sorted(path for path in site.rglob("*") if path.is_file() and path.name not in _LEFT_OUT)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    try:
        with zipfile.ZipFile(unfinished, "w") as archive:
            for path in files:
                store(archive, f"{FOLDER}/{path.relative_to(site).as_posix()}", path.read_bytes())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return len(files)
