"""Clients for the bench's servers, connected once each and shared over the run."""
from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Tuple

from rtcompat import connect
from rtcompat.tracker import Tracker
from tests.awaited import AwaitedTracker
from tests.bench.bench import Bench, Server
from tests.bench.errors import Unavailable
from tests.contract import recordings

__all__ = ["Connections"]


class Connections:
    """One client for each (server, user, protocol) asked for.

    Args:
        private: servers of their own, which no other test writes to.
    """

    def __init__(self, bench: Bench, private: bool = False) -> None:
        self.bench = bench
        self._private: Optional[Dict[str, Server]] = {} if private else None
        self._trackers: Dict[Tuple[str, str, str, str], Tracker] = {}

    def server(self, name: str) -> Server:
        """The bench's server of this name, started if need be."""
        if self._private is None:
            return self.bench.require(name)
        if name not in self._private:
            self._private[name] = self.bench.fresh(name)
        return self._private[name]

    def credentials(self, name: str, user: str) -> Dict[str, Any]:
        """Arguments of `connect` for a user of the bench."""
        server = self.server(name)
        return {"user": user, "password": server.users[user].password,
                "verify": str(server.ca_file) if server.ca_file else True}

    def tracker(self, name: str, user: str, protocol: str = "auto",
                face: str = "sync") -> Tracker:
        """A connected client; ``protocol`` other than auto keeps everything on that one.

        Args:
            face: ``sync``, or an `AsyncClient` behind a blocking face, by ``threads`` or ``httpx``.
        """
        key = (name, user, protocol, face)
        if key not in self._trackers:
            url, given = self.server(name).url, self.credentials(name, user)
            self._trackers[key] = (
                connect(url, protocol=protocol, **given) if face == "sync" else
                AwaitedTracker(url, protocol=protocol, transport=face, **given))
        return self._trackers[key]

    def reader(self, name: str, user: str, protocol: str) -> Tuple[Tracker, Mapping[str, Any]]:
        """What reads the seed, and the seed's ids: live or, where that cannot be had, recorded.

        A recording is read by a new client each time, so that its requests do not depend on what
        another test has asked before.

        Raises: Unavailable where there is no recording either.
        """
        try:
            return self.tracker(name, user, protocol), self.server(name).ids
        except Unavailable:
            if not recordings.has_recording(name):
                raise
            return recordings.replayed(name, user, protocol), recordings.seed(name).ids

    def close(self) -> None:
        """Log all of them out."""
        for tracker in self._trackers.values():
            tracker.close()
        self._trackers.clear()
