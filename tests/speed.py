"""``python -m tests.speed``: ratios of time, each measured in this one run on the bench's RT 5.0.3.

1. 100 single ticket reads, and the same 100 by one search, against python-rt's ``rt.rest2``
   (``pip install rt``) reading the 100 one by one, as the same user with the same password.
2. REST 1.0 text into forms against ``json.loads`` of the same values (recorded, no bound).
"""
from __future__ import annotations

import importlib
import json
import sys
import time
from typing import Any, Callable, List

from rtcompat import connect
from rtcompat.rest1 import forms
from tests.bench.bench import Bench

COUNT = 100


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


def against_json() -> None:
    """Print the ratio of parsing a long answer to ``json.loads`` of the same values."""
    one = "".join(f"{key}: {value}\n" for key, value in (
        ("id", "ticket/17"), ("Queue", "General"), ("Owner", "Nobody"), ("Creator", "alice"),
        ("Subject", "a subject of the usual length"), ("Status", "open"), ("Priority", "10"),
        ("Requestors", "alice@example.org, bob@example.org"),
        ("Created", "Sat Nov 21 20:25:07 2026"), ("TimeWorked", "7 minutes"),
        ("CF.{Severity}", "High"))) + "\nCF.{Notes}: first\n" + " " * 12 + "second\n\n"
    content = ("RT/4.4.6 200 Ok\n\n" + "\n--\n\n".join([one] * 5000) + "\n").encode()
    parsed: List[Any] = []
    ours = seconds(lambda: parsed.append(forms.parse(content)))
    values = [[[field.key, field.value] for field in form.fields]
              for envelope in parsed[0] for form in envelope.forms]
    text = json.dumps(values)
    theirs = seconds(lambda: json.loads(text))
    print(f"forms.parse: {len(content) / ours / 1e6:.1f} MB/s; json.loads of the same values: "
          f"{len(content) / theirs / 1e6:.1f} MB/s of the same body; ratio of time "
          f"{ours / theirs:.1f}")


def main() -> None:
    """Run both."""
    bench = Bench()
    try:
        against_python_rt(bench)
    finally:
        bench.stop()
    against_json()


if __name__ == "__main__":
    main()
