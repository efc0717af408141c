"""Recordings of the releases that may one day not be had, and clients over them.

``fixtures/recordings/RELEASE/`` holds ``seed.json`` (RT's full version and the seed's ids) and, for
each protocol and user, the exchanges of every test in `test_reads`, as `rtcompat.replay` writes
them. Made by ``python -m tests.contract.record``.
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping, Tuple, cast

from rtcompat.client import Client
from rtcompat.exchange import Send
from rtcompat.model import ServerInfo
from rtcompat.protocols import PROTOCOLS, Backends, backends, unsupported_here
from rtcompat.replay import Recorded, answers_from, read_recording
from rtcompat.session import Manner, Session
from tests.bench.versions import RELEASES

__all__ = ["FOLDER", "RECORDED", "SITE", "ZONES", "Seed", "client", "file_of", "has_recording",
           "replayed", "seed"]

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "recordings"
#: Where the recorded servers are said to be: a bench's port is another one every day.
SITE = "http://rt.example.org"
#: The releases that are recorded: all but those of the installed Debian release.
RECORDED: Tuple[str, ...] = tuple(each.name for each in RELEASES if each.suite is not None)
#: Zone of each user who reads: finding it out asks for tickets of the years before today.
ZONES: Mapping[str, str] = {"root": "UTC", "gerda": "UTC", "yorick": "America/New_York"}


@dataclass(frozen=True)
class Seed:
    """What a recorded server was: RT's version as it says it, and the ids of its seed."""

    version: str
    ids: Mapping[str, Any]


def file_of(name: str, protocol: str, user: str) -> Path:
    """The recording of what a user read from a release through a protocol."""
    return FOLDER / name / f"{protocol}-{user}.recording"


def has_recording(name: str) -> bool:
    """Whether a release was recorded."""
    return (FOLDER / name / "seed.json").exists()


@lru_cache(maxsize=None)
def seed(name: str) -> Seed:
    """The seed of a recorded release."""
    held = json.loads((FOLDER / name / "seed.json").read_text("utf-8"))
    return Seed(held["version"], held["ids"])


def replayed(name: str, user: str, protocol: str) -> Client:
    """A new client that reads from a release's recording, without a network."""
    return client(cast(Session, _Exchanges(_exchanges(file_of(name, protocol, user)))),
                  seed(name).version, user, protocol)


def client(session: Session, version: str, user: str, protocol: str) -> Client:
    """A client that knows nothing yet but the version and its user's zone.

    Args:
        session: a real one, or what stands for one: ``sender`` is all that reading needs.
    """
    made: Backends = backends((protocol,), version, user, ZONES[user])
    info = ServerInfo(url=SITE, version=version, protocols=(protocol,), protocol=protocol,
                      user=user, unsupported=unsupported_here(made))
    return Client(session, info, made)


class _Exchanges:
    """In a session's place: answers from a recording."""

    def __init__(self, exchanges: Tuple[Recorded, ...]) -> None:
        self._exchanges = exchanges

    def sender(self, manner: Manner) -> Send:
        assert manner.base == PROTOCOLS[manner.name].base
        return answers_from(self._exchanges, base=manner.base)

    def logout(self) -> None:
        """Nobody is logged in."""

    def close(self) -> None:
        """Nothing is open."""


@lru_cache(maxsize=None)
def _exchanges(path: Path) -> Tuple[Recorded, ...]:
    return read_recording(path)
