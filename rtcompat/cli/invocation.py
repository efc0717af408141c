"""One run of the program: its options, whom it talks to, where its output goes."""
from __future__ import annotations

import dataclasses
import os
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, Mapping, Optional, Tuple, TypeVar, Union
from zoneinfo import ZoneInfo

import click

from rtcompat import Probe, connect, json_lines, probe
from rtcompat.cli import arguments, failures, rtrc
from rtcompat.cli.credentials import Ask, Credentials, credentials, kept_for_others, server_of
from rtcompat.errors import NotAuthenticated, RTError, UsageError
from rtcompat.tracker import Tracker

__all__ = ["Options", "Invocation", "connection_options", "reading_options", "CONNECTION",
           "invoked", "writing", "note"]

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Options:
    """The options that every command has."""

    server: Optional[str] = None
    user: Optional[str] = None
    protocol: str = "auto"
    timezone: Optional[str] = None
    ca: Optional[str] = None
    insecure: bool = False
    timeout: Optional[float] = None
    json: bool = False
    dry_run: bool = False
    no_route: bool = False

    @property
    def verify(self) -> Union[bool, str]:
        """How the server's certificate is checked, as `rtcompat.connect` takes it."""
        return False if self.insecure else self.ca or True


class Invocation:
    """What the commands share. Tests hand in their own connect, environment and folders.

    Attributes:
        options: those that every command has.
        writes: whether the command changes something on the server.
        file_names: of the files that the command sends, for a dry run.
        subject: what the command is about where that is no ticket.
        done: what RT carried out, in a sentence.
        reads: opens what is read instead of a server, with nothing from the rt command's file.
    """

    def __init__(self, *, connect: Callable[..., Tracker] = connect,
                 probe: Callable[..., Probe] = probe,
                 environment: Optional[Mapping[str, str]] = None, folder: Optional[Path] = None,
                 home: Optional[Path] = None) -> None:
        self.options = Options()
        self.writes = False
        self.file_names: Tuple[str, ...] = ()
        self.subject = ""
        self.done = ""
        self.reads: Optional[Callable[[], Tracker]] = None
        self.environment = os.environ if environment is None else environment
        self._connect = connect
        self._probe = probe
        self._folder = folder
        self._home = home
        self._settings: Optional[rtrc.Settings] = None

    @property
    def settings(self) -> rtrc.Settings:
        """The rt command's settings: its file, overridden by its variables."""
        if self.reads is not None:
            return rtrc.Settings(values={"query": "id > 0"})
        if self._settings is None:
            self._settings = rtrc.settings(self.environment, self._folder or Path.cwd(),
                                           self._home or Path.home())
            if self._settings.exposed:
                note(f"{self._settings.path} holds a password and others can read it "
                     "(chmod 600)")
        return self._settings

    @property
    def server(self) -> str:
        """The URL of the server."""
        return server_of(self.options.server, self.environment, self.settings)

    def who(self) -> Credentials:
        """Who asks.

        Raises: UsageError when nothing tells and nobody can be asked.
        """
        found = self.credentials(ask=True)
        if found is None:
            others = "".join(f"; {one}" for one in kept_for_others(
                self.server, self.options.user, self.environment, self.settings))
            raise UsageError(f"no password is known for {self.server}{others}",
                             argument="password",
                             advice="set RTCOMPAT_PASSWORD or RTCOMPAT_TOKEN, write it into .rtrc "
                                    "or .netrc, or run this in a terminal to be asked")
        return found

    def credentials(self, *, ask: bool) -> Optional[Credentials]:
        """Who asks; None when nothing tells and nobody is to be asked, or can be."""
        return credentials(self.server, self.options.user, self.environment, self.settings,
                           self._home or Path.home(), _prompt() if ask else None)

    def tracker(self) -> Tracker:
        """A connection, to be used in a ``with``; or what is read instead.

        Raises: UsageError without server or secret; what connecting raises.
        """
        if self.reads is not None:
            return self.reads()
        return self.connected(self.who())

    def connected(self, who: Credentials) -> Tracker:
        """A connection as these credentials say."""
        options = self.options
        if options.timezone is not None:
            arguments.zone_named(options.timezone)
        # The rt command's `auth basic`: the web server checks the password, not RT's own form.
        whose = {"auth": (who.user or "", who.password or "")} if who.basic else \
            {"user": who.user, "password": who.password, "token": who.token}
        try:
            return self._connect(self.server, protocol=options.protocol,
                                 route=not options.no_route, timezone=options.timezone,
                                 dry_run=options.dry_run, **whose, **self._how())
        except NotAuthenticated:
            if who.guessed:
                note(f"nothing named a user, so {who.user} was taken, your login on this machine "
                     "(give --user)")
            raise

    def _how(self) -> Dict[str, Any]:
        """How to reach the server; without ``--timeout`` the library's own."""
        waits = {} if self.options.timeout is None else {"timeout": self.options.timeout}
        return {"verify": self.options.verify, **waits}

    def probe(self, who: Optional[Credentials]) -> Probe:
        """What answers at the server's URL; only the web server's own login is used for it."""
        gate = {"auth": (who.user, who.password)} if who is not None and who.basic else {}
        return self._probe(self.server, **gate, **self._how())

    def use_server(self, url: str) -> None:
        """Talk to this server instead of the one that the options name."""
        self.options = replace(self.options, server=url)

    @property
    def zone(self) -> Optional[ZoneInfo]:
        """The zone of ``--timezone``, or None."""
        name = self.options.timezone
        return None if name is None else arguments.zone_named(name)

    @property
    def width(self) -> Optional[int]:
        """Columns of the terminal, or None when the output goes elsewhere."""
        return shutil.get_terminal_size().columns if sys.stdout.isatty() else None

    def show(self, lines: Iterable[str]) -> None:
        """Print lines for people, each as it comes."""
        for line in lines:
            click.echo(line)

    def emit(self, record: Any) -> None:
        """Print one record for programs."""
        click.echo(json_lines.line(record))

    def complain(self, error: RTError, *, briefly: bool = False, about: str = "") -> None:
        """Tell an error on standard error: to people in lines, to programs as one of JSON.

        Args:
            briefly: people get its sentence alone.
            about: which one of many it happened to.
        """
        if self.options.json:
            lines: Iterable[str] = [json_lines.line(failures.as_json(error, about))]
        else:
            lines = [f"rtcompat: {error.what}"] if briefly else failures.told(error, about)
        for line in lines:
            click.echo(line, err=True)


