"""The lines of a manifest that tell of a save as a whole: that it begins, and that it ended."""
from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, Dict, NamedTuple, Optional

__all__ = ["Run", "border", "broken_off", "now", "run_of"]


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


def run_of(line: bytes, number: int) -> Optional[Run]:
    """What a line says of a save that begins or ends."""
    try:
        raw: Any = json.loads(line)
    except ValueError:
        return None
    if not isinstance(raw, dict):
        return None
    query, found, here = raw.get("begun", raw.get("ended")), raw.get("found"), raw.get("here")
    if not isinstance(query, str):
        return None
    return Run(query, found if isinstance(found, int) else None,
               here if isinstance(here, int) else 0, str(raw.get("time")), number, "ended" in raw)


def broken_off(run: Run) -> str:
    """What is to be said of a save that did not come to its end."""
    if run.found is None:
        here = f"tickets that are here: {run.here}"
    elif run.here < run.found:
        here = f"{run.here} of {run.found} tickets are here"
    else:
        here = f"all {run.found} tickets are here, but maybe not what changed in them since"
    return f"the save did not come to its end: {here} (begun {run.time}: {run.query})"


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
