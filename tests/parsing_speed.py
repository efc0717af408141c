"""``python -m tests.parsing_speed [MB [STREAMED_MB]]``: REST 1.0's text into values, in one run.

Two bodies of so many MB (20) are made of recorded answers of 5.0.3, repeated with other digits: a
search's forms and a ticket's history. Processor time, best of several rounds each, of
``forms.parse``, of that and `Form.as_dict`, and of ``forms.dicts``, all from bytes, against
``json.loads`` of the same list of objects and, if installed, python-rt's own reading of the same
body. Then a stream of so many MB (100) of either, and the memory that it takes.
"""
from __future__ import annotations

import importlib
import json
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

from rtcompat.rest1 import forms

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "rest1" / "5.0.3"
BODIES = {"search": "search-all-l.txt", "history": "ticket-history-long.txt"}
ROUNDS = 5
BETWEEN = b"\n\n--\n\n"


def recorded_forms(name: str) -> List[bytes]:
    """The status line, and the forms of a recorded answer."""
    content = (FOLDER / BODIES[name]).read_bytes()
    head, _, rest = content[content.index(b"RT/"):].partition(b"\n\n")
    return [head + b"\n\n", rest.rstrip(b"\n")]


def body(name: str, size: int) -> bytes:
    """A body of about this size."""
    head, rest = recorded_forms(name)
    found: List[bytes] = []
    for number in range(size // len(rest) + 1):
        found.append(re.sub(rb"(\d)\d\d\b",
                            lambda match: b"%s%02d" % (match.group(1), number % 100), rest))
    return head + BETWEEN.join(found) + b"\n\n\n"


def least(*acts: Callable[[], Any]) -> List[float]:
    """Processor seconds of each, the best of some rounds in which each has its turn."""
    best = [1e9] * len(acts)
    for _ in range(ROUNDS):
        for place, act in enumerate(acts):
            began = time.process_time()
            result = act()
            best[place] = min(best[place], time.process_time() - began)
            del result
    return best


def peers(content: bytes) -> List[Callable[[], Any]]:
    """python-rt's reading of a body, as its ``search`` and ``get_history`` do; none without it."""
    try:
        peer = importlib.import_module("rt.rest1").Rt
    except ImportError:
        return []
    read = getattr(peer, "_Rt__parse_response_dict")
    return [lambda: [read(each) for each in content.decode("utf-8").split("\n--\n")]]


def as_dicts(content: bytes) -> List[Dict[str, str]]:
    """What `forms.dicts` gives, by way of forms."""
    return [form.as_dict() for one in forms.parse(content) for form in one.forms]


def against_json(name: str, size: int) -> None:
    """Print the ratios for one body."""
    content = body(name, size)
    values = as_dicts(content)
    assert values == forms.dicts(content)
    text = json.dumps(values, ensure_ascii=False).encode("utf-8")
    assert json.loads(text) == values
    del values
    theirs, *ours = least(lambda: json.loads(text), lambda: forms.parse(content),
                          lambda: as_dicts(content), lambda: forms.dicts(content), *peers(content))
    print(f"{name}: {len(content) / 1e6:.0f} MB; json.loads {len(content) / theirs / 1e6:.0f} MB/s")
    for what, took in zip(("forms.parse", "forms.parse, as_dict", "forms.dicts", "python-rt"),
                          ours):
        print(f"  {what}: {len(content) / took / 1e6:.1f} MB/s, {took / theirs:.2f} times "
              f"json.loads, {ours[-1] / took:.2f} times as fast as the last line")


def streamed(name: str, size: int) -> None:
    """Print what a stream takes."""
    head, rest = recorded_forms(name)
    block = (rest + BETWEEN) * ((1 << 20) // len(rest) + 1)

    def chunks() -> Iterator[bytes]:
        yield head
        for _ in range(size // len(block) + 1):
            yield block
        yield b"id: ticket/1\n\n"

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    count = sum(len(batch.forms) for batch in forms.stream(chunks()))
    took = time.process_time() - began
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{name}, streamed: {size / 1e6:.0f} MB, {count} forms, {size / took / 1e6:.0f} MB/s, "
          f"{more / 1024:.0f} MB of memory more than before")


def main(size: int = 20, long: int = 100) -> None:
    """Print all; streams first, as what was once taken is not seen to be taken again."""
    for name in BODIES:
        streamed(name, long * 1_000_000)
    for name in BODIES:
        against_json(name, size * 1_000_000)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
