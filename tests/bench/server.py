"""A server that answers, as tests see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import BenchError
from .software import Software

NAMES = ("root", "alice", "nora", "uwe", "gerda", "yorick")


@dataclass(frozen=True)
class User:
    """One who can log in; ``token`` is an authentication token where RT has them (RT 5)."""

    name: str
    password: str
    email: str
    token: str | None


@dataclass(frozen=True)
class Server:
    """A server that answers.

    ``url`` is what a user would be told, with sub-path, without a slash at its end. ``version``
    is RT's own string, "" where no RT is. ``ids`` maps kind, then name, to the seed's ids; its
    kinds contents, subjects and files hold what was put in.
    """

    name: str
    url: str
    version: str
    protocols: frozenset[str]
    users: Mapping[str, User]
    ids: Mapping[str, Any]
    ca_file: Path | None
    database: Path
    folder: Path
    software: Software | None

    def log(self) -> str:
        """What the server has said so far: RT's warnings and errors."""
        return (self.folder / "server.log").read_text("utf-8", "replace")

    def perl(self, snippet: str) -> str:
        """What a piece of Perl printed (UTF-8), run with this RT loaded (`RT->SystemUser`, …).

        Raises BenchError, with RT's messages, when it dies. Takes about a second.
        """
        if self.software is None:
            raise BenchError(f"{self.name} has no RT")
        head = ("use utf8; use strict; use warnings; binmode STDOUT, ':encoding(UTF-8)';"
                " require RT; RT::LoadConfig(); RT::Init();\n#line 1 \"snippet\"\n")
        return self.software.run(self.folder / "RT_SiteConfig.pm", "-", stdin=head + snippet)


def users(tokens: Mapping[str, str]) -> dict[str, User]:
    """The seed's users who can log in, by name; ``tokens`` by user name."""
    return {name: User(name, "password" if name == "root" else f"password-{name}",
                       f"{name}@example.org", tokens.get(name)) for name in NAMES}
