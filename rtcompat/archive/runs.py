"""The lines of a manifest that tell of a save as a whole: that it begins, and that it ended."""
from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

__all__ = ["EVERYTHING", "Run", "Runs", "border", "broken_off", "now", "run_of"]

#: The query that finds all that others find.
EVERYTHING = "id > 0"


def _is_everything(query: str) -> bool:
    return "".join(query.split()) == "id>0"


class Run(NamedTuple):
    """A save, as the manifest tells it.

    Attributes:
        query: TicketSQL. time: when that was told, by our clock.
        found: how many tickets it finds; None where that is in doubt.
        here: how many of them there are.
        line: where it began. ended: whether it came to its end.
    """

    query: str
    found: Optional[int]
    here: int
    time: str
    line: int = 0
    ended: bool = False


class Runs:
    """The saves into a folder that did not come to their end, by query."""

    def __init__(self) -> None:
        self.last: Optional[Run] = None
        self._begun: Dict[str, Run] = {}

    def add(self, run: Run) -> None:
        """One begins, or ends: with the same query, or with that of all tickets, it makes good
        what was broken off before."""
        self.last = run
        if run.ended and _is_everything(run.query):
            self._begun.clear()
        self._begun.pop(run.query, None)
        if not run.ended:
            self._begun[run.query] = run

    def saved(self) -> None:
        """The one that runs has saved a ticket."""
        if self.last is not None and not self.last.ended:
            self.add(self.last._replace(here=self.last.here + 1))

    def broken_off(self) -> Tuple[Run, ...]:
        """Those that did not come to their end, the last one last."""
        return tuple(self._begun.values())


def run_of(raw: Mapping[str, Any], number: int) -> Optional[Run]:
    """What a line, parsed, says of a save that begins or ends."""
    query, found, here = raw.get("begun", raw.get("ended")), raw.get("found"), raw.get("here")
    if not isinstance(query, str):
        return None
    return Run(query, found if isinstance(found, int) else None,
               here if isinstance(here, int) else 0, str(raw.get("time")), number, "ended" in raw)


def broken_off(run: Run) -> str:
    """What is to be said of a save that did not come to its end."""
    if run.found is None:
        here = f"tickets by then: {run.here}"
    elif run.here < run.found:
        here = f"{run.here} of {run.found} tickets by then"
    else:
        here = f"all {run.found} tickets by then, but maybe not what had changed in them"
    return (f"the save did not come to its end: {here} (begun {run.time}: {run.query}); save that "
            f"query again, or {EVERYTHING}")


def border(run: Run) -> bytes:
    """The line of a save that begins or ended."""
    told: Dict[str, object] = {"ended" if run.ended else "begun": run.query, "found": run.found,
                               "time": run.time}
    if not run.ended:
        told["here"] = run.here
    return json.dumps(told).encode("ascii") + b"\n"


def now() -> str:
    """Our clock, as the manifest writes it."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
