"""JSON Lines: a ticket a line, written as it comes."""
from __future__ import annotations

from typing import IO, Iterable

from rtcompat.archive.exports.whole import Whole, as_record
from rtcompat.json_lines import line

__all__ = ["write"]


def write(found: Iterable[Whole], stream: IO[bytes]) -> None:
    """Write each ticket as a line of ASCII, in the shape of `whole.as_record`."""
    for one in found:
        stream.write(line(as_record(one)).encode("ascii") + b"\n")
