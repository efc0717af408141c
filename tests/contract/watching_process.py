"""A program that watches and saves its cursor after each change, to be killed by tests.

``python -m tests.contract.watching_process URL PROTOCOL USER PASSWORD QUERY FILE``: goes on from
the last whole line of the file, and appends a line a change.
"""
from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, List, Union

from rtcompat import connect

__all__ = ["handled"]


def handled(path: Path) -> List[Dict[str, Any]]:
    """What the program has handled: the whole lines of its file; the rest is cut off."""
    text = path.read_text("utf-8")
    whole = text[:text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, "utf-8")
    return [json.loads(line) for line in whole.splitlines()]


def main(url: str, protocol: str, user: str, password: str, query: str, name: str) -> None:
    """Watch until killed."""
    path = Path(name)
    last = handled(path)[-1]
    since: Union[datetime, Dict[str, Any]] = last.get("cursor") or datetime.fromisoformat(
        last["since"])
    with connect(url, user=user, password=password, protocol=protocol) as rt, \
            open(path, "a", encoding="utf-8") as file:
        for change in rt.watch(query, since, interval=0.2, fields=("subject",)):
            file.write(json.dumps({
                "ticket": change.ticket.id, "cursor": change.cursor,
                "transactions": [one.id for one in change.transactions]}) + "\n")
            file.flush()
            os.fsync(file.fileno())


if __name__ == "__main__":
    main(*sys.argv[1:])
