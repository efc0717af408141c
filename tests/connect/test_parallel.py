"""Requests at once: a session each, because RT locks a session for a whole REST 1.0 request."""
from __future__ import annotations

import itertools
import threading
from typing import Dict, List

from rtcompat import connect
from rtcompat.exchange import Request
from tests.connect.stage import Asked, Said, Stage

TICKET = (b"RT/4.4.6 200 Ok\n\nid: ticket/7\nQueue: General\nOwner: Nobody\nSubject: slow\n"
          b"Status: new\nCreated: Not set\n\n")


class LockingServer:
    """Holds each session for the whole of a request, as RT does; reads end together."""

    def __init__(self, together: int) -> None:
        self.together = threading.Barrier(together, timeout=60)
        self.sessions = itertools.count(1)
        self.locks: Dict[str, threading.Lock] = {}

    def __call__(self, asked: Asked) -> Said:
        if asked.path.startswith("/REST/2.0/"):
            return Said(404, b"<html>no</html>")
        cookie = asked.headers.get("cookie", "")
        if b"pass=" in asked.body:
            new = f"RT_SID_slow.80={next(self.sessions):032x}"
            self.locks[new] = threading.Lock()
            return Said(200, b"RT/4.4.6 200 Ok\n\n# Invalid object specification: ''\n\nid: \n\n",
                        "text/plain", (("Set-Cookie", new + "; path=/"),))
        if cookie not in self.locks:
            return Said(200, b"RT/4.4.6 401 Credentials required\n", "text/plain")
        with self.locks[cookie]:
            if "ticket/7" in asked.path:
                self.together.wait()
            return Said(200, TICKET, "text/plain")


def test_slow_reads_in_threads_do_not_wait_for_each_other() -> None:
    server = LockingServer(4)
    with Stage(server) as stage:
        client = connect(stage.url, user="alice", password="x", timezone="UTC")
        send = client._send("rest1")

        def read() -> None:
            send(Request("GET", "ticket/7/show"))

        threads: List[threading.Thread] = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        logins = [asked for asked in stage.asked if b"pass=" in asked.body]
        assert len(logins) == 4 and not server.together.broken
        client._session.close()


def test_one_after_the_other_share_one_session() -> None:
    server = LockingServer(1)
    with Stage(server) as stage:
        client = connect(stage.url, user="alice", password="x", timezone="UTC")
        send = client._send("rest1")
        for _ in range(2):
            send(Request("GET", "ticket/7/show"))
        assert len([asked for asked in stage.asked if b"pass=" in asked.body]) == 1
        client._session.close()
