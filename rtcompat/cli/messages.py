"""The commands that say something: reply, comment; and the options of a text."""
from __future__ import annotations

import sys
from dataclasses import fields, replace
from typing import Any, Callable, Dict, Optional, Tuple, TypeVar

import click

from rtcompat.cli import arguments, draft, many, records
from rtcompat.cli.invocation import Invocation, connection_options, writing
from rtcompat.errors import UsageError
from rtcompat.model import KEEP, NewMessage, Receipt

__all__ = ["reply", "comment", "several", "text_options", "text_of", "sent"]

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def several(*names: str, metavar: str, help: str) -> Callable[[F], F]:
    """An option that may be repeated."""
    option: Callable[[F], F] = click.option(*names, multiple=True, metavar=metavar, help=help)
    return option


def text_options(command: F) -> F:
    """The options of a text that is sent, with its files."""
    for option in (
            several("--attach", metavar="FILE", help="Attach a file; may be repeated."),
            click.option("--html", is_flag=True, help="The text is HTML."),
            click.option("-e", "--editor", is_flag=True, help="Write the text in $EDITOR; after a "
                         "refusal it can be mended there."),
            click.option("--file", metavar="FILE",
                         help="Take the text from a file; - is standard input."),
            click.option("-m", "--content", metavar="TEXT",
                         help="The text; - reads standard input.")):
        command = option(command)
    return command


def text_of(invocation: Invocation, content: Optional[str], file: Optional[str], html: bool,
            attach: Tuple[str, ...], editor: bool, *, needed: bool) -> Dict[str, Any]:
    """The text and the files. A ticket may be created without; a text of blanks is an accident.

    Raises: UsageError.
    """
    text = arguments.text(content, file, sys.stdin.buffer)
    if not text.strip() and not attach and not editor and (needed or text):
        raise UsageError("an empty message", argument="content",
                         advice="give a text with -m, --file or -e, or a file with --attach")
    files = arguments.files(attach)
    invocation.file_names = tuple(one.filename for one in files)
    return {"content": text, "content_type": "text/html" if html else "text/plain",
            "attachments": files}


def sent(message: Dict[str, Any], editor: bool, send: Callable[[Dict[str, Any]], T]) -> T:
    """Send the message, its text from an editor first where that was asked for."""
    if not editor:
        return send(message)
    return draft.written(message["content"], lambda text: send({**message, "content": text}))


def _reply_options(command: F) -> F:
    for option in (
            click.option("--status", metavar="STATUS", help="Set the status with it."),
            click.option("--time", "time_worked", type=click.IntRange(min=0), default=0,
                         metavar="MINUTES", help="Add time worked."),
            several("--bcc", metavar="ADDRESS", help="As --cc."),
            several("--cc", metavar="ADDRESS", help="Mail this message to them too, once.")):
        command = option(command)
    return text_options(command)


def _says(verb: str, help: str) -> click.Command:
    """A command that sends a message to tickets."""
    @many.options
    @_reply_options
    @click.pass_context
    def act(context: click.Context, ids: Tuple[str, ...], query: Optional[str], yes: bool,
            content: Optional[str], file: Optional[str], html: bool, editor: bool,
            attach: Tuple[str, ...], cc: Tuple[str, ...], bcc: Tuple[str, ...],
            time_worked: int, status: Optional[str]) -> None:
        invocation = writing(context)
        if "-" in ids and "-" in (content, file):
            raise UsageError("standard input gives either the tickets or the text")
        message = text_of(invocation, content, file, html, attach, editor, needed=True)
        one = NewMessage(0, cc=cc, bcc=bcc, time_worked=time_worked,
                         status=KEEP if status is None else status)
        context.exit(sent(message, editor, lambda text: _recorded(
            invocation, ids, query, yes, replace(one, **text), verb)))
    return connection_options(click.command(verb, help=help)(act))


def _recorded(invocation: Invocation, ids: Tuple[str, ...], query: Optional[str], yes: bool,
              message: NewMessage, verb: str) -> int:
    """Send it to each ticket that is meant; the first refusal's exit code."""
    def told(receipt: Receipt, number: int) -> None:
        records.done(invocation, receipt, f"ticket {number}: {verb} recorded")
    with invocation.tracker() as tracker:
        numbers = many.chosen(invocation, tracker, ids, query, yes)
        if len(numbers) > 1:
            send = tracker.reply_to_tickets if verb == "reply" else tracker.comment_on_tickets
            return many.outcomes(invocation, send(message.for_each(numbers)), told)
        given = {each.name: getattr(message, each.name) for each in fields(message)
                 if each.name != "ticket_id"}
        act = tracker.reply if verb == "reply" else tracker.comment
        return many.each(invocation, numbers, lambda one: act(one, **given), told)


reply = _says("reply", "Reply to the requestors of tickets.")
comment = _says("comment", "Comment on tickets; their requestors do not see it.")
