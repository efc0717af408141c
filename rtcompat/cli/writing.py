"""The commands that write: create, edit, resolve, reply, comment, links, merge, take and so on."""
from __future__ import annotations

import sys
from typing import Any, Callable, Dict, Optional, Tuple, TypeVar

import click

from rtcompat.cli import arguments, draft, many, records
from rtcompat.cli.invocation import Invocation, connection_options, invoked
from rtcompat.cli.reading import ticket_numbers
from rtcompat.cli import texts
from rtcompat.errors import UsageError
from rtcompat.model import KEEP, Receipt
from rtcompat.tracker import Tracker

__all__ = ["create", "edit", "resolve", "reply", "comment", "links", "merge", "take", "untake",
           "steal"]

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def _many(*names: str, metavar: str, help: str) -> Callable[[F], F]:
    """An option that may be repeated."""
    option: Callable[[F], F] = click.option(*names, multiple=True, metavar=metavar, help=help)
    return option


def _message_options(command: F) -> F:
    """The options of a text that is sent, with its files."""
    for option in (
            _many("--attach", metavar="FILE", help="Attach a file; may be repeated."),
            click.option("--html", is_flag=True, help="The text is HTML."),
            click.option("-e", "--editor", is_flag=True, help="Write the text in $EDITOR; after a "
                         "refusal it can be mended there."),
            click.option("--file", metavar="FILE",
                         help="Take the text from a file; - is standard input."),
            click.option("-m", "--content", metavar="TEXT",
                         help="The text; - reads standard input.")):
        command = option(command)
    return command


def _field_options(command: F) -> F:
    """The options that give a ticket's fields."""
    for option in (
            _many("--role", metavar="NAME=PERSON", help="A person in a custom role; may be "
                  "repeated. NAME= empties it."),
            _many("--cf", metavar="NAME=VALUE", help="A custom field; repeated for several "
                  "values. NAME= clears it."),
            _many("--set", "fields", metavar="FIELD=VALUE", help="A field: owner, status, "
                  "priority, due... Dates as 2024-07-01T08:00+02:00; empty unsets.")):
        command = option(command)
    return command


def _people_options(command: F) -> F:
    """The options that give all people of a role."""
    for option in (
            _many("--admin-cc", metavar="PERSON", help="As --requestor."),
            _many("--cc", metavar="PERSON", help="As --requestor."),
            _many("--requestor", "requestors", metavar="PERSON", help="An address or login; "
                  "repeated for several. They replace those there are; '' leaves none.")):
        command = option(command)
    return command


def _writes(context: click.Context) -> Invocation:
    """The invocation of a command that changes something."""
    invocation = invoked(context)
    invocation.writes = True
    return invocation


def _fields(invocation: Invocation, fields: Tuple[str, ...], cf: Tuple[str, ...],
            role: Tuple[str, ...], *, creating: bool) -> Dict[str, Any]:
    given = arguments.settings(fields, invocation.zone, creating=creating)
    given.update(custom_fields=arguments.custom_fields(cf), custom_roles=arguments.roles(role))
    return given


