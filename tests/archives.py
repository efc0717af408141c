"""``python -m tests.archives [--pass GB]``: what archives promise of speed, memory and exports.

The ratios of parsing (``tests.parsing_speed``); the memory of a pass of `archive.read` over a long
search and a long history; each export of ``fixtures/archive`` read back equal; a Dask cluster of
which a worker is killed. Exit code 1 where one of them is not kept.
"""
from __future__ import annotations

import argparse
import io
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Dict, List

from rtcompat import archive
from rtcompat.archive.exports.whole import wholes
from tests.exported import exactly, jsonl_back, parquet_back, sqlite_back

ROOT = Path(__file__).resolve().parent.parent
MEGABYTES = 64
BACK: Dict[str, Callable[[Path], List[Any]]] = {
    "jsonl": jsonl_back, "sqlite": sqlite_back, "parquet": parquet_back}
SEARCH = "".join(
    f"{key}: {value}\n" for key, value in (
        ("id", "ticket/17"), ("Queue", "General"), ("Owner", "Nobody"), ("Creator", "alice"),
        ("Subject", "a subject of the usual length"), ("Status", "open"), ("Priority", "10"),
        ("Requestors", "alice@example.org, bob@example.org"), ("Cc", ""), ("AdminCc", ""),
        ("Created", "Sat Nov 21 20:25:07 2026"), ("Due", "Not set"), ("TimeWorked", "7 minutes"),
        ("CF.{Severity}", "High"))) + "\nCF.{Notes}: first\n" + " " * 12 + "second\n\n"
HISTORY = ("# 9/9 (id/225/total)\n\nid: 225\nTicket: 12\nTimeTaken: 0\nType: Comment\nField: \n"
           "OldValue: \nNewValue: \nData: No Subject\nDescription: Comments added by root\n\n"
           "Content: A first line.\n" + "         and more of it, as messages have\n" * 12
           + "\nCreator: root\nCreated: 2026-11-21 20:59:19\n\nAttachments: \n"
           "             66: untitled (2k)\n\n")
BODIES = {"search": SEARCH, "history": HISTORY}


class Long(io.RawIOBase):
    """An answer of so many bytes: one form over and over, never held as a whole."""

    def __init__(self, form: str, size: int) -> None:
        self._block = (form + "\n--\n\n").encode() * 2000
        self._left = size
        self._rest = memoryview(b"RT/4.4.6 200 Ok\n\n")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if not self._rest and self._left > 0:
            self._rest = memoryview(self._block)
            self._left -= len(self._block)
        count = min(len(into), len(self._rest))
        into[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def peak() -> float:
    """Megabytes that this process has had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def passed(name: str, gigabytes: float) -> bool:
    """Read one answer of that size, in this process, and print what it took."""
    for _ in archive.read(Long(BODIES[name], 1)):
        pass  # what is made once: patterns, tables
    before, began, forms = peak(), time.perf_counter(), 0
    for answer in archive.read(Long(BODIES[name], int(gigabytes * 1e9))):
        assert not answer.problems, answer.problems
        forms += len(answer.forms)
    took, more = time.perf_counter() - began, peak() - before
    print(f"archive.read, {name} of {gigabytes:g} GB: {forms:,} forms, {took:.0f} s, "
          f"{gigabytes * 1000 / took:.0f} MB/s, {more:.0f} MB above the start (bound {MEGABYTES})")
    return more < MEGABYTES


def exported() -> bool:
    """Export the archive that comes along in each format and read it back."""
    good = True
    with archive.open(ROOT / "fixtures/archive") as saved, tempfile.TemporaryDirectory() as folder:
        wanted = [exactly(one) for one in wholes(saved, "id > 0", contents=True)]
        for kind, back in BACK.items():
            target = Path(folder) / f"x.{kind}"
            done = archive.export(saved, target, contents=True)
            same = [exactly(one) for one in back(target)] == wanted
            print(f"{kind}: {done.tickets} tickets, {done.transactions} transactions, "
                  f"{done.attachments} attachments read back "
                  + ("equal" if same else "OTHERWISE"))
            good = good and same
    return good


def _ran(*words: str) -> bool:
    sys.stdout.flush()
    return not subprocess.run([sys.executable, "-m", *words], cwd=ROOT, check=False).returncode


def main() -> int:
    """Print all; 1 if a bound is not kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--pass", type=float, default=1, dest="gigabytes", metavar="GB")
    parser.add_argument("--read", choices=BODIES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read:
        return not passed(asked.read, asked.gigabytes)
    good = [_ran("tests.parsing_speed")]
    # a process of its own for each, as a process's peak is never forgotten
    good += [_ran("tests.archives", "--pass", str(asked.gigabytes), "--read", name)
             for name in BODIES]
    good.append(exported())
    good.append(_ran("pytest", "-v", "--no-header", "-p", "no:cacheprovider",
                     "tests/unit/test_archive_bag.py", "-k", "killed or one_process"))
    return not all(good)


if __name__ == "__main__":
    sys.exit(main())
