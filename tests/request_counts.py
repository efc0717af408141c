"""``python -m tests.request_counts [SERVER…]``: requests of each operation, measured live.

The promises are read from `Tracker`'s docstrings, where ``case a/b`` is the number over REST 1.0
and over REST2; `request_cases` brings each case about. `tests/contract` holds them together.
"""
from __future__ import annotations

import inspect
import logging
import re
import sys
from contextlib import contextmanager
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple

from rtcompat import Refused, Unsupported
from rtcompat.tracker import COMPOSED, OPERATIONS, Tracker
from tests.bench.bench import Bench
from tests.connections import Connections
from tests.counted import CASES, REFUSALS
from tests.request_cases import ADMINISTRATOR, BOTH, LEARNING, Case, Place

__all__ = ["SERVERS", "Learnt", "Measured", "Promise", "learn", "measure", "measure_refusals",
           "promises", "sent"]

#: Servers that differ in version; those that differ in settings ask alike.
SERVERS: Tuple[Tuple[str, str], ...] = (
    ("4.4.4", "rest1"), ("4.4.6", "rest1"), ("5.0.3", "rest1"), ("5.0.7", "rest1"),
    ("sid", "rest1"), ("5.0.3", "rest2"), ("5.0.7", "rest2"), ("sid", "rest2"))
#: What a refusal may cost more, to tell why.
REFUSED = 3


# -- what is promised -----------------------------------------------------------------------------

class Promise(NamedTuple):
    """Requests by protocol, None where it cannot; ``more``: 1 more over REST2 for some users."""

    rest1: Optional[int]
    rest2: Optional[int]
    more: bool = False

    def of(self, protocol: str) -> Optional[int]:
        return self.rest1 if protocol == "rest1" else self.rest2

    def __str__(self) -> str:
        shown = ["-" if one is None else str(one) for one in (self.rest1, self.rest2)]
        return "/".join(shown) + "+" * self.more


_ITEM = re.compile(r"(?P<case>.*?)\s*(?P<rest1>\d+|-)/(?P<rest2>\d+|-)(?P<more>\+?)\Z")


def promises(operation: str) -> Dict[str, Promise]:
    """What the docstring of an operation promises, by case; "" is the usual one.

    Raises: ValueError for an item that is no ``case a/b``.
    """
    text = inspect.getdoc(getattr(Tracker, operation)) or ""
    section = re.search(r"^Requests: (.*?)(?=^\w+:|\Z)", text, re.DOTALL | re.MULTILINE)
    alike = re.search(r"\b[Aa]s `(\w+)`", section.group(1) if section else text)
    if alike is not None:
        return promises(alike.group(1))
    if section is None:
        raise ValueError(f"{operation} does not say how many requests it takes")
    found: Dict[str, Promise] = {}
    for item in re.split(r"\.(?:\s|\Z)", section.group(1))[0].split(";"):
        read = _ITEM.match(" ".join(item.split()))
        if read is None:
            raise ValueError(f"{operation}: {item!r} is no number of requests")
        rest1, rest2 = (None if one == "-" else int(one) for one in read.group("rest1", "rest2"))
        found[read.group("case")] = Promise(rest1, rest2, bool(read.group("more")))
    return found


# -- what is sent ---------------------------------------------------------------------------------

@contextmanager
def sent() -> Iterator[List[str]]:
    """The request lines of all that is sent meanwhile, as the transport logs each attempt."""
    lines: List[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(str(record.args[0]) if isinstance(record.args, tuple) else "")

    handler, logger = Keep(), logging.getLogger("rtcompat.transport")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)


# -- measuring ------------------------------------------------------------------------------------

class Measured(NamedTuple):
    """What one case took; ``least`` and ``most`` are promised, None where it must be refused
    before anything is sent."""

    case: Case
    least: Optional[int]
    most: Optional[int]
    requests: int
    outcome: str

    @property
    def kept(self) -> bool:
        if self.least is None or self.most is None:
            return self.outcome == "Unsupported" and self.requests == 0
        return self.least <= self.requests <= self.most


