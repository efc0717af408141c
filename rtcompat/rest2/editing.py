"""Changing tickets over REST2."""
from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from rtcompat import fields, limits
from rtcompat import receipt as receipts
from rtcompat.errors import InvalidValue, Unsupported, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.model import KEEP, Receipt, Ticket, Watcher
from rtcompat.rest2 import filevalues, read, write
from rtcompat.rest2.context import Context
from rtcompat.rest2.logins import looked_up, owner_sent
from rtcompat.rest2.outcomes import carried_out, refusal, unless_denied, written
from rtcompat.rest2.tickets import Found, find_ticket, role_names
from rtcompat.rest2.values import NOBODY, read_number
from rtcompat.rest2.zones import known_zone, segment

__all__ = ["ROLES", "Plan", "planned", "composed", "unseen", "deletes", "edit", "delete",
           "values_of", "by_name", "held_attributes", "spelt_alike", "known_zone", "set_right",
           "segment"]

#: How often a DateTime is written again; the second time decides by a change of the clocks.
_ROUNDS = 2
ROLES = ("requestors", "cc", "admin_cc")


# -- what is wanted, before and after, by the names of a receipt ----------------------------------

def by_name(wanted: Mapping[str, Any]) -> Dict[str, Any]:
    """Wanted values by receipt name: ``custom_fields[Name]`` for each custom field."""
    found: Dict[str, Any] = {}
    for name, value in wanted.items():
        if name in ("custom_fields", "custom_roles"):
            found.update({f"{name}[{key}]": one for key, one in value.items()})
        else:
            found[name] = value
    return found


def values_of(ticket: Ticket, names: Iterable[str]) -> Dict[str, Any]:
    """A ticket's values by receipt name; what it does not show is left out."""
    found: Dict[str, Any] = {}
    for name in names:
        base, bracket, key = name.partition("[")
        value = getattr(ticket, base)
        if not bracket:
            found[name] = value
        elif key[:-1] in value:
            found[name] = value[key[:-1]]
            if base == "custom_fields" and key[:-1] in ticket.custom_field_files:
                found[name] = filevalues.stored(found[name], ticket.custom_field_files[key[:-1]])
    return found


def held_attributes(names: Iterable[str]) -> Tuple[str, ...]:
    return tuple(dict.fromkeys(name.partition("[")[0] for name in names))


def spelt_alike(wanted: Dict[str, Any], found: Found) -> Dict[str, Any]:
    """The wanted values spelt as RT stores them: it compares logins, queues, states and people
    without regard to case, and a queue's number stands for its name."""
    ticket, spelt = found.ticket, dict(wanted)
    for name in ("owner", "queue", "status"):
        if isinstance(wanted.get(name), str) and isinstance(getattr(ticket, name), str) \
                and wanted[name].lower() == getattr(ticket, name).lower():
            spelt[name] = getattr(ticket, name)
    if str(wanted.get("queue", "")).isdecimal():  # RT takes digits for a number, as text too
        number = (found.raw.get("Queue") or {}).get("id")
        if read_number(number) == int(wanted["queue"]):
            spelt["queue"] = ticket.queue
    for name, value in values_of(ticket, [one for one in wanted if _is_people(one)]).items():
        spelt[name] = write.settled(spelt[name], value)
    for name, value in values_of(ticket, [one for one in wanted
                                          if one.startswith("custom_fields[")]).items():
        if sorted(value) == sorted(wanted[name]):
            spelt[name] = value
    return spelt


def _is_people(name: str) -> bool:
    return name in ROLES or name.startswith("custom_roles[")


# -- edit -----------------------------------------------------------------------------------------

