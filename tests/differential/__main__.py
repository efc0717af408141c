"""``python -m tests.differential [SERVER…]``: print the equality table of the bench's servers."""
from __future__ import annotations

import sys
from typing import List

from tests.bench.bench import Bench
from tests.connections import Connections
from tests.contract.matrix import both
from tests.differential.compare import Ledger
from tests.differential.differences import ALL, DIFFERENCES
from tests.differential.gather import read_everything, seed_names
from tests.differential.surface import SURFACE, prepared, read_surface
from tests.differential.test_equal import THOROUGH, tickets_of

#: How many differences of one field are printed.
SAMPLES = 3


def main(servers: List[str]) -> int:
    """Compare, print fields compared and excused, and what differs without an excuse."""
    bench = Bench()
    connections = Connections(bench, private=True)
    ledger = Ledger()
    try:
        for name in servers or both():
            for user in ALL:
                server = connections.server(name)
                names = seed_names(server)
                one, other = (read_everything(connections.tracker(name, user, protocol), server,
                                              tickets_of(connections, name), names,
                                              contents=(name, user) in THOROUGH)
                              for protocol in ("rest1", "rest2"))
                ledger.compare(name, user, one, other, names)
                if name in SURFACE:
                    prepared(connections, name)
                    one, other = (read_surface(connections.tracker(name, user, protocol), server,
                                               tickets_of(connections, name), names)
                                  for protocol in ("rest1", "rest2"))
                    ledger.compare(name, user, one, other, names)
                print(f"{name} as {user}: {len(ledger.unexcused)} differences without excuse so "
                      "far", file=sys.stderr)
    finally:
        connections.close()
        bench.stop()
    print(ledger.table())
    print("\nexcused:")
    for row in DIFFERENCES:
        idle = "   (not needed in this run)" if row not in ledger.used else ""
        print(f"    {row.record}.{row.field} ({row.protocol}"
              + (f", {', '.join(row.where)}" if row.where else "") + f"): {row.reason}{idle}")
    for place, lines in ledger.by_field().items():
        print(f"DIFFERS {place}: {len(lines)}")
        for line in lines[:SAMPLES]:
            print("    ", line)
    return 1 if ledger.unexcused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
