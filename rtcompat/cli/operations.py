"""A command for every operation that has none of its own: ``rtcompat NOUN VERB``.

`VERBS` names them; arguments and options are made of the operation's own signature in `Tracker`,
so that the command line takes what Python takes, and the help is the contract's first line.
"""
from __future__ import annotations

import inspect
import re
import sys
from itertools import islice
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

import click

from rtcompat.cli import arguments, many, records
from rtcompat.cli.invocation import Invocation, connection_options, invoked, note
from rtcompat.errors import UsageError
from rtcompat.model import KEEP, Receipt
from rtcompat.tracker import Listing, Tracker

__all__ = ["VERBS", "groups"]

#: (noun, verb) -> the operation that it calls.
VERBS: Mapping[Tuple[str, str], str] = {
    ("user", "show"): "get_user", ("user", "search"): "search_users",
    ("user", "create"): "create_user", ("user", "edit"): "edit_user",
    ("user", "disable"): "disable_user", ("user", "history"): "get_user_history",
    ("user", "groups"): "get_memberships", ("user", "join"): "join_groups",
    ("user", "leave"): "leave_groups",
    ("group", "show"): "get_group", ("group", "search"): "search_groups",
    ("group", "create"): "create_group", ("group", "edit"): "edit_group",
    ("group", "disable"): "disable_group", ("group", "history"): "get_group_history",
    ("group", "members"): "get_group_members", ("group", "add"): "add_group_members",
    ("group", "remove"): "remove_group_members",
    ("group", "remove-all"): "remove_all_group_members",
    ("queue", "show"): "get_queue", ("queue", "list"): "get_queues",
    ("queue", "search"): "search_queues", ("queue", "create"): "create_queue",
    ("queue", "edit"): "edit_queue", ("queue", "disable"): "disable_queue",
    ("queue", "history"): "get_queue_history",
    ("custom-field", "show"): "get_custom_field",
    ("custom-field", "search"): "search_custom_fields",
    ("custom-field", "create"): "create_custom_field",
    ("custom-field", "edit"): "edit_custom_field",
    ("custom-field", "disable"): "disable_custom_field",
    ("custom-field", "applied"): "get_applied_custom_fields",
    ("custom-field", "values"): "get_custom_field_values",
    ("custom-field", "value"): "get_custom_field_value",
    ("custom-field", "add-value"): "add_custom_field_value",
    ("custom-field", "edit-value"): "edit_custom_field_value",
    ("custom-field", "remove-value"): "remove_custom_field_value",
    ("custom-field", "read-content"): "read_custom_field_content",
    ("custom-field", "save-content"): "save_custom_field_content",
    ("custom-role", "show"): "get_custom_role", ("custom-role", "search"): "search_custom_roles",
    ("asset", "show"): "get_asset", ("asset", "search"): "search_assets",
    ("asset", "create"): "create_asset", ("asset", "edit"): "edit_asset",
    ("asset", "delete"): "delete_asset", ("asset", "history"): "get_asset_history",
    ("asset", "attachments"): "get_asset_attachments", ("asset", "links"): "get_asset_links",
    ("asset", "edit-links"): "edit_asset_links",
    ("catalog", "show"): "get_catalog", ("catalog", "search"): "search_catalogs",
    ("catalog", "create"): "create_catalog", ("catalog", "edit"): "edit_catalog",
    ("catalog", "disable"): "disable_catalog", ("catalog", "history"): "get_catalog_history",
    ("article", "show"): "get_article", ("article", "search"): "search_articles",
    ("article", "create"): "create_article", ("article", "edit"): "edit_article",
    ("article", "delete"): "delete_article", ("article", "history"): "get_article_history",
    ("article", "attachments"): "get_article_attachments",
    ("class", "show"): "get_class", ("class", "search"): "search_classes",
    ("class", "create"): "create_class", ("class", "edit"): "edit_class",
    ("class", "disable"): "disable_class", ("class", "history"): "get_class_history",
    ("saved-search", "list"): "get_saved_searches", ("saved-search", "show"): "get_saved_search",
    ("saved-search", "run"): "run_saved_search",
    ("ticket", "find"): "search_simple", ("ticket", "delete"): "delete_ticket",
    ("ticket", "add-time"): "add_time",
    ("transaction", "show"): "get_transaction", ("transaction", "search"): "search_transactions",
    ("attachment", "show"): "get_attachment", ("attachment", "search"): "search_attachments",
    ("attachment", "read"): "read_attachment", ("attachment", "save"): "save_attachment",
    ("server", "system"): "get_system", ("server", "user"): "whoami",
}
_PLURAL = {"class": "classes", "saved-search": "saved searches"}
#: Beginnings of operations whose receipt names what was made.
_MAKING = ("create_", "add_custom_field_value")
#: Commands of their own for operations that contracts name.
_COMMANDS = {"get_links": "links", "edit_links": "links", "search_tickets": "search"}
#: What goes to all (where one argument is missing) -> that argument, what they are called, and
#: what finds them.
_TO_ALL: Mapping[str, Tuple[Optional[str], str,
                            Callable[[Tracker, Mapping[str, Any]], Sequence[Any]]]] = {
    "leave_groups": ("groups", "group",
                     lambda tracker, given: tracker.get_memberships(given["user"])),
    "remove_all_group_members": (None, "member", lambda tracker, given: tuple(
        tracker.get_group_members(given["group"])))}
