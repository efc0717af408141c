"""What made dumps are made of: recorded answers, and the record of what was done to them."""
from __future__ import annotations

from typing import Mapping, NamedTuple, Tuple, Union

from tests.dumps import corpus
from tests.dumps.corpus import Dump

__all__ = ["Content", "Made", "Recorded", "piece"]

#: Of a file, or of the files in a folder by their names.
Content = Union[bytes, Mapping[str, bytes]]


class Recorded(bytes):
    """The bytes of a recorded answer that know where they are from."""

    file: str


def piece(file: str) -> Recorded:
    """A recorded answer, by its place below ``fixtures``."""
    read = Recorded((corpus.FOLDER.parent / file).read_bytes())
    read.file = file
    return read


class Made(NamedTuple):
    """A made dump.

    Attributes:
        name: what follows ``made-``.
        content: its bytes.
        how: in words.
        damages, encodings: as of `Dump`.
        parts, like: as of `Dump`, the answers themselves.
    """

    name: str
    content: Content
    how: str
    damages: Tuple[str, ...] = ("none",)
    encodings: Tuple[str, ...] = ("utf-8",)
    parts: Tuple[Recorded, ...] = ()
    like: Tuple[Recorded, ...] = ()

    def dump(self) -> Dump:
        """What the manifest tells of it."""
        return Dump(f"made-{self.name}", ("made", self.how), self.encodings, self.damages, {},
                    tuple(part.file for part in self.parts),
                    tuple(part.file for part in self.like))