def edit(context: Context, ticket_id: int, given: Mapping[str, Any], read_back: bool,
         what: str = "edit") -> Operation[Receipt]:
    """See `Tracker.edit_ticket`. The read before tells what a body needs to know: the groups
    among the watchers, each custom field's number and type; it is saved by ``read_back=False``
    only where none of these is written."""
    limits.positive_id(ticket_id, "ticket_id")
    plan = planned(context, given)
    about = f"{what} ticket {ticket_id}"
    before: Optional[Found] = None
    if read_back or plan.needs_before:
        # Raises for who may modify and not see it: so does RT's PUT (5.0.3, 5.0.7).
        before = yield from find_ticket(context, ticket_id, plan.names, about,
                                        deletes(plan.wanted))
    flat, body = yield from composed(context, plan, before)
    request = Request("PUT", f"ticket/{ticket_id}", json=body, effect="write", about=about)
    if before is None or not read_back:
        answer = yield from written(request)
        if answer.lost:
            raise answer.lost
        return (yield from unseen(context, request, flat, ticket_id, what, answer.messages))
    return (yield from _decided(context, request, flat, before, what))


class Plan(NamedTuple):
    """An edit as far as it is known without looking at the ticket.

    Attributes:
        wanted: values by field. changes: people who come and go. names: the fields it is about.
        needs_before: whether its body depends on what the ticket holds.
    """

    wanted: Dict[str, Any]
    changes: List[Tuple[str, Tuple[bool, Any]]]
    names: Tuple[str, ...]
    needs_before: bool


def planned(context: Context, given: Mapping[str, Any]) -> Plan:
    """An edit's arguments, checked. Raises: UsageError, Unsupported."""
    wanted = limits.checked(fields.TICKET, given)
    changes = _people_changes(given)
    if not wanted and not changes:
        raise UsageError("nothing to change: name at least one field")
    _supported(context, wanted)
    names = tuple(dict.fromkeys([*wanted, *(name for name, _ in changes)]))
    needed = bool(changes) or bool(write.KEPT_APART & {
        row.kind for row in fields.TICKET if row.name in names})
    return Plan(wanted, changes, names, needed)


def composed(context: Context, plan: Plan,
             before: Optional[Found]) -> Operation[Tuple[Dict[str, Any], Dict[str, Any]]]:
    """The wanted values by receipt name, and the body.

    Args:
        before: the ticket with the plan's fields; None where it is not needed.
    Raises: UsageError, InvalidValue for what only the ticket tells.
    """
    wanted = plan.wanted
    if before is not None:
        wanted = yield from _with_people(context, wanted, plan.changes, before.ticket)
        if "custom_fields" in wanted:
            named = write.custom_names(wanted["custom_fields"], before.kinds, "the ticket")
            wanted["custom_fields"] = filevalues.settled(named, before.kinds,
                                                         before.ticket.custom_field_files)
    body = yield from _edit_body(context, wanted, before)
    return by_name(wanted), body


def unseen(context: Context, request: Request, flat: Mapping[str, Any], ticket_id: int,
           what: str, messages: Tuple[str, ...]) -> Operation[Receipt]:
    """The receipt of an edit that nobody reads back.

    Raises: PermissionDenied where RT says so in its one answer; what else it refused is told by
        the receipt's messages alone.
    Requests: as `unless_denied`.
    """
    decided = receipts.unverified(flat, messages=messages, via="rest2", id=ticket_id)
    yield from unless_denied(context, request, flat, decided, what)
    return decided


def deletes(wanted: Mapping[str, Any]) -> bool:
    """Whether it is deleted, so that no search finds it afterwards."""
    return str(wanted.get("status", "")).lower() == "deleted"


def _decided(context: Context, request: Request, flat: Dict[str, Any], before: Found,
             what: str) -> Operation[Receipt]:
    ticket_id = before.ticket.asked_id
    was = values_of(before.ticket, flat)
    wanted = spelt_alike(flat, before)
    held: List[Found] = []

    def again() -> Operation[Mapping[str, Any]]:
        found = yield from find_ticket(context, ticket_id, held_attributes(flat), request.about,
                                       deletes(flat))
        held[:] = [found]
        wanted.update(spelt_alike(wanted, found))
        return values_of(found.ticket, flat)

    decided, _ = yield from carried_out(request, wanted, was, again, ticket_id)
    decided = yield from set_right(context, request.json.get("CustomFields") or {}, decided,
                                   wanted, was, held, again, ticket_id, request.about)
    failed = receipts.failed(decided, wanted)
    if failed:
        raise (yield from refusal(context, request, decided, failed, ticket_id, what=what))
    if len(decided.unverified) == len(wanted):
        yield from unless_denied(context, request, wanted, decided, what)
    return decided


