"""The program: its commands under one name, and how each ending becomes an exit code."""
from __future__ import annotations

import errno
import io
import os
import sys
import traceback
import warnings
from typing import Optional, Sequence

import click

import rtcompat
from rtcompat.cli import (archive, batch, failures, following, messages, operations, reading,
                          records, writing, would_send)
from rtcompat.cli.invocation import Invocation, connection_options, note
from rtcompat.errors import RTError
from rtcompat.exchange import WouldSend

__all__ = ["program", "run"]

#: What only a write meets: no room, above a quota, above the largest size.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"rtcompat {rtcompat.__version__}")
        context.exit()


@click.group()
@connection_options
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
              help="Show the version and exit.")
def program() -> None:
    """Work with Request Tracker over REST 1.0 or REST2, with the same results from both.

    A secret is never an argument: RTCOMPAT_TOKEN, RTCOMPAT_PASSWORD, RTPASSWD, .rtrc, .netrc or
    a prompt give it.

    Exit codes: 0 done, 1 refused by RT, 2 wrong usage or impossible here, 3 not found,
    4 not authenticated, 5 unreachable or not RT, 6 a write that may have been carried out,
    7 shown and nothing done, as --yes is missing, 74 done, but the output could not be written.
    """


for _command in (reading.probe, reading.show, reading.search, reading.history, writing.create,
                 writing.edit, writing.resolve, messages.reply, messages.comment,
                 reading.attachments, writing.links, writing.merge, writing.take, writing.untake,
                 writing.steal, following.watch, batch.create_many, archive.archive,
                 archive.parse):
    program.add_command(_command)
for _group in operations.groups():
    program.add_command(_group)


def run(arguments: Sequence[str], *, invocation: Optional[Invocation] = None) -> int:
    """Run one command; everything that can happen to it becomes its exit code.

    Args:
        invocation: what the command talks to; tests hand in their own.
    """
    current = invocation or Invocation()
    _reopen()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a character gets its escape instead of a crash.
            stream.reconfigure(errors="backslashreplace")
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UserWarning)
            code = _ended(arguments, current)
        for one in caught:
            if issubclass(one.category, UserWarning):
                note(str(one.message))
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
        return failures.BROKEN_PIPE
    except OSError as error:
        return _unwritten(error, current)
    return code


def _reopen() -> None:
    """A daemon may have closed the standard streams; Python has None for each of them then."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")


def _ended(arguments: Sequence[str], invocation: Invocation) -> int:
    """Run the command and turn what it raises into its exit code."""
    try:
        # Not click's own main: it ends a broken pipe with 1, which says "refused" here.
        with program.make_context("rtcompat", list(arguments), obj=invocation) as context:
            program.invoke(context)
        return 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except WouldSend as stopped:
        _tell_request(stopped, invocation)
        return 0
    except RTError as error:
        records.partly(invocation, error, "the write")
        invocation.complain(error)
        return failures.exit_code(error)
    except (click.Abort, KeyboardInterrupt):
        doubt = "; what was on its way may have been carried out" if invocation.writes else ""
        click.echo(f"rtcompat: interrupted{doubt}", err=True)
        return failures.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return 2
    except BrokenPipeError:
        raise
    except OSError as error:
        return _unwritten(error, invocation)
    except Exception:
        traceback.print_exc()
        return failures.OUR_FAULT


def _tell_request(stopped: WouldSend, invocation: Invocation) -> None:
    if invocation.options.json:
        invocation.emit({"would_send": would_send.as_record(stopped.request,
                                                            invocation.file_names)})
    else:
        invocation.show(would_send.as_text(stopped.request, invocation.file_names))


def _unwritten(error: OSError, invocation: Invocation) -> int:
    """Tell of a file of ours: the network's errors are RTErrors by now. A write that RT carried
    out is told on standard error then, lest a script does it again."""
    name = error.filename
    if name is None and error.errno in _FULL:
        # Files that are saved carry their names, so this is where click prints.
        name = "standard output"
        _forget_output()
    click.echo(f"rtcompat: {name or 'a file'}: {error.strerror or error}", err=True)
    if invocation.done:
        click.echo(f"rtcompat: done all the same: {invocation.done}", err=True)
        return failures.UNTOLD
    return 2


def _forget_output() -> None:
    """Nothing more can be written: let Python's own flush at exit find a place to write to."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (io.UnsupportedOperation, ValueError):
        return
