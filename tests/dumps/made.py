"""``python -m tests.dumps.made``: copies recorded answers and makes the ``made-`` dumps anew."""
from __future__ import annotations

import shutil
import sys
from typing import Iterable, Iterator, List

from tests.dumps import corpus, made_containers, made_damages, made_encodings
from tests.dumps.corpus import Dump
from tests.dumps.pieces import Content, Made
from tests.dumps.selected import selected


def put(dump: Dump, content: Content) -> None:
    """Write a dump to its place, in place of what is there."""
    if dump.path.is_dir():
        shutil.rmtree(dump.path)
    if isinstance(content, bytes):
        dump.path.write_bytes(content)
        return
    for name, inner in content.items():
        file = dump.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(inner)


def _written(made: Iterable[Made]) -> Iterator[Dump]:
    for each in made:  # one may be made of those before it
        put(each.dump(), each.content)
        yield each.dump()


def main() -> int:
    """Write them all and what is known of them."""
    found: List[Dump] = []
    for dump, content in selected():
        put(dump, content)
        found.append(dump)
    for module in (made_encodings, made_damages, made_containers):
        found.extend(_written(module.made()))
    corpus.add(found)
    print(f"{len(found)} dumps")
    return 0


if __name__ == "__main__":
    sys.exit(main())