def _people_changes(given: Mapping[str, Any]) -> List[Tuple[str, Tuple[bool, Any]]]:
    """(role, (whether to add, people)) of each ``add_…`` and ``remove_…`` that names somebody."""
    changes: List[Tuple[str, Tuple[bool, Any]]] = []
    for role in ROLES:
        for adding in (True, False):
            argument = f"{'add' if adding else 'remove'}_{role}"
            people = limits.checked_people(given.get(argument) or (), argument)
            if people and given.get(role, KEEP) is not KEEP:
                raise UsageError(f"{role} is the complete list; {argument} changes it",
                                 argument=argument)
            if people:
                changes.append((role, (adding, people)))
    return changes


def _with_people(context: Context, wanted: Mapping[str, Any],
                 changes: List[Tuple[str, Tuple[bool, Any]]],
                 before: Ticket) -> Operation[Dict[str, Any]]:
    """The wanted values with complete roles: groups stay, single people come and go."""
    found = dict(wanted)
    roles: Dict[str, Dict[Any, Tuple[Watcher, ...]]] = {"": {}}
    for role in ROLES:
        held = getattr(before, role) or ()
        if role in wanted:
            named = write.settled(wanted[role], held)
            taken = {_key(one) for one in named}
            groups = tuple(one for one in held if one.kind == "group" and _key(one) not in taken)
            roles[""][role] = named + groups if not _names_groups(named) else named
        for name, (adding, people) in changes:
            if name == role:
                held = roles[""].get(role, held)
                some = write.settled(people, held)
                keys = {_key(one) for one in some}
                roles[""][role] = write.settled(
                    held + some if adding else [one for one in held if _key(one) not in keys], held)
    people_of_roles = dict(wanted.get("custom_roles") or {})
    for name, people in people_of_roles.items():
        held = (before.custom_roles or {}).get(name, ())
        people_of_roles[name] = write.settled(people, held)
    everyone = [one for people in (*roles[""].values(), *people_of_roles.values())
                for one in people]
    known = yield from looked_up(context, everyone)
    for role, people in roles[""].items():
        found[role] = write.settled(people, known)
    if people_of_roles:
        found["custom_roles"] = {name: write.settled(people, known)
                                 for name, people in people_of_roles.items()}
    return found


def _key(one: Watcher) -> Any:
    return one.id if one.id is not None else (one.email or one.name or "").lower()


def _names_groups(people: Iterable[Watcher]) -> bool:
    return any(one.kind == "group" for one in people)


def _supported(context: Context, wanted: Mapping[str, Any]) -> None:
    if "custom_roles" in wanted and context.before(5, 0, 3):
        raise Unsupported("RT takes custom roles over REST2 since 5.0.3", operation="edit_ticket",
                          argument="custom_roles", protocol="rest2")


def _edit_body(context: Context, wanted: Mapping[str, Any],
               before: Optional[Found]) -> Operation[Dict[str, Any]]:
    body = write.columns(fields.TICKET, wanted)
    if "owner" in wanted:
        body["Owner"] = yield from owner_sent(context, wanted["owner"])
    for row in fields.TICKET:
        if row.kind == "people" and row.name in wanted and row.rest2:
            body[row.rest2] = write.people(wanted[row.name])
    if "custom_roles" in wanted and before is not None:
        body["CustomRoles"] = yield from _role_body(context, wanted["custom_roles"], before)
    if "custom_fields" in wanted and before is not None:
        custom: Dict[str, Any] = {}
        for name, given in wanted["custom_fields"].items():
            kind = before.kinds[name]
            held = before.ticket.custom_fields.get(name, ())
            if tuple(given) != held:
                custom[str(kind.id)] = write.custom_value(context, kind, given, name, held)
        if any(kind.type == "DateTime" and str(kind.id) in custom
               for kind in before.kinds.values()) and not context.zone_asked:
            yield from known_zone(context)
            custom = {str(before.kinds[name].id): write.custom_value(
                context, before.kinds[name], given, name,
                before.ticket.custom_fields.get(name, ()))
                for name, given in wanted["custom_fields"].items()
                if str(before.kinds[name].id) in custom}
        if custom:
            body["CustomFields"] = custom
    return body


