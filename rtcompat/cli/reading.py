"""The commands that read: probe, show, search, history, attachments."""
from __future__ import annotations

import re
import sys
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Tuple

import click

from rtcompat import Probe, errors
from rtcompat.cli import arguments, failures, many, records, texts
from rtcompat.cli.invocation import Invocation, connection_options, invoked, note
from rtcompat.cli.layout import record, visible
from rtcompat.cli.rtrc import default_query, from_environment
from rtcompat.describe import TYPES
from rtcompat.model import NOT_LOADED, Attachment
from rtcompat.tracker import Tracker

__all__ = ["ticket_numbers", "probe", "show", "search", "history", "attachments"]

#: The columns of a search, without ``--fields``.
COLUMNS = ("status", "queue", "owner", "last_updated", "subject")


def ticket_numbers(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """The callback of arguments that are tickets' numbers: ``12`` or ``#12``, one or several."""
    try:
        if isinstance(value, tuple):
            return tuple(arguments.ticket_number(one) for one in value)
        return arguments.ticket_number(value)
    except errors.UsageError as error:
        raise click.BadParameter(error.what, context, parameter) from None


@click.command()
@click.argument("url", required=False)
@connection_options
@click.pass_context
def probe(context: click.Context, url: Optional[str]) -> None:
    """Show what answers at URL, and who we are there.

    Without credentials it shows the protocols that answer; where the environment, .rtrc or .netrc
    has some, or --user is given, it signs in too.
    """
    invocation = invoked(context)
    if url is not None:
        invocation.use_server(url)
    named = invocation.options.user is not None
    who = invocation.who() if named else invocation.credentials(ask=False)
    answer = invocation.probe(who)
    shown: Dict[str, Any] = {"url": answer.url, "protocols": dict(answer.protocols),
                             "answered": dict(answer.answered), "version": answer.version}
    rows = _probe_rows(answer)
    states = answer.protocols.values()
    try:
        if who is not None and "open" in states:
            with invocation.connected(who) as tracker:
                info, user = tracker.server(), tracker.whoami()
            shown.update(server=info, user=user)
            rows += texts.server(info, texts.cell(user.name, None))
    finally:
        if invocation.options.json:
            invocation.emit(shown)
        else:
            invocation.show(record(rows, invocation.width))
    if "open" not in states:
        fault = _not_open(answer)
        invocation.complain(fault, briefly=True)
        context.exit(failures.exit_code(fault))


def _not_open(answer: Probe) -> errors.RTError:
    """Why nothing can be asked there, in a sentence."""
    states = answer.protocols.values()
    if "guarded" in states:
        return errors.NotAuthenticated("the web server here asks for a login of its own",
                                       server=answer.url)
    if "absent" in states:
        return errors.ProtocolError("an RT answers here, but neither of its protocols",
                                    server=answer.url)
    return errors.ProtocolError("no RT answers here", server=answer.url)


def _probe_rows(answer: Probe) -> List[Tuple[str, str]]:
    rows = [("url", answer.url), ("RT", answer.version or "version not told")]
    return rows + [(name, f"{state} ({answer.answered.get(name, 'not asked')})")
                   for name, state in answer.protocols.items()]


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@connection_options
@click.pass_context
def show(context: click.Context, ids: Tuple[str, ...]) -> None:
    """Show tickets, every field.

    ID is a number, a list with ranges (3-5,9), or - for numbers on standard input. A ticket that
    is refused does not keep the others from being shown; the exit code is that of the first
    refusal.
    """
    invocation = invoked(context)
    named = many.numbers(ids)
    code = 0
    with invocation.tracker() as tracker:
        if len(named) == 1:
            records.one(invocation, tracker.get_ticket(named[0]))
            return
        for place, one in enumerate(tracker.get_tickets(named)):
            if one.error is not None:
                invocation.complain(one.error, about=f"ticket {one.id}")
                code = code or failures.exit_code(one.error)
                continue
            if place and not invocation.options.json:
                invocation.show([""])
            records.one(invocation, one.result)
    context.exit(code)


@click.command()
@click.argument("query", required=False)
@click.option("--order", metavar="FIELD", help="Sort by a field of TicketSQL; -FIELD descending.")
@click.option("--fields", metavar="NAMES", help="Attributes to load and show, with commas "
              "between them; 'id' loads numbers alone. --json without it loads all.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Show at most N tickets.")
@click.option("--snapshot", is_flag=True, help="Collect all numbers first, then read: with an "
              "order, nothing is missed while others write.")
@connection_options
@click.pass_context
def search(context: click.Context, query: Optional[str], order: Optional[str],
           fields: Optional[str], limit: Optional[int], snapshot: bool) -> None:
    """List the tickets that QUERY finds.

    QUERY is TicketSQL, as RT's Advanced page takes it: "Queue = 'General' AND Status = 'new'".
    Without it, the query of RTQUERY or .rtrc is asked, as the rt command does.
    """
    invocation = invoked(context)
    asked, order = _query(invocation, query), order or _order(invocation)
    names = None if fields is None else arguments.field_names(fields)
    if names is None and not invocation.options.json:
        names = COLUMNS
    wanted = None if names is None else tuple(name for name in names if name != "id")
    with invocation.tracker() as tracker:
        found = tracker.search_tickets(asked, order=order, fields=wanted, snapshot=snapshot)
        tickets = islice(found, limit)
        if invocation.options.json:
            for ticket in tickets:
                invocation.emit(ticket)
        else:
            invocation.show(texts.tickets(tickets, wanted or (), invocation.zone,
                                          invocation.width))
        if limit is not None and (found.total or 0) > limit:
            note(f"{limit} of {found.total} tickets are shown")


def _query(invocation: Invocation, query: Optional[str]) -> str:
    if query is not None:
        return query
    given = {**invocation.settings.values, **from_environment(invocation.environment)}
    if not given.get("query"):
        raise errors.UsageError("no query is given", argument="query",
                                advice="give TicketSQL, set RTQUERY, or write a line "
                                       "'query …' into .rtrc")
    return default_query(given["query"], given.get("queue"))


def _order(invocation: Invocation) -> Optional[str]:
    """The order that RTORDERBY or the rt command's file asks for; rt writes ``+`` for rising."""
    given = {**invocation.settings.values, **from_environment(invocation.environment)}
    return given.get("orderby", "").lstrip("+") or None


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--no-content", is_flag=True, help="Without texts and attachments.")
@click.option("--type", "types", multiple=True, metavar="TYPE",
              help="Only this type (Correspond, Comment, Status...); may be repeated.")
@connection_options
@click.pass_context
def history(context: click.Context, ids: Tuple[str, ...], no_content: bool,
            types: Tuple[str, ...]) -> None:
    """Show the history of a ticket, oldest first, or those of several (3-5,9)."""
    invocation = invoked(context)
    named = many.numbers(ids)
    code = 0
    met: Set[str] = set()
    with invocation.tracker() as tracker:
        if len(named) == 1:
            for one in tracker.get_history(named[0], content=not no_content,
                                           types=types or None):
                met.add(one.type)
                records.one(invocation, one)
            _strange(types, met)
            return
        for found in tracker.get_histories(named, content=not no_content):
            if found.error is not None:
                invocation.complain(found.error, about=f"ticket {found.id}")
                code = code or failures.exit_code(found.error)
                continue
            if not invocation.options.json:
                invocation.show([f"ticket {found.id}"])
            for one in found.result or ():
                if not types or one.type in types:
                    met.add(one.type)
                    records.one(invocation, one)
    _strange(types, met)
    context.exit(code)


def _strange(types: Tuple[str, ...], met: Set[str]) -> None:
    """Note the types that found nothing and are none of RT's: a plugin's, or a slip."""
    by_word = {known.casefold(): known for known in sorted(TYPES)}
    # A database that compares without case gives what was asked for in another one.
    found = {one.casefold() for one in met}
    for one in dict.fromkeys(types):
        if one in TYPES or one.casefold() in found:
            continue
        near = get_close_matches(one.casefold(), by_word, n=1)
        meant = f"; did you mean {by_word[near[0]]!r}?" if near else ""
        note(f"nothing is of the type {one!r}, which RT by itself does not have{meant}")


@click.command()
@click.argument("ticket_id", callback=ticket_numbers, metavar="ID")
@click.option("--save", metavar="DIR", type=click.Path(exists=True, file_okay=False),
              help="Save every attachment that has a name into DIR, as NUMBER-NAME.")
@click.option("--get", "attachment_id", metavar="ATTACHMENT", type=click.IntRange(min=1),
              help="Save this one.")
@click.option("-o", "--output", metavar="FILE", help="Where --get saves; - is standard output.")
@connection_options
@click.pass_context
def attachments(context: click.Context, ticket_id: int, save: Optional[str],
                attachment_id: Optional[int], output: Optional[str]) -> None:
    """List the attachments of a ticket, or save them byte by byte as they were sent."""
    invocation = invoked(context)
    if (attachment_id is None) != (output is None) or (save and attachment_id is not None):
        raise click.UsageError("--get and -o go together, and not with --save")
    with invocation.tracker() as tracker:
        if attachment_id is not None and output is not None:
            _get(invocation, tracker, ticket_id, attachment_id, output)
            return
        parts = tracker.get_attachments(ticket_id)
        if save is not None:
            for part in parts:
                if part.filename:
                    _save(invocation, tracker, ticket_id, part.id,
                          Path(save) / safe_name(part))
        elif invocation.options.json:
            for part in parts:
                invocation.emit(part)
        else:
            invocation.show(texts.attachments(parts, invocation.zone, invocation.width))


def _get(invocation: Invocation, tracker: Tracker, ticket_id: int, attachment_id: int,
         output: str) -> None:
    if output == "-":
        sys.stdout.buffer.write(tracker.read_attachment(attachment_id, ticket_id=ticket_id))
        sys.stdout.buffer.flush()
    else:
        _save(invocation, tracker, ticket_id, attachment_id, Path(output))


def _save(invocation: Invocation, tracker: Tracker, ticket_id: int, attachment_id: int,
          path: Path) -> None:
    try:
        size = tracker.save_attachment(attachment_id, path, ticket_id=ticket_id)
    except OSError as error:
        # A write that fails does not name its file, as opening one does.
        raise OSError(error.errno, error.strerror, error.filename or str(path)) from error
    if invocation.options.json:
        invocation.emit({"id": attachment_id, "path": str(path), "size": size})
    else:
        invocation.show([visible(f"{path}  {size:,} bytes")])


def safe_name(part: Attachment) -> str:
    """A name for an attachment in a folder of ours: its number, and its own name made harmless.

    The sender chose that name: separators of folders, controls and what some file system refuses
    become ``_``, so that it names a file in the folder and nothing else.
    """
    name = "" if part.filename is NOT_LOADED else part.filename or ""
    harmless = re.sub(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u2028-\u202e\u2066-\u2069]', "_", name)
    return f"{part.id}-{harmless}".encode("utf-8", "replace")[:200].decode("utf-8", "ignore")