_ENABLING = re.compile(r"``(\w+)\([^)`]*disabled=False\)``")
_NAMED = re.compile(r"(?<!`)`(\w+)`(?!`)")
#: Words for the secret arguments: they are asked for, as no secret stands on a command line.
_SECRET = frozenset(("password",))

Given = Any
#: (what the command line gave, the invocation, the argument's name) -> the argument.
Reader = Callable[[Given, Invocation, str], Any]


def _plain(given: Given, invocation: Invocation, name: str) -> Any:
    return given


def _who(given: Given, invocation: Invocation, name: str) -> Any:
    """A name or a number; ``name:12`` is a name of digits."""
    if re.fullmatch(r"[0-9]+", given):
        return int(given)
    return given[len("name:"):] if given.startswith("name:") else given


def _several_who(given: Given, invocation: Invocation, name: str) -> Any:
    return tuple(_who(one, invocation, name) for one in given)


def _ticket(given: Given, invocation: Invocation, name: str) -> Any:
    return arguments.ticket_number(given)


def _date(given: Given, invocation: Invocation, name: str) -> Any:
    return arguments.date(given, invocation.zone, name)


def _custom_fields(given: Given, invocation: Invocation, name: str) -> Any:
    return arguments.custom_fields(given)


def _roles(given: Given, invocation: Invocation, name: str) -> Any:
    return arguments.roles(given)


def _people(given: Given, invocation: Invocation, name: str) -> Any:
    return arguments.people(given)


def _links(given: Given, invocation: Invocation, name: str) -> Any:
    return arguments.link_changes(given, f"--{name}")


def _files(given: Given, invocation: Invocation, name: str) -> Any:
    return arguments.files(given)


def _names(given: Given, invocation: Invocation, name: str) -> Any:
    return arguments.field_names(given)


def _conditions(given: Given, invocation: Invocation, name: str) -> Any:
    return tuple(arguments.condition(one, invocation.zone) for one in given)


def _option(metavar: str, several: bool = False, kind: Any = str) -> Dict[str, Any]:
    return {"metavar": metavar, "multiple": several, "type": kind}


#: How an argument of each type of the contract is given: click's settings, and what reads it.
KINDS: Mapping[str, Tuple[Dict[str, Any], Reader]] = {
    "str": (_option("TEXT"), _plain),
    "Optional[str]": (_option("TEXT"), _plain),
    "int": (_option("NUMBER", kind=int), _plain),
    "Optional[int]": (_option("NUMBER", kind=int), _plain),
    "bool": ({}, _plain),
    "Optional[bool]": ({}, _plain),
    "Union[str, int]": (_option("NAME"), _who),
    "Optional[Union[str, int]]": (_option("NAME"), _who),
    "Union[int, str]": (_option("NAME"), _who),
    "Union[str, Path]": (_option("FILE"), _plain),
    "Iterable[str]": (_option("NAMES"), _names),
    "Optional[Iterable[str]]": (_option("NAMES"), _names),
    "Iterable[Union[str, int]]": (_option("NAME", several=True), _several_who),
    "Optional[Iterable[Union[str, int]]]": (_option("NAME", several=True), _several_who),
    "Iterable[GroupName]": (_option("GROUP", several=True), _several_who),
    "Optional[Iterable[GroupName]]": (_option("GROUP", several=True), _several_who),
    "Iterable[Principal]": (_option("MEMBER", several=True), _several_who),
    "Union[str, Query, None]": (_option("TICKETSQL"), _plain),
    "Date": (_option("TIME"), _date),
    "CustomValues": (_option("NAME=VALUE", several=True), _custom_fields),
    "Mapping[str, People]": (_option("NAME=PERSON", several=True), _roles),
    "People": (_option("PERSON", several=True), _people),
    "LinkChanges": (_option("DIRECTION=END", several=True), _links),
    "Sequence[NewAttachment]": (_option("FILE", several=True), _files),
    "Iterable[Condition]": (_option("CONDITION", several=True), _conditions),
}
#: Options that are called otherwise than their argument.
_CALLED = {"custom_fields": "--cf", "custom_roles": "--role", "attachments": "--attach",
           "conditions": "--where", "transaction_custom_fields": "--transaction-cf",
           # every command's --timezone is that of the times shown
           "timezone": "--zone"}
