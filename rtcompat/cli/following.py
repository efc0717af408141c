"""The command that follows a query: watch."""
from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Mapping, Optional, Union

import click

from rtcompat.cli import arguments, records, texts
from rtcompat.cli.invocation import connection_options, invoked, note
from rtcompat.errors import UsageError

__all__ = ["watch"]


@click.command()
@click.argument("query")
@click.option("--since", metavar="TIME", help="From when on, where there is no cursor yet: "
              "2024-07-01T08:00+02:00. Else from now on.")
@click.option("--cursor", metavar="FILE", type=click.Path(dir_okay=False),
              help="Go on from where FILE says, and save there what was shown.")
@click.option("--interval", metavar="SECONDS", type=click.FloatRange(min=1),
              help="Look again and again, until interrupted. Else once.")
@click.option("--content", is_flag=True, help="With texts and attachments.")
@connection_options
@click.pass_context
def watch(context: click.Context, query: str, since: Optional[str], cursor: Optional[str],
          interval: Optional[float], content: bool) -> None:
    """Show what changed in the tickets that QUERY finds: their new transactions, each once."""
    invocation = invoked(context)
    begin: Union[datetime, Mapping[str, Any], None] = _saved(cursor)
    if begin is None and since is not None:
        begin = arguments.date(since, invocation.zone, "since")
    with invocation.tracker() as tracker:
        if begin is None:
            begin = datetime.now(timezone.utc).replace(microsecond=0)
            note(f"watching from now on, {texts.moment(begin, invocation.zone)}: "
                 "--since TIME begins earlier")
        try:
            changes = tracker.watch(query, begin, interval=interval, content=content)
        except UsageError as error:
            raise _of_file(cursor, error) from error
        for change in changes:
            if invocation.options.json:
                invocation.emit({"ticket": change.ticket, "transactions": change.transactions})
            else:
                invocation.show([f"ticket {change.ticket.id}"])
                for one in change.transactions:
                    records.one(invocation, one)
            _save(cursor, change.cursor)
        _save(cursor, changes.cursor)


def _saved(path: Optional[str]) -> Optional[Mapping[str, Any]]:
    """The cursor in a file; None where there is no file yet.

    Raises: UsageError for a file that holds none.
    """
    if path is None or not os.path.exists(path):
        return None
    try:
        found = json.loads(Path(path).read_text("utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _of_file(path, UsageError("this is not a cursor as it was saved", argument="since"))
    return found


def _of_file(path: Optional[str], error: UsageError) -> UsageError:
    """The error, of the file where it is about the cursor in it."""
    if path is None or error.argument != "since":
        return error
    return UsageError(f"{path}: {error.what}", argument="cursor",
                      advice="remove it to begin anew with --since, or name another file")


def _save(path: Optional[str], cursor: Mapping[str, Any]) -> None:
    """Put the cursor in its file, whole or not at all."""
    if path is None:
        return
    beside = Path(path + ".new")
    beside.write_text(json.dumps(cursor), "utf-8")
    os.replace(beside, path)
