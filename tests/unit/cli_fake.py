"""A tracker that records calls and answers what a test told it; and one run of the program."""
from __future__ import annotations

import inspect
from functools import partial
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple

from rtcompat import Probe
from rtcompat.cli.invocation import Invocation
from rtcompat.cli.program import run
from rtcompat.model import Page, ServerInfo
from rtcompat.tracker import OPERATIONS, Listing, Tracker

SECRET = "s3cret-never-shown"
ENVIRONMENT = {"RTSERVER": "https://rt.example.org", "RTUSER": "alice",
               "RTCOMPAT_PASSWORD": SECRET, "RTCONFIG": "/dev/null", "NETRC": "/dev/null"}


class Recorder(Tracker):
    """Answers each operation with ``answers[name]``: raised if an exception, called if callable.

    Every call is bound to the contract's own signature first, so that a wrong argument fails.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = dict(answers)
        self.calls: List[Tuple[str, Dict[str, Any]]] = []
        self.closed = 0

    def __getattribute__(self, name: str) -> Any:
        if name in OPERATIONS or name == "server":
            return partial(self._answer, name)
        return super().__getattribute__(name)

    def _answer(self, operation: str, *given: Any, **named: Any) -> Any:
        bound = inspect.signature(getattr(Tracker, operation)).bind(self, *given, **named)
        self.calls.append((operation, {name: value for name, value in bound.arguments.items()
                                       if name != "self"}))
        answer = self.answers[operation]
        if callable(answer):
            answer = answer(**self.calls[-1][1])
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def close(self) -> None:
        self.closed += 1


def listing(*items: Any, total: Optional[int] = None) -> Listing[Any]:
    """A listing of one page."""
    page = Page(tuple(items), None, total)
    return Listing(page, lambda cursor: page)


class Desk:
    """Runs commands against a `Recorder`, in an environment and folders of its own."""

    def __init__(self, folder: Path, **answers: Any) -> None:
        self.folder = folder
        self.tracker = Recorder(answers)
        self.connections: List[Tuple[str, Dict[str, Any]]] = []
        self.environment = dict(ENVIRONMENT)
        self.states = {"rest1": "open", "rest2": "open"}
        self.connecting: Optional[BaseException] = None

    def connect(self, url: str, **how: Any) -> Tracker:
        self.connections.append((url, how))
        if self.connecting is not None:
            raise self.connecting
        return self.tracker

    def probe(self, url: str, **how: Any) -> Probe:
        return Probe(url, self.states, {name: "what came" for name in self.states}, "5.0.3")

    def run(self, *arguments: str) -> int:
        """The exit code."""
        return run(list(arguments), invocation=Invocation(
            connect=self.connect, probe=self.probe, environment=self.environment,
            folder=self.folder, home=self.folder))

    def call(self, number: int = -1) -> Tuple[str, Dict[str, Any]]:
        """An operation asked for, and its arguments."""
        return self.tracker.calls[number]


def server() -> ServerInfo:
    return ServerInfo("https://rt.example.org", "5.0.3", ("rest1", "rest2"), "rest2", "alice")