_HELP = {"--where": "A condition that must hold: \"name LIKE 'web'\"; may be repeated.",
         "--cf": "A custom field; repeated for several values. NAME= clears it.",
         "--order": "Sort by a field; -FIELD descending."}


def groups(offered: Callable[[str], bool] = lambda operation: True) -> List[click.Group]:
    """The nouns with their verbs.

    Args:
        offered: whether there is to be a command for this operation.
    """
    made: Dict[str, click.Group] = {}
    verbs = {words: operation for words, operation in VERBS.items() if offered(operation)}
    for (noun, verb), operation in verbs.items():
        if noun not in made:
            made[noun] = click.Group(noun, help="More on " + _PLURAL.get(noun, f"{noun}s")
                                     .replace("-", " ") + ": " + ", ".join(
                                         other for one, other in verbs if one == noun) + ".")
        made[noun].add_command(_command(noun, verb, operation))
    return list(made.values())


def _command(noun: str, verb: str, operation: str) -> click.Command:
    contract = getattr(Tracker, operation)
    parameters = [one for one in inspect.signature(contract).parameters.values()
                  if one.name != "self"]
    options: List[click.Parameter] = [_parameter(one) for one in parameters]
    returned = str(inspect.signature(contract).return_annotation)
    writes = returned == "Receipt"
    if returned.startswith("Listing["):
        options.append(click.Option(["--limit"], metavar="N", type=click.IntRange(min=1),
                                    help="Show at most N, and ask RT for no more pages."))
    if operation in _TO_ALL:
        argument, called, _ = _TO_ALL[operation]
        options.append(click.Option(["--yes"], is_flag=True, help=f"Do it to every {called}"
                                    + (f", without --{argument}." if argument else ".")))

    def act(**given: Any) -> None:
        invocation = invoked(click.get_current_context())
        invocation.writes = writes
        named = {one.name: _read(one, given[_kept(one)], invocation) for one in parameters}
        wanted = {name: value for name, value in named.items() if value is not _NOT_GIVEN}
        invocation.subject = f"{noun} {verb}" + next(
            (f" {one}" for one in wanted.values() if isinstance(one, (str, int))), "")
        if invocation.options.timezone and "timezone" in {one.name for one in parameters} - set(
                wanted):
            note("--timezone is your own, of the times given and shown here; --zone sets the "
                 f"{noun}'s")
        with invocation.tracker() as tracker:
            if operation in _TO_ALL and not given["yes"] and not _agreed(
                    invocation, tracker, operation, wanted):
                return
            found = getattr(tracker, operation)(**wanted)
            if isinstance(found, Listing):
                _list(invocation, found, given["limit"])
            else:
                _show(invocation, found, made=operation.startswith(_MAKING))

    command = _Verb(verb, params=options, callback=act, help=_help(contract))
    return connection_options(command)


class _Verb(click.Command):
    """A command that never prints what was typed behind a flag that asks for a secret."""

    def parse_args(self, ctx: click.Context, args: List[str]) -> List[str]:
        given = list(args)  # click empties it
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            known = {one for option in self.params for one in option.opts}
            for flag in (f"--{name}" for name in sorted(_SECRET) if f"--{name}" in known & set(
                    given)):
                typed = given[given.index(flag) + 1:][:1]
                option = bool(typed) and typed[0].startswith("-")
                # An extra argument is told by the plain class: NAME may be the one typed here.
                if typed and (typed[0].partition("=")[0] not in known if option
                              else type(error) is click.UsageError or typed[0] in error.message):
                    raise click.UsageError(f"{flag} takes no value: it asks for it, or reads a "
                                           "line of standard input", ctx) from None
            raise