def measure(at: Place, cases: Iterable[Case] = CASES) -> Iterator[Measured]:
    """Run those of the cases that this user is for; what one should do and does not, raises."""
    for one in cases:
        promise = promises(one.operation)[one.name]
        more = promise.more and at.protocol == "rest2"
        if at.user not in (BOTH if more else one.users) or not one.where(at):
            continue
        number = promise.of(at.protocol)
        most = None if number is None else number + (more and at.user not in ADMINISTRATOR)
        requests, outcome = _run(one, at, Unsupported if number is None else ())
        at.file.unlink(missing_ok=True)
        yield Measured(one, number, most, requests, outcome)


def measure_refusals(at: Place) -> Iterator[Measured]:
    """Run the refusals; one that is not refused raises AssertionError."""
    for one in REFUSALS:
        number = promises(one.operation)[one.name].of(at.protocol)
        assert number is not None
        requests, outcome = _run(one, at, Refused)
        assert outcome, f"{one.operation} of {one.given} was to be refused"
        yield Measured(one, 1, number + REFUSED, requests, outcome)


def _run(one: Case, at: Place, expected: Any) -> Tuple[int, str]:
    """(requests, name of the expected error if it came)."""
    act = one.prepared(at)
    with sent() as lines:
        try:
            act()
        except expected as error:
            return len(lines), type(error).__name__
    return len(lines), ""


class Learnt(NamedTuple):
    """A call that may have to ask first: what it took, what it takes from then on, and the most
    that the first one may take."""

    words: str
    requests: int
    usual: int
    most: int


def learn(at: Place) -> List[Learnt]:
    """Ask what a login asks once."""
    found = []
    for words, one, rest1, rest2 in LEARNING:
        usual = promises(one.operation)[one.name].of(at.protocol)
        if at.user in one.users and usual is not None:
            requests, _ = _run(one, at, Refused)
            found.append(Learnt(words, requests, usual, rest1 if at.protocol == "rest1" else rest2))
    return found


# -- the command ----------------------------------------------------------------------------------

def _column(connections: Connections, name: str, protocol: str,
            rows: Dict[Tuple[str, str, str], Dict[str, str]]) -> int:
    """Measure one server over one protocol; the number of broken promises."""
    broken = 0
    for user in BOTH:
        with sent() as lines:
            tracker = connections.tracker(name, user, protocol)
        at = Place(connections, name, user, protocol, tracker)
        learnt = [f"connecting {len(lines)}", *(f"{one.words} {one.requests}" for one in learn(at))]
        print(f"{name} over {protocol} as {user}, once a login: {', '.join(learnt)}")
        for one in measure(at):
            promise = promises(one.case.operation)[one.case.name]
            row = rows.setdefault((one.case.operation, one.case.name, user),
                                  {"promised": str(promise)})
            shown = row.get(f"{name} {protocol}", "")
            said = ("-" if one.least is None else str(one.requests)) + "!" * (not one.kept)
            row[f"{name} {protocol}"] = shown if said == shown else f"{shown} {said}".strip()
            broken += not one.kept
        if user in ADMINISTRATOR:
            at.tidy()
    return broken


def main(servers: List[str]) -> int:
    """Print the table; 1 if a promise is broken."""
    rows: Dict[Tuple[str, str, str], Dict[str, str]] = {}
    bench = Bench()
    connections = Connections(bench)
    wanted = [(name, protocol) for name, protocol in SERVERS if not servers or name in servers]
    try:
        broken = sum(_column(connections, name, protocol, rows) for name, protocol in wanted)
    finally:
        connections.close()
        bench.stop()
    titles = ["promised", *(f"{name} {protocol}" for name, protocol in wanted)]
    print(f"\n{'operation':16} {'case':44} {'as':6}" + "".join(f"{one:>12}" for one in titles))
    order = (*OPERATIONS, *COMPOSED, "server", "close")
    for (operation, name, user), row in sorted(rows.items(), key=lambda one: (
            order.index(one[0][0]), one[0][2])):
        print(f"{operation:16} {name:44} {user:6}"
              + "".join(f"{row.get(title, ''):>12}" for title in titles))
    print(f"\n{broken} promises broken" if broken else "\nevery promise kept")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
