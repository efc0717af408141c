"""How the commands on archives open what their options name."""
from __future__ import annotations

import os
from functools import partial
from types import MappingProxyType
from typing import Any, Callable, Mapping, Optional, Tuple, TypeVar

import click

from rtcompat import archive as archives
from rtcompat.archive import Archive
from rtcompat.cli.invocation import CONNECTION, Invocation, invoked, reading_options
from rtcompat.cli.problems import Refusals, count
from rtcompat.errors import UsageError

__all__ = ["archive_options", "end", "is_named", "on_archives", "opened", "paths_named"]

F = TypeVar("F", bound=Callable[..., Any])
#: What the options of a command name, under these keys of click's own store.
_PATHS, _STRICT = "rtcompat.archive.paths", "rtcompat.archive.strict"
#: Where what was met while opening is kept.
_REFUSALS = "rtcompat.archive.refusals"


def _keep_paths(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value:
        context.meta[_PATHS] = value


def _keep_strict(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        context.meta[_STRICT] = True


def archive_options(command: F) -> F:
    """``--from`` and ``--strict``."""
    for option in (
            click.option("--strict", is_flag=True, expose_value=False, callback=_keep_strict,
                         help="Stop at the first problem of the archive."),
            click.option("--from", "paths", multiple=True, metavar="PATH", expose_value=False,
                         callback=_keep_paths, help="A file, folder, tar or zip of saved answers; "
                         "may be repeated. Else RTCOMPAT_ARCHIVE.")):
        command = option(command)
    return command


def is_named(context: click.Context) -> bool:
    """Whether ``--from`` was given."""
    return bool(context.meta.get(_PATHS))


def paths_named(context: click.Context, invocation: Invocation, otherwise: str = ""
                ) -> Tuple[str, ...]:
    """Raises: UsageError where nothing names an archive, with what else could be given."""
    named: Tuple[str, ...] = context.meta.get(_PATHS, ())
    if not named:
        told = invocation.environment.get("RTCOMPAT_ARCHIVE", "")
        named = tuple(one for one in told.split(os.pathsep) if one)
    if not named:
        raise UsageError("no archive is named", argument="from",
                         advice=f"give --from PATH, {otherwise}or set RTCOMPAT_ARCHIVE")
    return named


def opened(context: click.Context, *, tells: bool = True, otherwise: str = "") -> Archive:
    """The archive that the options name.

    Args:
        tells: at the command's end its problems are counted on standard error.
        otherwise: what else than an archive could be named.
    """
    invocation = invoked(context)
    paths = paths_named(context, invocation, otherwise)
    found = archives.open(*paths, timezone=invocation.options.timezone,
                          strict=bool(context.meta.get(_STRICT)))
    if tells:
        context.call_on_close(lambda: count(found, paths))
        context.meta[_REFUSALS] = refusals = Refusals(paths, not found.empty)
        for problem in found.problems:
            refusals.see(problem)
    return found


def end(context: click.Context) -> None:
    """End with 1 where what was named holds nothing of RT, or cannot be read."""
    refusals: Optional[Refusals] = context.meta.get(_REFUSALS)
    code = 0 if refusals is None else refusals.end()
    if code:
        context.exit(code)


def on_archives(command: click.Command, left_out: Mapping[str, Any] = MappingProxyType({}),
                help: Optional[str] = None) -> click.Command:
    """A command that reads a server, as one that reads an archive.

    Args:
        left_out: arguments that it does not offer, with what they are.
        help: its own where the server's does not fit.
    """
    called = command.callback
    assert called is not None
    act = partial(called, **left_out)

    def run(**given: Any) -> None:
        context = click.get_current_context()
        invocation = invoked(context)
        invocation.reads = lambda: opened(context)
        # What the rt command asks a server by default is not meant for archives.
        invocation.environment = {name: value for name, value in invocation.environment.items()
                                  if name not in ("RTQUERY", "RTORDERBY")}
        act(**given)
        end(context)

    kept = [one for one in command.params
            if one.name not in CONNECTION and one.name not in left_out]
    made = click.Command(command.name, params=kept, callback=run, help=help or command.help)
    return archive_options(reading_options(made))
