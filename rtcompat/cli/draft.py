"""A text written in an editor, kept in a file of its own until it was sent."""
from __future__ import annotations

import os
import sys
import tempfile
from typing import Callable, TypeVar

import click

from rtcompat.cli.invocation import note
from rtcompat.errors import NotAuthenticated, Refused, UsageError

__all__ = ["written"]

T = TypeVar("T")


def written(begin: str, send: Callable[[str], T]) -> T:
    """Let a text be written in ``$VISUAL`` or ``$EDITOR`` and send it; once more after a refusal.

    Args:
        begin: what stands in the editor at first.
        send: carries it out; what it raises is shown, and the editor may be opened again.
    Raises: UsageError for a text that was not changed or is empty; what send raises when nobody
        wants to try again. The text is kept in a file then, and its name is told.
    """
    handle, path = tempfile.mkstemp(prefix="rtcompat-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(begin)
    while True:
        _open(path, begin)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if not text.strip() or text == begin:
            os.unlink(path)
            raise UsageError("nothing was written: nothing is sent")
        try:
            sent = send(text)
        except BaseException as error:
            if not _again(error):
                note(f"your text is kept in {path}")
                raise
            continue
        os.unlink(path)
        return sent


def _open(path: str, begin: str) -> None:
    """Open the editor. Raises: UsageError where there is none; what was written is kept."""
    try:
        click.edit(filename=path)
    except click.ClickException as error:
        with open(path, encoding="utf-8") as file:
            kept = file.read()
        if kept == begin:
            os.unlink(path)
        else:
            note(f"your text is kept in {path}")
        raise UsageError(f"the editor did not end well: {error.message}",
                         advice="set VISUAL or EDITOR to one that is there, or give the text with "
                                "-m or --file") from None


def _again(error: BaseException) -> bool:
    """Whether somebody wants to mend the text after this refusal."""
    if not isinstance(error, (Refused, UsageError)) or isinstance(error, NotAuthenticated):
        return False
    if not sys.stdin.isatty():
        return False
    click.echo(f"rtcompat: {error}", err=True)
    return click.confirm("Edit it again?", default=True, err=True)
