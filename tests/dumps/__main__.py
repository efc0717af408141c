"""``python -m tests.dumps``: reads all dumps, compares, and counts what they are.

With ``--write [NAME…]`` what reading gives becomes what is expected (to be looked at); with
``--show NAME…`` it is printed. Exit code 1 if a dump is read otherwise than expected, if an
answer that stands in it untouched does not come out as it does alone, or if there is none of a
kind, a version, an encoding or a damage.
"""
from __future__ import annotations

import argparse
import json
import sys
from typing import Any, Dict, List

from tests.dumps import corpus


def text_of(answers: List[Dict[str, Any]]) -> str:
    """An expectation as it is kept: a line a property, forms a line each."""
    return json.dumps(answers, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.dumps", description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep what reading gives as expected")
    parser.add_argument("--show", action="store_true", help="print what reading gives")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    told = corpus.dumps()
    chosen = [dump for dump in told if not options.names or dump.name in options.names]
    read = {dump.name: corpus.outcome(dump.path) for dump in chosen}
    if options.show:
        for name, answers in read.items():
            print(name, text_of(answers))
    if options.write:
        for name, answers in read.items():
            (corpus.FOLDER / f"{name}.expected.json").write_text(text_of(answers), "utf-8")
    wrong = [dump.name for dump in chosen if corpus.expected(dump) != read[dump.name]]
    for name in wrong:
        print(f"READ OTHERWISE THAN EXPECTED: {name}")
    lost = {dump.name: corpus.lost(dump, read[dump.name]) for dump in chosen}
    for name, files in lost.items():
        for file in files:
            print(f"DOES NOT COME OUT OF {name}: {file}")
    if options.names:
        return 1 if wrong or any(lost.values()) else 0
    counted = corpus.counts(read, told)
    for title, names in counted.items():
        print(f"{title}:")
        for name, number in names.items():
            print(f"  {number:4}  {name}")
    print(f"{len(told)} dumps, {len(wrong)} read otherwise than expected")
    lacking = corpus.missing(counted)
    for each in lacking:
        print(f"MISSING {each}")
    return 1 if wrong or lacking or any(lost.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
