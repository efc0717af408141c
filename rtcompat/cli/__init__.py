"""The command line: `rtcompat show 12` and its siblings.

Each command is one call of the public interface, shown as text for people or, with ``--json``, as
one line of JSON a record (`rtcompat.json_lines` documents the shape). Exit codes: 0 done, 1 RT
refused, 2 wrong usage or impossible here, 3 not found, 4 not authenticated, 5 unreachable or not
RT, 6 a write of which nobody knows whether it was carried out, 7 nothing done, as ``--yes`` is
missing, 74 done, but what was done could not be written to standard output.
"""
from __future__ import annotations

import sys
from typing import Optional, Sequence

__all__ = ["main"]


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: what stands behind the program's name; None takes the process's own.
    """
    try:
        try:
            import click  # noqa: F401
        except ImportError:
            print("rtcompat: the command line needs click: pip install click, or install rtcompat "
                  "with its extra, 'rtcompat[cli]'", file=sys.stderr)
            return 2
        from rtcompat.cli.program import run
        return run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        # While modules are loaded nothing has been sent; what comes later `run` tells itself.
        print("rtcompat: interrupted", file=sys.stderr)
        return 130