def _role_body(context: Context, wanted: Mapping[str, Tuple[Watcher, ...]],
               before: Found) -> Operation[Dict[str, Any]]:
    numbers: Mapping[int, str] = {}
    if read.role_numbers(before.raw):
        numbers = yield from role_names(context, "read the names of custom roles")
    single = read.single_roles(before.raw, numbers)
    body: Dict[str, Any] = {}
    for name, people in wanted.items():
        if name not in single:
            raise InvalidValue(f"the ticket shows no custom role {name!r}")
        if single[name] and len(people) > 1:
            raise UsageError(f"the custom role {name!r} has one member", argument="custom_roles")
        listed = write.people(people)
        body[name] = (listed[0] if listed else NOBODY) if single[name] else listed
    return body


# -- the zone in which RT reads a DateTime custom field -------------------------------------------

def corrections(context: Context, sent: Any, decided: Receipt, wanted: Mapping[str, Any],
                found: Found) -> Dict[str, Any]:
    """Corrected values for DateTime fields that RT read in a zone which REST2 does not tell.

    A user without a preference has the server's zone; what was stored says how far it is from UTC
    on that day, so the next writing is right whatever the zone; by a change of the clocks the one
    after it.

    Args:
        sent: the body's ``CustomFields``, by number.
    """
    corrected: Dict[str, Any] = {}
    learnt: Optional[timedelta] = None
    # Near a change of the clocks a wrong offset may give what was there before.
    same = {name: found.ticket.custom_fields.get(name[len("custom_fields["):-1], ())
            for name in decided.refused if name.startswith("custom_fields[")}
    for name, stored in {**decided.altered, **same}.items():
        base, _, key = name.partition("[")
        kind = found.kinds.get(key[:-1]) if base == "custom_fields" else None
        before = sent.get(str(kind.id)) if kind is not None else None
        if kind is None or kind.type != "DateTime" or not before \
                or len(stored) != len(wanted[name]):
            continue
        before = before if isinstance(before, list) else [before]
        moments = [(limits.moment_of(one), limits.moment_of(text), limits.moment_of(other))
                   for (one, text), other in zip(sorted(zip(wanted[name], before)),
                                                 sorted(stored))]
        texts = []
        for one, text, other in moments:
            if one is None or text is None or other is None \
                    or abs(one - other) > timedelta(hours=15):
                break
            kept = one == other and not kind.single  # as in `write.custom_value`
            texts.append(f"{one if kept else text + (one - other):%Y-%m-%d %H:%M:%S}")
            if name not in same and one != other:
                learnt = text - other
        else:
            corrected[str(kind.id)] = texts[0] if kind.single else texts
    if learnt is not None:
        context.learn_offset(learnt)
    return corrected


def set_right(context: Context, sent: Any, decided: Receipt, wanted: Dict[str, Any],
              was: Mapping[str, Any], held: List[Found],
              again: Callable[[], Operation[Mapping[str, Any]]], number: int, about: str,
              kind: str = "ticket") -> Operation[Receipt]:
    """The receipt after `corrections`, which are sent as long as they help. Requests: 0, else 2 or
    4.

    Args:
        kind: what the path of the record begins with.
    """
    for _ in range(_ROUNDS):
        sent = corrections(context, sent, decided, wanted, held[0]) if held else {}
        if not sent:
            break
        request = Request("PUT", f"{kind}/{number}", json={"CustomFields": sent}, effect="write",
                          about=about)
        said = decided.messages
        decided, _answer = yield from carried_out(request, wanted, was, again, number)
        decided = replace(decided, messages=said + decided.messages)
    return decided


# -- delete ---------------------------------------------------------------------------------------

def delete(context: Context, ticket_id: int) -> Operation[Receipt]:
    """See `Tracker.delete_ticket`. By the status, as RT's DELETE does, but with an answer that
    says why not: a refused DELETE is a 500 (5.0.0 to 6.0)."""
    return (yield from edit(context, ticket_id, {"status": "deleted"}, True, what="delete"))
