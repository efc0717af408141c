"""The rt command's settings: its file, where it is looked for, and its environment variables.

Source: the documentation and behaviour of ``rt`` as RT 4.4.6 and 5.0.3 bring it (``rt help
config``). One setting a line, the key at the line's start, then white space and the value up to
the line's end; empty lines and lines that start with ``#`` are passed over; another key is an
error, as it is for ``rt``. A later line overrides an earlier one, the environment the file.
"""
from __future__ import annotations

import os
import re
from dataclasses import dataclass
from dataclasses import field as attribute
from pathlib import Path
from typing import Dict, Iterator, Mapping, Optional

from rtcompat.errors import UsageError
from rtcompat.ticketsql import enclosed

__all__ = ["KEYS", "Settings", "find", "read", "settings", "from_environment",
           "default_query"]

KEYS = ("server", "user", "passwd", "query", "orderby", "queue", "auth", "externalauth")
_LINE = re.compile(r"(\S+)\s+(.*)", re.DOTALL)
#: Where Debian's packages and RT's own installation keep the machine's file; looked at last.
_MACHINE = ("/etc/request-tracker5/rt.conf", "/etc/request-tracker4/rt.conf", "/etc/rt.conf")
#: What Debian's package writes there, whether or not an RT is on this machine: nobody chose it, so
#: no password goes there.
_PACKAGED_SERVER = "http://localhost/rt"
#: ``queue`` has no variable of its own.
_VARIABLES = {f"RT{key.upper()}": key for key in KEYS if key != "queue"}
#: A text in quotes (left alone), or a bare word behind ``=`` or ``like``: RT's TicketSQL wants
#: texts in quotes, rt's users leave them out.
_QUOTED_OR_BARE = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|"""
                             r"""(?P<operator>=|\blike\b)(?P<gap>\s*)"""
                             r"""(?P<word>[^\s'"\d()+-][^\s'"()]*)""", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Settings:
    """What the file says.

    Attributes:
        path: the file, or None when there was none.
        values: by key, only those that stand in it. Holds the password; never shown.
        exposed: True when it holds a password and others than its owner may read it.
    """

    path: Optional[Path] = None
    values: Mapping[str, str] = attribute(default_factory=dict, repr=False)
    exposed: bool = False

    @property
    def named_server(self) -> Optional[str]:
        """The server that somebody named. Debian's package fills the machine's file with one."""
        server = self.get("server")
        untouched = str(self.path) in _MACHINE and server == _PACKAGED_SERVER
        return None if untouched else server

    def get(self, key: str) -> Optional[str]:
        """A setting, or None when it is not there or empty."""
        return self.values.get(key) or None


def _places(name: str, folder: Path, home: Path) -> Iterator[Path]:
    for above in (folder, *folder.parents):
        yield above / name
    yield home / name
    for path in _MACHINE:
        yield Path(path)


def find(environment: Mapping[str, str], folder: Path, home: Path) -> Optional[Path]:
    """The file that ``rt`` would read, or None.

    Args:
        environment: ``RTCONFIG`` names another file than ``.rtrc``: an absolute path is taken as
            it is, another name is looked for in folder and those above it, in home, and then the
            machine's files.
        folder, home: absolute paths.
    """
    name = environment.get("RTCONFIG") or ".rtrc"
    if os.path.isabs(name):
        return Path(name) if os.access(name, os.R_OK) else None
    return next((path for path in _places(name, folder, home)
                 if path.is_file() and os.access(path, os.R_OK)), None)


def read(path: Path) -> Settings:
    """Read a file.

    Raises: UsageError naming file and line, never what stands in the line.
    """
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}, line {number}: not UTF-8", advice="save the file as UTF-8"
                         ) from None
    values: Dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None or found.group(1) not in KEYS:
            raise UsageError(f"{path}, line {number}: {_fault(line)}",
                             advice="its settings are " + ", ".join(KEYS) + ", each with a value")
        key, value = found.groups()
        if value.lstrip().startswith("=") and key != "passwd":
            raise UsageError(f"{path}, line {number}: an equals sign between {key} and its value",
                             advice="the rt command reads a setting, a blank, and the value")
        # Blanks at the end belong to a password, as rt takes it; elsewhere they are an accident.
        values[key] = value if key == "passwd" else value.strip()
    exposed = bool(values.get("passwd")) and bool(path.stat().st_mode & 0o044)
    return Settings(path, values, exposed)


def _fault(line: str) -> str:
    """Why the rt command refuses a line, in words that quote nothing of it but a known key."""
    if line.startswith("\ufeff"):
        return "the file begins with a byte order mark, which the rt command does not read"
    if line[0].isspace():
        return "blanks before a setting, which the rt command does not read"
    word = line.split(None, 1)[0]
    if word in ("password", "password:", "password="):
        return "the rt command calls it passwd, not password"
    if word in KEYS:
        return f"{word} has no value"
    return "not a setting that the rt command knows"


def settings(environment: Mapping[str, str], folder: Path, home: Path) -> Settings:
    """The file that `find` finds, read; empty when there is none."""
    path = find(environment, folder, home)
    return Settings() if path is None else read(path)


def from_environment(environment: Mapping[str, str]) -> Dict[str, str]:
    """The settings that stand in ``RTSERVER``, ``RTUSER`` and so on, by key."""
    return {key: environment[name] for name, key in _VARIABLES.items() if environment.get(name)}


def default_query(query: str, queue: Optional[str]) -> str:
    """The file's ``query`` as TicketSQL: narrowed to its ``queue``, bare words in quotes.

    The value of queue may go on (``helpdesk or Queue=support``), as ``rt help config`` says; a
    query that names a queue itself is not narrowed.

    Raises: InvalidQuery for one that cannot be narrowed.
    """
    if queue and not re.search(r"\bqueue\s*=", query, re.IGNORECASE):
        query = f"{enclosed(query)} AND (Queue={queue})"
    return _QUOTED_OR_BARE.sub(_in_quotes, query)


def _in_quotes(found: "re.Match[str]") -> str:
    if found["word"] is None:
        return found.group()
    return f"{found['operator']}{found['gap']}'{found['word']}'"
