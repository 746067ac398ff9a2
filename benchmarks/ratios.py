"""Benchmarks as ratios, which mean the same on a fast and on a slow machine.

    make bench

Each line compares two ways to the same result, or the second run with the first.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import krippendorff
import numpy as np

from onrecord import tables
from onrecord.agreement import resampled_alphas

ROOT = Path(__file__).resolve().parents[1]


def seconds(action: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def book_again() -> tuple[float, float]:
    """A build with nothing changed, against a build from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        command = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "--path-output", folder, "--quiet"]

        def build() -> None:
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

        return seconds(build), seconds(build)


def bootstrap() -> tuple[float, float]:
    """The vectorized bootstrap of alpha, against the package once a sample."""
    evidence = tables.table("evidence")
    first, second = (evidence[c].astype("category").cat.codes.to_numpy() for c in ("theme_id", "theme_id_b"))
    clusters = evidence["passage_id"].astype("category").cat.codes.to_numpy()
    draws, rng = 100, np.random.default_rng(1)

    def one_by_one() -> None:
        for _ in range(draws):
            picks = rng.integers(0, len(first), len(first))
            krippendorff.alpha(np.vstack([first[picks], second[picks]]), level_of_measurement="nominal")

    return seconds(one_by_one), seconds(lambda: resampled_alphas(first, second, clusters, draws, 1))


def table_again() -> tuple[float, float]:
    """A table asked for a second time, against the first."""
    tables._cached.cache_clear()
    return seconds(lambda: tables.table("evidence")), seconds(lambda: tables.table("evidence"))


def main() -> None:
    """Print one line a benchmark: the slow way takes so many times as long as the quick one."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    for benchmark in (table_again, bootstrap, book_again):
        slow, quick = benchmark()
        print(f"{slow / quick:8.1f} times  {benchmark.__doc__}")


if __name__ == "__main__":
    main()