def _agreed(invocation: Invocation, tracker: Tracker, operation: str,
            wanted: Mapping[str, Any]) -> bool:
    """Whether some are named; else all that it would go to are shown."""
    argument, called, find = _TO_ALL[operation]
    if argument is not None and argument in wanted:
        return True
    found = find(tracker, wanted)
    return many.agreed(invocation, found, called, records.lines(invocation, found), False)


def _help(contract: Callable[..., Any]) -> str:
    """The contract's first paragraph, with commands where it names operations."""
    text = (inspect.getdoc(contract) or "").split("\n\n")[0]
    text = _ENABLING.sub(lambda found: f"'{_typed(found[1])} --no-disabled'", text)
    text = _NAMED.sub(lambda found: f"'{_typed(found[1])}'", text)
    return text.replace("``", "'")


def _typed(operation: str) -> str:
    """The command for an operation."""
    return _COMMANDS.get(operation) or next(
        " ".join(words) for words, each in VERBS.items() if each == operation)


class _NotGiven:
    """Stands for an option that the command line does not have."""


_NOT_GIVEN: Any = _NotGiven()


def _kept(one: inspect.Parameter) -> str:
    """The name under which click keeps it: --user and others are every command's own."""
    return f"given_{one.name}"


def _kind(one: inspect.Parameter) -> Tuple[Dict[str, Any], Reader]:
    if one.name == "ticket_id":
        return _option("NUMBER"), _ticket
    return KINDS[str(one.annotation)]


def _parameter(one: inspect.Parameter) -> click.Parameter:
    settings, _ = _kind(one)
    if one.default is inspect.Parameter.empty:
        many = bool(settings["multiple"])
        return click.Argument([_kept(one)], metavar=one.name.upper() + "..." * many,
                              type=settings["type"], nargs=-1 if many else 1, required=True)
    name = _CALLED.get(one.name, "--" + one.name.replace("_", "-"))
    if one.name in _SECRET:
        return click.Option([name, _kept(one)], is_flag=True, default=False,
                            help=f"Ask for a {one.name}; it is never an argument.")
    if not settings:
        return click.Option([f"{name}/--no-{name[2:]}", _kept(one)], is_flag=True, default=None)
    return click.Option([name, _kept(one)], help=_HELP.get(name), **settings)


def _read(one: inspect.Parameter, given: Any, invocation: Invocation) -> Any:
    if given is None or given == () or (one.name in _SECRET and not given):
        return _NOT_GIVEN
    if one.name in _SECRET:
        return _secret(one.name)
    _, reader = _kind(one)
    value = reader(given, invocation, one.name)
    return _NOT_GIVEN if value is KEEP else value


def _secret(name: str) -> str:
    if not sys.stdin.isatty():
        # One line, so that a script can hand it over without a terminal.
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt(f"New {name}", hide_input=True, confirmation_prompt=True, err=True))


def _list(invocation: Invocation, found: Listing[Any], limit: Optional[int]) -> None:
    records.listed(invocation, islice(found, limit))
    if limit is not None and (found.total or 0) > limit:
        note(f"{limit} of {found.total} are shown")


def _show(invocation: Invocation, found: Any, *, made: bool) -> None:
    if isinstance(found, bytes):
        sys.stdout.buffer.write(found)
        sys.stdout.buffer.flush()
    elif isinstance(found, Receipt):
        number = f", number {found.id}" if made and found.id is not None else ""
        records.done(invocation, found, f"{invocation.subject}: done{number}")
    elif isinstance(found, tuple):
        records.listed(invocation, found)
    elif isinstance(found, int):
        records.one(invocation, {"bytes": found})
    else:
        records.one(invocation, found, whose=True)


def check(operations: Iterable[str]) -> None:
    """Raises: UsageError for an operation whose signature no command can be made of."""
    for operation in operations:
        for one in inspect.signature(getattr(Tracker, operation)).parameters.values():
            if one.name != "self" and str(one.annotation) not in KINDS:
                raise UsageError(f"{operation}({one.name}: {one.annotation})")