def _message(invocation: Invocation, content: Optional[str], file: Optional[str], html: bool,
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


def _sent(message: Dict[str, Any], editor: bool, send: Callable[[Dict[str, Any]], T]) -> T:
    """Send the message, its text from an editor first where that was asked for."""
    if not editor:
        return send(message)
    return draft.written(message["content"], lambda text: send({**message, "content": text}))


@click.command()
@click.option("--queue", metavar="NAME", help="Name or number. Else the queue of .rtrc.")
@click.option("--subject", default="", metavar="TEXT")
@_message_options
@_people_options
@_field_options
@click.option("--no-read-back", is_flag=True, help="Do not read afterwards what RT stored.")
@connection_options
@click.pass_context
def create(context: click.Context, queue: Optional[str], subject: str, content: Optional[str],
           file: Optional[str], html: bool, editor: bool, attach: Tuple[str, ...],
           requestors: Tuple[str, ...], cc: Tuple[str, ...], admin_cc: Tuple[str, ...],
           fields: Tuple[str, ...], cf: Tuple[str, ...], role: Tuple[str, ...],
           no_read_back: bool) -> None:
    """Create a ticket and show its number."""
    invocation = _writes(context)
    given = _fields(invocation, fields, cf, role, creating=True)
    named = [name for name in (given.pop("queue", None), queue) if name]
    subjects = [text for text in (given.pop("subject", ""), subject) if text]
    if len(named) > 1 or len(subjects) > 1:
        raise UsageError("queue and subject are given by option or by --set, not by both")
    target = named[0] if named else invocation.settings.get("queue")
    if not target:
        raise UsageError("no queue is named", argument="queue",
                         advice="give --queue NAME, or write a line 'queue NAME' into .rtrc")
    message = _message(invocation, content, file, html, attach, editor, needed=False)
    with invocation.tracker() as tracker:
        receipt = _sent(message, editor, lambda text: tracker.create_ticket(
            int(target) if target.isdigit() else target, subject="".join(subjects),
            requestors=arguments.people(requestors), cc=arguments.people(cc),
            admin_cc=arguments.people(admin_cc), read_back=not no_read_back, **text, **given))
    records.done(invocation, receipt, f"ticket {receipt.id} created")


def _single_watcher_options(command: F) -> F:
    """``--add-…`` and ``--remove-…`` for each role."""
    for role in ("admin-cc", "cc", "requestor"):
        for verb in ("remove", "add"):
            argument = f"{verb}_{role}".replace("-", "_")
            names = [f"--{verb}-{role}", argument + "s" if role == "requestor" else argument]
            command = _many(*names, metavar="PERSON",
                            help=f"{verb.capitalize()} one and leave the others.")(command)
    return command


@click.command()
@many.options
@_field_options
@_people_options
@_single_watcher_options
@click.option("--complete-watchers", is_flag=True, help="The people given are all there are to "
              "be, groups by number; needed where only REST 1.0 is.")
@click.option("--no-read-back", is_flag=True, help="Do not read what RT made of it.")
@connection_options
@click.pass_context
def edit(context: click.Context, ids: Tuple[str, ...], query: Optional[str], yes: bool,
         fields: Tuple[str, ...], cf: Tuple[str, ...], role: Tuple[str, ...],
         requestors: Tuple[str, ...], cc: Tuple[str, ...], admin_cc: Tuple[str, ...],
         add_requestors: Tuple[str, ...], remove_requestors: Tuple[str, ...],
         add_cc: Tuple[str, ...], remove_cc: Tuple[str, ...],
         add_admin_cc: Tuple[str, ...], remove_admin_cc: Tuple[str, ...],
         complete_watchers: bool, no_read_back: bool) -> None:
    """Change fields of tickets and show what became of each.

    ID is a number, a list with ranges (3-5,9), or - for numbers on standard input. A field that
    RT refused makes the exit code 1; the others are changed all the same.
    """
    invocation = _writes(context)
    if not any((fields, cf, role, requestors, cc, admin_cc, add_requestors, remove_requestors,
                add_cc, remove_cc, add_admin_cc, remove_admin_cc)):
        raise click.UsageError("nothing to change is given")
    given = _fields(invocation, fields, cf, role, creating=False)
    done = "ticket {}: sent, not read back" if no_read_back else "ticket {} edited"

    def act(tracker: Tracker, ticket_id: int) -> Receipt:
        return tracker.edit_ticket(
            ticket_id, requestors=arguments.people(requestors), cc=arguments.people(cc),
            admin_cc=arguments.people(admin_cc), add_requestors=add_requestors,
            remove_requestors=remove_requestors, add_cc=add_cc, remove_cc=remove_cc,
            add_admin_cc=add_admin_cc, remove_admin_cc=remove_admin_cc,
            complete_watchers=complete_watchers, read_back=not no_read_back, **given)
    context.exit(_to_each(invocation, ids, query, yes, act, done))


@click.command()
@many.options
@connection_options
@click.pass_context
def resolve(context: click.Context, ids: Tuple[str, ...], query: Optional[str],
            yes: bool) -> None:
    """Set the status of tickets to resolved."""
    context.exit(_to_each(
        _writes(context), ids, query, yes,
        lambda tracker, one: tracker.edit_ticket(one, status="resolved"), "ticket {} resolved"))


def _to_each(invocation: Invocation, ids: Tuple[str, ...], query: Optional[str], yes: bool,
             act: Callable[[Tracker, int], Receipt], done: str) -> int:
    """Do it to each ticket that is meant; the first refusal's exit code. ``done`` takes its
    number."""
    with invocation.tracker() as tracker:
        numbers = many.chosen(invocation, tracker, ids, query, yes)
        return many.each(invocation, numbers, lambda one: act(tracker, one),
                         lambda receipt, one: records.done(invocation, receipt, done.format(one)))


def _reply_options(command: F) -> F:
    for option in (
            click.option("--status", metavar="STATUS", help="Set the status with it."),
            click.option("--time", "time_worked", type=click.IntRange(min=0), default=0,
                         metavar="MINUTES", help="Add time worked."),
            _many("--bcc", metavar="ADDRESS", help="As --cc."),
            _many("--cc", metavar="ADDRESS", help="Mail this message to them too, once.")):
        command = option(command)
    return _message_options(command)


@click.command()
@many.options
@_reply_options
@connection_options
@click.pass_context
def reply(context: click.Context, ids: Tuple[str, ...], query: Optional[str], yes: bool,
          content: Optional[str], file: Optional[str], html: bool, editor: bool,
          attach: Tuple[str, ...], cc: Tuple[str, ...], bcc: Tuple[str, ...],
          time_worked: int, status: Optional[str]) -> None:
    """Reply to the requestors of a ticket."""
    invocation = _writes(context)
    if "-" in ids and "-" in (content, file):
        raise UsageError("standard input gives either the tickets or the text")
    message = _message(invocation, content, file, html, attach, editor, needed=True)
    context.exit(_sent(message, editor, lambda text: _to_each(
        invocation, ids, query, yes, lambda tracker, one: tracker.reply(
            one, cc=cc, bcc=bcc, time_worked=time_worked,
            status=KEEP if status is None else status, **text), "ticket {}: reply recorded")))


@click.command()
@many.options
@_reply_options
@connection_options
@click.pass_context
def comment(context: click.Context, ids: Tuple[str, ...], query: Optional[str], yes: bool,
            content: Optional[str], file: Optional[str], html: bool, editor: bool,
            attach: Tuple[str, ...], cc: Tuple[str, ...], bcc: Tuple[str, ...],
            time_worked: int, status: Optional[str]) -> None:
    """Comment on a ticket; its requestors do not see it."""
    invocation = _writes(context)
    if "-" in ids and "-" in (content, file):
        raise UsageError("standard input gives either the tickets or the text")
    message = _message(invocation, content, file, html, attach, editor, needed=True)
    context.exit(_sent(message, editor, lambda text: _to_each(
        invocation, ids, query, yes, lambda tracker, one: tracker.comment(
            one, cc=cc, bcc=bcc, time_worked=time_worked,
            status=KEEP if status is None else status, **text), "ticket {}: comment recorded")))


@click.command()
@click.argument("ticket_id", callback=ticket_numbers, metavar="ID")
@_many("--add", metavar="DIRECTION=END", help="Add a link to a ticket's number or a URL; "
       "DIRECTION is depends-on, depended-on-by, refers-to, referred-to-by, member-of, members.")
@_many("--remove", metavar="DIRECTION=END", help="Remove a link.")
@_many("--replace", metavar="DIRECTION=END", help="All links of this direction; DIRECTION= "
       "removes them.")
@click.option("--no-read-back", is_flag=True, help="Do not read what RT made of it.")
@connection_options
@click.pass_context
def links(context: click.Context, ticket_id: int, add: Tuple[str, ...], remove: Tuple[str, ...],
          replace: Tuple[str, ...], no_read_back: bool) -> None:
    """Show the links of a ticket, or change them."""
    invocation = invoked(context)
    invocation.writes = bool(add or remove or replace)
    changes = {"add": arguments.link_changes(add, "--add"),
               "remove": arguments.link_changes(remove, "--remove"),
               "replace": arguments.link_changes(replace, "--replace")}
    with invocation.tracker() as tracker:
        if invocation.writes:
            receipt = tracker.edit_links(ticket_id, read_back=not no_read_back, **changes)
            records.done(invocation, receipt, f"ticket {ticket_id}: links edited")
            return
        held = tracker.get_links(ticket_id)
    if invocation.options.json:
        invocation.emit(held)
    else:
        invocation.show(texts.links(ticket_id, held, invocation.zone, invocation.width))


@click.command()
@click.argument("ticket_id", callback=ticket_numbers, metavar="ID")
@click.argument("into_id", callback=ticket_numbers, metavar="INTO")
@connection_options
@click.pass_context
def merge(context: click.Context, ticket_id: int, into_id: int) -> None:
    """Merge ticket ID into ticket INTO. RT cannot undo it."""
    invocation = _writes(context)
    with invocation.tracker() as tracker:
        receipt = tracker.merge_ticket(ticket_id, into_id)
    records.done(invocation, receipt, f"ticket {ticket_id} merged into {into_id}")


def _own(verb: str, done: str, help: str) -> click.Command:
    """A command that changes who owns tickets."""
    @many.options
    @click.pass_context
    def act(context: click.Context, ids: Tuple[str, ...], query: Optional[str],
            yes: bool) -> None:
        context.exit(_to_each(
            _writes(context), ids, query, yes,
            lambda tracker, one: getattr(tracker, f"{verb}_ticket")(one), done))
    return connection_options(click.command(verb, help=help)(act))


take = _own("take", "ticket {} taken", "Become the owner of tickets that nobody owns.")
untake = _own("untake", "ticket {} given back", "Give your tickets back to nobody.")
steal = _own("steal", "ticket {} stolen", "Become the owner of somebody else's tickets.")
