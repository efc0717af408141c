"""``python -m tests.parsing_speed [--size MB] [--pass GB]``: REST 1.0 text into values, in one run.

Two bodies of so many MB (20): tickets as a search gives them and transactions as a long history
does, those of several recorded answers in mixed order, repeated with other digits. Each is turned
from bytes into a list of dicts of texts, one a form, in turns and several times over; the least
processor time of each counts:

* ``json.loads`` of that same list, written as UTF-8 without ASCII escapes;
* ``forms.dicts`` of the body, which gives an equal list: the bounds hold for it;
* ``forms.parse`` of the body, forms that answer ``get`` and make their fields when asked, and that
  with `Form.as_dict` of each: for comparison;
* python-rt, if ``rt`` is installed: its bare parse function ``Rt.__parse_response_dict``
  (``rt.rest1``), which its ``search`` and ``get_history`` call for each piece of the decoded body
  between ``--`` lines; without the lists of addresses and attachments that they make afterwards.
  It strips indents and drops empty lines, so its values are not always RT's.

``--pass`` reads a stream of so many GB of either in a process of its own, by ``forms.stream``, and
tells the most memory that the process ever had above that before the first chunk.

Ends with 1 if a bound is not kept.
"""
from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import random
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

from rtcompat.rest1 import forms

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "rest1"
BODIES = {
    "search": ("5.0.3/search-all-l.txt", "5.0.3/search-l.txt", "5.0.3/extras-show.txt",
               "5.0.3/long-ticket-show.txt", "5.0.3/sla-ticket-show.txt",
               "5.0.3/ticket-show-cfs.txt", "5.0.3/merged-into-show.txt"),
    "history": ("5.0.3/ticket-history-long.txt", "5.0.3/torture-history-long.txt",
                "5.0.3/extras-history-l.txt", "5.0.3/history-type-none-l.txt",
                "4.4.6/ticket-history-long-full.txt", "3.6.11/x-torture-hist-l.txt",
                "4.0.25/x-torture-hist-l.txt", "3.8.17/x-torture-hist-l.txt"),
}
ROUNDS = 7
BETWEEN = b"\n\n--\n\n"
HEAD = b"RT/5.0.3 200 Ok\n\n"

#: At most so many times ``json.loads``, at least so many times as fast as python-rt, and no more
#: than so many MB above the process's own in a pass.
JSON_BOUND, PEER_BOUND, PASS_BOUND = 2.0, 2.5, 64


def recorded_forms(name: str) -> List[bytes]:
    """The forms of all recorded answers for a body."""
    found: List[bytes] = []
    for file in BODIES[name]:
        content = (FOLDER / file).read_bytes()
        rest = content[content.index(b"RT/"):].partition(b"\n\n")[2].rstrip(b"\n")
        found += [form for form in rest.split(BETWEEN) if b"\nCreator: " in form]
    return found


def body(name: str, size: int) -> bytes:
    """A body of about this size: the forms again and again, in ever other order and with others
    of the digits that end numbers."""
    chosen, order = recorded_forms(name), random.Random(4)
    found: List[bytes] = []
    length = 0
    while length < size:
        order.shuffle(chosen)
        for form in chosen:
            found.append(re.sub(rb"(\d)(\d)\b", lambda match: b"%s%d" % (
                match.group(1), (int(match.group(2)) + length) % 10), form))
            length += len(form) + len(BETWEEN)
    return HEAD + BETWEEN.join(found) + b"\n\n\n"


def layouts(content: bytes) -> int:
    """How many shapes its forms have: keys in order, and which have values of several lines."""
    return len({tuple((field.key, field.listed, "\n" in field.value) for field in form.fields)
                for one in forms.parse(content) for form in one.forms})


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


def peer(content: bytes) -> Optional[Callable[[], Any]]:
    """python-rt's bare reading of a body; None without it."""
    try:
        read = getattr(importlib.import_module("rt.rest1").Rt, "_Rt__parse_response_dict")
    except ImportError:
        return None
    return lambda: [read(each) for each in content.decode("utf-8").split("\n--\n")]


def as_dicts(content: bytes) -> List[Dict[str, str]]:
    """What `forms.dicts` gives, by way of forms."""
    return [form.as_dict() for one in forms.parse(content) for form in one.forms]


def kept(what: str, figure: float, bound: float, least_: bool = False) -> bool:
    """Print a figure and its bound."""
    good = figure >= bound if least_ else figure <= bound
    print(f"  {what}: {figure:.2f} (bound: {'at least' if least_ else 'at most'} {bound:g}; "
          f"{'kept' if good else 'NOT KEPT'})")
    return good


def measured(name: str, size: int) -> bool:
    """Print the figures for one body; whether its bounds are kept."""
    content = body(name, size)
    values = forms.dicts(content)
    assert values == as_dicts(content)
    text = json.dumps(values, ensure_ascii=False).encode("utf-8")
    assert json.loads(text) == values
    print(f"{name}: {len(content) / 1e6:.0f} MB, {len(values)} forms of {layouts(content)} shapes")
    del values
    theirs = peer(content)
    acts: List[Callable[[], Any]] = [
        lambda: json.loads(text), lambda: forms.dicts(content), lambda: forms.parse(content),
        lambda: as_dicts(content)]
    took = least(*acts, *([] if theirs is None else [theirs]))
    for what, one in zip(("json.loads", "forms.dicts", "forms.parse", "forms.parse, as_dict",
                          "python-rt"), took):
        print(f"  {what}: {len(content) / one / 1e6:.1f} MB/s, {one / took[0]:.2f} times the first")
    good = kept("forms.dicts, time of json.loads", took[1] / took[0], JSON_BOUND)
    if theirs is not None:
        version = importlib.metadata.version("rt")
        good &= kept(f"forms.dicts, speed of python-rt {version}", took[4] / took[1], PEER_BOUND,
                     True)
    return good


def streamed(name: str, size: int) -> None:
    """Print what a stream takes; alone in its process."""
    block = BETWEEN.join(recorded_forms(name)) + BETWEEN
    block *= (1 << 20) // len(block) + 1

    def chunks() -> Iterator[bytes]:
        yield HEAD
        for _ in range(size // len(block) + 1):
            yield block
        yield b"id: ticket/1\n\n"

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    count = sum(len(batch.forms) for batch in forms.stream(chunks()))
    took = time.process_time() - began
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{name}, streamed: {size / 1e6:.0f} MB, {count} forms, {size / took / 1e6:.0f} MB/s")
    sys.exit(not kept("MB of memory above the process's own", more, PASS_BOUND))


def main() -> int:
    """Print all; 1 if a bound is not kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--size", type=float, default=20, help="MB of each body")
    parser.add_argument("--pass", type=float, default=0, dest="gigabytes", metavar="GB",
                        help="size of a streamed pass; 0: none")
    parser.add_argument("--stream", choices=BODIES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.stream:
        streamed(asked.stream, int(asked.gigabytes * 1e9))
    good = True
    for name in BODIES:
        good &= measured(name, int(asked.size * 1e6))
    for name in BODIES if asked.gigabytes else ():
        sys.stdout.flush()
        good &= not subprocess.run(
            [sys.executable, "-m", "tests.parsing_speed", "--pass", str(asked.gigabytes),
             "--stream", name], check=False).returncode
    return not good


if __name__ == "__main__":
    sys.exit(main())
