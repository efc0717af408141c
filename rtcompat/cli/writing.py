"""The commands that write: create, edit, resolve, links, merge, take and so on."""
from __future__ import annotations

import dataclasses
from typing import Any, Callable, Dict, Optional, Tuple, TypeVar

import click

from rtcompat.cli import arguments, many, messages, records
from rtcompat.cli.invocation import Invocation, connection_options, invoked, writing
from rtcompat.cli.messages import several
from rtcompat.cli.reading import ticket_numbers
from rtcompat.cli import texts
from rtcompat.errors import UsageError
from rtcompat.model import Receipt, TicketChange
from rtcompat.tracker import Tracker

__all__ = ["create", "edit", "resolve", "links", "merge", "take", "untake", "steal"]

F = TypeVar("F", bound=Callable[..., Any])


def _field_options(command: F) -> F:
    """The options that give a ticket's fields."""
    for option in (
            several("--role", metavar="NAME=PERSON", help="A person in a custom role; may be "
                    "repeated. NAME= empties it."),
            several("--cf", metavar="NAME=VALUE", help="A custom field; repeated for several "
                    "values. NAME= clears it."),
            several("--set", "fields", metavar="FIELD=VALUE", help="A field: owner, status, "
                    "priority, due... Dates as 2024-07-01T08:00+02:00; empty unsets.")):
        command = option(command)
    return command


def _people_options(command: F) -> F:
    """The options that give all people of a role."""
    for option in (
            several("--admin-cc", metavar="PERSON", help="As --requestor."),
            several("--cc", metavar="PERSON", help="As --requestor."),
            several("--requestor", "requestors", metavar="PERSON", help="An address or login; "
                    "repeated for several. They replace those there are; '' leaves none.")):
        command = option(command)
    return command


def _fields(invocation: Invocation, fields: Tuple[str, ...], cf: Tuple[str, ...],
            role: Tuple[str, ...], *, creating: bool) -> Dict[str, Any]:
    given = arguments.settings(fields, invocation.zone, creating=creating)
    given.update(custom_fields=arguments.custom_fields(cf), custom_roles=arguments.roles(role))
    return given


@click.command()
@click.option("--queue", metavar="NAME", help="Name or number. Else the queue of .rtrc.")
@click.option("--subject", default="", metavar="TEXT")
@messages.text_options
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
    invocation = writing(context)
    given = _fields(invocation, fields, cf, role, creating=True)
    named = [name for name in (given.pop("queue", None), queue) if name]
    subjects = [text for text in (given.pop("subject", ""), subject) if text]
    if len(named) > 1 or len(subjects) > 1:
        raise UsageError("queue and subject are given by option or by --set, not by both")
    target = named[0] if named else invocation.settings.get("queue")
    if not target:
        raise UsageError("no queue is named", argument="queue",
                         advice="give --queue NAME, or write a line 'queue NAME' into .rtrc")
    message = messages.text_of(invocation, content, file, html, attach, editor, needed=False)
    with invocation.tracker() as tracker:
        receipt = messages.sent(message, editor, lambda text: tracker.create_ticket(
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
            command = several(*names, metavar="PERSON",
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
    invocation = writing(context)
    if not any((fields, cf, role, requestors, cc, admin_cc, add_requestors, remove_requestors,
                add_cc, remove_cc, add_admin_cc, remove_admin_cc)):
        raise click.UsageError("nothing to change is given")
    given = _fields(invocation, fields, cf, role, creating=False)
    change = TicketChange(
        0, requestors=arguments.people(requestors), cc=arguments.people(cc),
        admin_cc=arguments.people(admin_cc), add_requestors=add_requestors,
        remove_requestors=remove_requestors, add_cc=add_cc, remove_cc=remove_cc,
        add_admin_cc=add_admin_cc, remove_admin_cc=remove_admin_cc,
        complete_watchers=complete_watchers, **given)
    done = "ticket {}: sent, not read back" if no_read_back else "ticket {} edited"
    context.exit(_changed(invocation, ids, query, yes, change, not no_read_back, done))


@click.command()
@many.options
@connection_options
@click.pass_context
def resolve(context: click.Context, ids: Tuple[str, ...], query: Optional[str],
            yes: bool) -> None:
    """Set the status of tickets to resolved."""
    context.exit(_changed(writing(context), ids, query, yes, TicketChange(0, status="resolved"),
                          True, "ticket {} resolved"))


def _changed(invocation: Invocation, ids: Tuple[str, ...], query: Optional[str], yes: bool,
             change: TicketChange, read_back: bool, done: str) -> int:
    """Change each ticket that is meant; the first refusal's exit code. ``done`` takes its
    number."""
    def told(receipt: Receipt, number: int) -> None:
        records.done(invocation, receipt, done.format(number))
    with invocation.tracker() as tracker:
        numbers = many.chosen(invocation, tracker, ids, query, yes)
        if len(numbers) > 1:
            return many.outcomes(invocation, tracker.edit_tickets(
                change.for_each(numbers), read_back=read_back), told)
        given = {each.name: getattr(change, each.name) for each in dataclasses.fields(change)
                 if each.name != "ticket_id"}
        return many.each(invocation, numbers, lambda one: tracker.edit_ticket(
            one, read_back=read_back, **given), told)


def _to_each(invocation: Invocation, ids: Tuple[str, ...], query: Optional[str], yes: bool,
             act: Callable[[Tracker, int], Receipt], done: str) -> int:
    """Do it to each ticket that is meant; the first refusal's exit code. ``done`` takes its
    number."""
    with invocation.tracker() as tracker:
        numbers = many.chosen(invocation, tracker, ids, query, yes)
        return many.each(invocation, numbers, lambda one: act(tracker, one),
                         lambda receipt, one: records.done(invocation, receipt, done.format(one)))


@click.command()
@click.argument("ticket_id", callback=ticket_numbers, metavar="ID")
@several("--add", metavar="DIRECTION=END", help="Add a link to a ticket's number or a URL; "
         "DIRECTION is depends-on, depended-on-by, refers-to, referred-to-by, member-of, members.")
@several("--remove", metavar="DIRECTION=END", help="Remove a link.")
@several("--replace", metavar="DIRECTION=END", help="All links of this direction; DIRECTION= "
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
    invocation = writing(context)
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
            writing(context), ids, query, yes,
            lambda tracker, one: getattr(tracker, f"{verb}_ticket")(one), done))
    return connection_options(click.command(verb, help=help)(act))


take = _own("take", "ticket {} taken", "Become the owner of tickets that nobody owns.")
untake = _own("untake", "ticket {} given back", "Give your tickets back to nobody.")
steal = _own("steal", "ticket {} stolen", "Become the owner of somebody else's tickets.")
