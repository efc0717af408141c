"""Who asks, and of which server: from options, the environment, the rt command's file, .netrc.

A secret is never an argument, which every process of the machine could read. In this order:
``RTCOMPAT_TOKEN`` or ``RTCOMPAT_PASSWORD``; ``RTPASSWD``; ``passwd`` of the rt command's file;
the server's own entry in ``.netrc`` (or ``$NETRC``; its ``default`` entry is not used); a prompt,
when there is a terminal. A source that names a server or a user beside its password is asked for
that server and that user only, so that ``--server`` cannot carry a password to a stranger.
"""
from __future__ import annotations

import getpass
import netrc
import os
import re
from dataclasses import dataclass
from dataclasses import field as attribute
from pathlib import Path
from typing import Callable, Iterator, Mapping, Optional, Tuple
from urllib.parse import urlsplit

from rtcompat.cli import rtrc
from rtcompat.errors import UsageError

__all__ = ["Credentials", "Ask", "server_of", "credentials", "kept_for_others"]

#: Asks a person for a password (the argument is the prompt's text); None where nobody is there.
Ask = Optional[Callable[[str], str]]
_PORTS = {"http": 80, "https": 443}
#: A name or a password before the host, also where the scheme was forgotten.
_WITH_USER = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:/*)?[^/?#]*@", re.IGNORECASE)


@dataclass(frozen=True)
class Credentials:
    """Who asks.

    Attributes:
        user: login, or None with a token.
        basic: the web server asks for the password (``auth basic`` in the rt command's file).
        source: where the secret came from, for messages.
        guessed: nothing named the user; it is this machine's login.
    """

    user: Optional[str] = None
    password: Optional[str] = attribute(default=None, repr=False)
    token: Optional[str] = attribute(default=None, repr=False)
    basic: bool = False
    source: str = ""
    guessed: bool = False


def _site(url: str) -> Tuple[str, str, Optional[int]]:
    """Scheme, host and port: what a password belongs to."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "", url, None


def server_of(option: Optional[str], environment: Mapping[str, str],
              settings: rtrc.Settings) -> str:
    """The server's URL: the option, ``RTSERVER``, or the rt command's file.

    An empty option is not passed over: who wrote ``-s "$UNSET"`` did not mean another server.

    Raises: UsageError when none names one, or when it holds a user or a password.
    """
    server = (environment.get("RTSERVER") or settings.named_server) if option is None else option
    if not server or not server.strip():
        raise UsageError("no server is named: give --server, RTSERVER or a .rtrc",
                         argument="server")
    if _WITH_USER.match(server):
        raise UsageError("user and password do not belong in the server's address",
                         argument="server", advice="give --user and RTCOMPAT_PASSWORD")
    return server


def _passwords(server: str, user: Optional[str], environment: Mapping[str, str],
               settings: rtrc.Settings, home: Path) -> Iterator[Credentials]:
    """What the sources hold for this server and user, the one to be preferred first.

    Args:
        user: the one asked for, or None for any.
    """
    given = rtrc.from_environment(environment)
    held = dict(settings.values) if _goes_with(settings.get("server"), server) else {}
    named = user or given.get("user")
    anyone = named or held.get("user") or None
    if environment.get("RTCOMPAT_PASSWORD"):
        yield Credentials(anyone, environment["RTCOMPAT_PASSWORD"], source="RTCOMPAT_PASSWORD")
    if (given.get("passwd") and _goes_with(given.get("server"), server)
            and given.get("user", named) == named):
        yield Credentials(anyone, given["passwd"], source="RTPASSWD")
    if held.get("passwd") and (named is None or held.get("user") in (None, "", named)):
        yield Credentials(anyone, held["passwd"], source=str(settings.path))
    entry = _netrc_entry(server, environment, home)
    if entry is not None and entry.user and named in (None, entry.user):
        yield entry


def _goes_with(named: Optional[str], server: str) -> bool:
    """Whether what a source says holds for this server: it names this one, or none."""
    return named is None or _site(named) == _site(server)


def _netrc_entry(server: str, environment: Mapping[str, str],
                 home: Path) -> Optional[Credentials]:
    path = environment.get("NETRC") or str(home / ".netrc")
    if not os.access(path, os.R_OK):
        return None
    try:
        hosts = netrc.netrc(path).hosts
    except netrc.NetrcParseError as error:
        # Its own text quotes the token it stumbled over, which may be the password.
        raise UsageError(f"{path}, line {error.lineno}: not in the format of .netrc") from None
    entry = hosts.get(_site(server)[1])
    if entry is None or not entry[2]:
        return None
    return Credentials(entry[0], entry[2], source=path)


def credentials(server: str, user: Optional[str], environment: Mapping[str, str],
                settings: rtrc.Settings, home: Path, ask: Ask) -> Optional[Credentials]:
    """Who asks this server, or None when no source has a secret and ask is None.

    Args:
        user: the option's value, or None.
        ask: prompts for a password.
    Raises: UsageError for two secrets, or for ``auth gssapi``.
    """
    if user and ":" in user:
        raise UsageError("the password is not part of --user", argument="user",
                         advice="give --user LOGIN, and the password in RTCOMPAT_PASSWORD")
    token = environment.get("RTCOMPAT_TOKEN")
    if token and (user or environment.get("RTCOMPAT_PASSWORD")):
        raise UsageError("RTCOMPAT_TOKEN tells who asks; --user and RTCOMPAT_PASSWORD do not go "
                         "with it", advice="unset one of them")
    if token:
        return Credentials(token=token, source="RTCOMPAT_TOKEN")
    basic = _basic(server, environment, settings)
    found = next(_passwords(server, user, environment, settings, home), None)
    if found is None and ask is not None:
        name = user or environment.get("RTUSER") or settings.get("user")
        called = name or f"{getpass.getuser()} (your login on this machine)"
        found = Credentials(name, ask(f"Password of {called} at {server}"), source="prompt")
    if found is None:
        return None
    # As rt does: without a user's name it is the login of this machine.
    return Credentials(found.user or getpass.getuser(), found.password, basic=basic,
                       source=found.source, guessed=not found.user)


def kept_for_others(server: str, user: Optional[str], environment: Mapping[str, str],
                    settings: rtrc.Settings) -> Iterator[str]:
    """Passwords there are that do not go to this server and user: whose they are, in words."""
    given = rtrc.from_environment(environment)
    named = user or given.get("user")
    for source, held, owner in (("RTPASSWD", given, given.get("user")),
                                (str(settings.path), settings.values, settings.get("user"))):
        if not held.get("passwd"):
            continue
        if not _goes_with(held.get("server") or None, server):
            yield f"the one in {source} is for another server"
        elif owner and named and owner != named:
            yield f"the one in {source} is for another user"


def _basic(server: str, environment: Mapping[str, str], settings: rtrc.Settings) -> bool:
    """Whether the password is for the web server (``auth basic``, once ``externalauth 1``)."""
    given = rtrc.from_environment(environment)
    if _goes_with(settings.get("server"), server):
        given = {**settings.values, **given}
    if given.get("externalauth", "0") not in ("", "0"):
        return True
    manner = given.get("auth", "rt")
    if manner not in ("rt", "basic"):
        raise UsageError(f"auth {manner}: the command line signs in by RT's own form or by basic",
                         advice="from Python, hand rtcompat.connect an authentication object")
    return manner == "basic"