def note(text: str) -> None:
    """Tell people something beside the output."""
    click.echo(f"rtcompat: note: {text}", err=True)


def _prompt() -> Ask:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    return lambda text: str(click.prompt(text, hide_input=True, err=True))


def invoked(context: click.Context) -> Invocation:
    """The invocation that a command runs in."""
    found = context.find_object(Invocation)
    assert found is not None
    return found


def writing(context: click.Context) -> Invocation:
    """The invocation of a command that changes something."""
    invocation = invoked(context)
    invocation.writes = True
    return invocation


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Keep an option of every command; given twice, the one behind the verb counts.

    An empty server is kept, to be refused: the one of the environment was not meant.
    """
    if parameter.name is not None and (value or (value == "" and parameter.name == "server")):
        invocation = invoked(context)
        invocation.options = replace(invocation.options, **{parameter.name: value})


def _kept(*names: str, **settings: Any) -> Callable[[F], F]:
    option: Callable[[F], F] = click.option(*names, expose_value=False, callback=_remember,
                                            **settings)
    return option


_JSON: Callable[[Any], Any] = _kept(
    "--json", is_flag=True, help="Print one JSON object a line (JSON Lines); for python -m "
    "json.tool add its --json-lines.")
#: In the order in which ``--help`` shows them.
_OPTIONS: Tuple[Callable[[Any], Any], ...] = (
    _kept("-s", "--server", metavar="URL",
          help="The site, or a REST address of it. Else RTSERVER or .rtrc."),
    _kept("-u", "--user", metavar="LOGIN", help="Who asks. Else RTUSER, .rtrc or .netrc."),
    _kept("--protocol", type=click.Choice(["auto", "rest1", "rest2"]),
          help="Speak only this one; auto takes what the server has."),
    _kept("--no-route", is_flag=True,
          help="Stay on one protocol where the other could do more."),
    _kept("--timezone", metavar="ZONE",
          help="The zone of your RT account (Europe/Berlin): of dates given here without an "
               "offset, of RT's answers, and of the times shown."),
    _kept("--ca", metavar="FILE", type=click.Path(exists=True, dir_okay=False),
          help="Trust the certificates in this file."),
    _kept("--insecure", is_flag=True, help="Trust any certificate."),
    _kept("--timeout", metavar="SECONDS", type=click.FloatRange(min=0, min_open=True),
          help="Wait at most this long for an answer."),
    _JSON,
    _kept("--dry-run", is_flag=True, help="Read, but only show the write that would be sent."),
)


def connection_options(command: F) -> F:
    """Give a command the options that every command has."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


#: The names of these options in click.
CONNECTION = frozenset(each.name for each in dataclasses.fields(Options))


def reading_options(command: F) -> F:
    """Give a command that asks no server those of its options that make sense there."""
    zone: Callable[[F], F] = _kept(
        "--timezone", metavar="ZONE", help="The zone of the times shown (Europe/Berlin), and that "
        "in which they were printed where the archive does not tell it.")
    shown: F = zone(_JSON(command))
    return shown
