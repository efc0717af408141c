"""``python -m tests.speed``: ratios of time, each measured in this one run on the bench's RT 5.0.3.

1. 100 single ticket reads, and the same 100 by one search, against python-rt's ``rt.rest2``
   (``pip install rt``) reading the 100 one by one, as the same user with the same password.
2. 200 tickets with their full histories against ``rt.rest2`` reading each with its history and all
   its attachments, each ticket in the three requests that take it least; requests counted.

REST 1.0's text into values is measured by ``python -m tests.parsing_speed``.
"""
from __future__ import annotations

import importlib
import logging
import sys
import time
from typing import Any, Callable, Dict, List, Tuple

from rtcompat import connect
from rtcompat.tracker import Tracker
from tests.bench.bench import Bench

COUNT = 100
HISTORIES = 200


def seconds(act: Callable[[], Any]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def against_python_rt(bench: Bench) -> None:
    """Print the two ratios of ticket reads."""
    try:
        peer = importlib.import_module("rt.rest2")
    except ImportError:
        sys.exit("this measures against python-rt: pip install rt")
    server = bench.server("5.0.3")
    user = server.users["alice"]
    tickets = [number for name, number in sorted(server.ids["tickets"].items())
               if name.startswith("paging")][:COUNT]
    theirs = peer.Rt(server.url + "/REST/2.0/", http_auth=(user.name, user.password))
    with connect(server.url, user=user.name, password=user.password) as ours:
        ours.get_ticket(tickets[0])
        theirs.get_ticket(tickets[0])
        single = seconds(lambda: [ours.get_ticket(each) for each in tickets])
        query = " OR ".join(f"id = {each}" for each in tickets)
        found: List[Any] = []
        searched = seconds(lambda: found.extend(ours.search_tickets(query)))
        assert sorted(one.id for one in found) == sorted(tickets)
        peers = seconds(lambda: [theirs.get_ticket(each) for each in tickets])
    print(f"python-rt rest2, {COUNT} get_ticket: {peers:.2f} s")
    print(f"rtcompat, {COUNT} get_ticket:        {single:.2f} s  ratio {single / peers:.3f} "
          "(bound 0.333)")
    print(f"rtcompat, one search for {COUNT}:    {searched:.2f} s  ratio {searched / peers:.3f} "
          "(bound 0.100)")


class _Counted(logging.Handler):
    """Counts requests by the line that a logger writes for each."""

    def __init__(self, logger: str, begin: str) -> None:
        super().__init__()
        self.count, self._begin = 0, begin
        logging.getLogger(logger).addHandler(self)
        logging.getLogger(logger).setLevel(logging.DEBUG)

    def emit(self, record: logging.LogRecord) -> None:
        self.count += record.getMessage().startswith(self._begin)


Read = Dict[int, Tuple[List[int], Dict[int, str]]]


def _ours(tracker: Tracker, tickets: List[int]) -> Read:
    """Numbers of the transactions, and texts by transaction, of each ticket."""
    assert [one.get().id for one in tracker.get_tickets(tickets)] == tickets
    return {one.id or 0: ([each.id for each in one.get()],
                          {each.id: each.content for each in one.get()
                           if each.content is not None})
            for one in tracker.get_histories(tickets)}


def _theirs(peer: Any, tickets: List[int]) -> Read:
    """The same."""
    found: Read = {}
    for number in tickets:
        peer.get_ticket(number)
        history = [int(one["id"]) for one in peer.get_ticket_history(number)]
        texts: Dict[int, str] = {}
        for part in peer.get_attachments(
                number, query_filter=[{"field": "id", "operator": ">", "value": "0"}],
                query_format=["TransactionId", "Filename", "ContentType", "ContentLength",
                              "Content"]):
            if part["ContentType"] == "text/plain" and not part["Filename"]:
                owner = part["TransactionId"]
                texts.setdefault(int(owner["id"] if isinstance(owner, dict) else owner),
                                 part["Content"])
        found[number] = (history, texts)
    return found


def histories_against_python_rt(bench: Bench) -> None:
    """Print the ratios of requests and of time for tickets with their full histories."""
    peer = importlib.import_module("rt.rest2")
    server = bench.server("5.0.3")
    user = server.users["alice"]
    theirs = peer.Rt(server.url + "/REST/2.0/", http_auth=(user.name, user.password))
    counted = _Counted("httpx2", "HTTP Request:")
    own = _Counted("rtcompat.transport", "")
    with connect(server.url, user=user.name, password=user.password,
                 protocol="rest2") as ours:
        tickets = [one.id for one in ours.search_tickets("id > 0", fields=())][:HISTORIES]
        read: List[Read] = []
        own.count = counted.count = 0
        mine = seconds(lambda: read.append(_ours(ours, tickets)))
        asked = own.count
        peers = seconds(lambda: read.append(_theirs(theirs, tickets)))
    assert len(tickets) == HISTORIES and read[0] == read[1], "the same content"
    entries = sum(len(one) for one, _ in read[0].values())
    print(f"{HISTORIES} tickets with their histories, {entries} transactions: python-rt rest2 "
          f"{counted.count} requests, {peers:.2f} s")
    print(f"rtcompat: {asked} requests, ratio {asked / counted.count:.3f} (bound 0.200); "
          f"{mine:.2f} s, ratio {mine / peers:.3f} (bound 0.333)")


def main() -> None:
    """Run all."""
    bench = Bench()
    try:
        against_python_rt(bench)
        histories_against_python_rt(bench)
    finally:
        bench.stop()


if __name__ == "__main__":
    main()
