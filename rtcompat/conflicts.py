"""Whether somebody else changed a record meanwhile: pure functions over records and transactions.

RT's own test, If-Match, is made before it writes and not with it, and its rows of a ticket and of
a transaction are not written at once (4.4 to 6.0). So a guarded edit compares what was given with
what is stored just before, and afterwards judges the transactions since: each change of a field
has to start from the value that the one before it left.
"""
from __future__ import annotations

from dataclasses import fields as attributes
from datetime import datetime, timezone
from typing import (Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple,
                    get_args)

from rtcompat import fields
from rtcompat.errors import Conflict, UsageError
from rtcompat.model import NOT_LOADED, Receipt, Record, Ticket, Transaction, Watcher
from rtcompat.receipt import same

__all__ = ["Attempt", "LAST_CHANGE", "as_read", "unchanged", "last_changed_alike", "checked",
           "held", "changed_before", "changed_meanwhile", "newer"]

_ROWS = fields.by_name(fields.TICKET)
_ROLES = ("requestors", "cc", "admin_cc")
#: What tells the last change of a ticket: its moment, and the names that change without one.
LAST_CHANGE = ("last_updated", "last_updated_by", "queue", "owner", "creator")
_NOT_SET = "1970-01-01 00:00:00"


class Attempt(NamedTuple):
    """A guarded edit that was sent.

    Attributes:
        wanted, before, after: by receipt name (``custom_fields[Name]``); what is not known of
            before and after is absent.
        ours: our login, None where it is not known.
        silent: RT answered, and named nothing that it did.
        spelled: the change (old, new) of a custom field or role in RT's columns is known by these:
            gives whether a transaction is about the field of a receipt name.
        several: receipt names of fields that hold several values.
    """

    wanted: Mapping[str, Any]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    ours: Optional[str]
    silent: bool
    spelled: Callable[[str, Transaction], bool]
    several: Tuple[str, ...] = ()


# -- without an edit ------------------------------------------------------------------------------

def as_read(record: Any) -> Record:
    """A record that tells whether it is current: a ticket with its last change, another one with
    anything beside its number. Raises: UsageError for what is none."""
    one: Record
    if isinstance(record, get_args(Record)) and record.id is not NOT_LOADED:
        one = record
        if isinstance(one, Ticket):
            needed: Tuple[str, ...] = ("last_updated", "etag")
        else:
            needed = tuple(each.name for each in attributes(one)
                           if each.name not in ("id", "other_fields"))
        if any(getattr(one, name) is not NOT_LOADED for name in needed):
            return one
        missing = "neither last_updated nor etag" if isinstance(one, Ticket) else \
            "nothing but its number"
        raise UsageError(f"the {type(one).__name__} {one.id} was read with {missing}: there is "
                         "nothing to compare", argument="record",
                         advice="read it with get_…, or search with "
                         "fields=(…, 'last_updated')" if isinstance(one, Ticket) else None)
    raise UsageError("record is one that was read: a ticket with last_updated, another one with "
                     "its number and what it holds", argument="record")


def unchanged(given: Record, now: Record) -> bool:
    """Whether a record holds what was read of it. What is not told now has changed: our sight."""
    return all(_kept(getattr(given, each.name), getattr(now, each.name))
               for each in attributes(given) if each.compare)


def last_changed_alike(given: Ticket, now: Ticket) -> bool:
    """Whether a ticket's last change is still the one that was read, and the queue and the people
    that both tell of are called as they were: RT counts no change of a ticket for a new name."""
    if NOT_LOADED in (given.last_updated, now.last_updated):
        return False
    return all(NOT_LOADED in (getattr(given, name), getattr(now, name))
               or getattr(given, name) == getattr(now, name) for name in LAST_CHANGE)


def _kept(given: Any, now: Any) -> bool:
    """Whether a value is still what was read; watchers in any order."""
    if not (given and now and _watchers(given) and _watchers(now)):
        return given is NOT_LOADED or bool(given == now)
    left = list(now)
    for one in given:
        place = next((n for n, other in enumerate(left) if _same_watcher(one, other)), None)
        if place is None:
            return False
        del left[place]
    return not left


def _watchers(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(one, Watcher) for one in value)


def _same_watcher(one: Watcher, other: Watcher) -> bool:
    """By address, and by kind, number and name where both tell: without an address all are equal
    as records."""
    tell = all(each.id is not None or each.name is not None for each in (one, other))
    return one.email == other.email and (one.kind == other.kind or not tell) and all(
        None in pair or pair[0] == pair[1]
        for pair in ((one.id, other.id), (one.name, other.name)))


# -- before the edit ------------------------------------------------------------------------------

def checked(given: Any, ticket_id: int) -> Ticket:
    """The ticket that a guarded edit compares with.

    Raises: UsageError for what is none, for another one's, and for one that holds nothing.
    """
    if not isinstance(given, Ticket):
        raise UsageError("if_unchanged is a ticket as it was read", argument="if_unchanged")
    if ticket_id not in (given.id, given.asked_id):
        raise UsageError(f"if_unchanged is ticket {given.id}, not {ticket_id}",
                         argument="if_unchanged")
    if not held(given) and given.etag is NOT_LOADED:
        raise UsageError("if_unchanged holds no field to compare", argument="if_unchanged")
    return given


def held(given: Ticket) -> Tuple[str, ...]:
    """Names of the fields that a ticket holds, besides its number."""
    return tuple(name for name in _ROWS
                 if name != "id" and getattr(given, name) is not NOT_LOADED)


def _style(people: Iterable[Watcher]) -> bool:
    """Whether these are watchers as REST 1.0 shows them: addresses alone."""
    return any(one.name is None and one.id is None for one in people)


def _alike(name: str, given: Ticket, now: Ticket) -> bool:
    """Whether a field holds the same in both, as far as both tell."""
    one, other = getattr(given, name), getattr(now, name)
    if one is NOT_LOADED or other is NOT_LOADED:
        return True
    if _ROWS[name].kind == "date" and not (given.times_exact and now.times_exact):
        return True
    if _ROWS[name].kind == "people" and _style(one) != _style(other):
        # one came over REST 1.0, which shows groups as their members
        if any(who.kind == "group" or not who.email for who in (*one, *other)):
            return True
    return same(one, other)


def newer(given: Ticket, transactions: Iterable[Transaction]) -> Tuple[Transaction, ...]:
    """The transactions that are surely later than the ticket as given, by id."""
    found = []
    for one in transactions:
        if given.etag is not NOT_LOADED:
            later = one.id > int(given.etag)
        else:
            moment = given.last_updated or None
            later = moment is not None and given.times_exact and one.created > moment
        if later:
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.id))


def changed_before(given: Ticket, now: Ticket, transactions: Iterable[Transaction],
                   wanted: Mapping[str, Any]) -> Optional[Conflict]:
    """The conflict of an edit that is not sent, or that RT did not carry out; None for none.

    Args:
        now: the ticket as it is. transactions: of its history, as far as known.
    """
    if now.id != given.id:
        return Conflict(f"ticket {given.id} was merged into ticket {now.id}", wanted=dict(wanted),
                        found={"id": now.id})
    differing = tuple(name for name in held(given) if not _alike(name, given, now))
    since = newer(given, transactions)
    if not differing and not (since and given.etag is not NOT_LOADED):
        return None
    named = [name for name in differing if name not in ("last_updated", "last_updated_by")]
    return Conflict(f"ticket {given.id} was changed since it was read"
                    + (f": {', '.join(named)}" if named else ""),
                    found={name: getattr(now, name) for name in differing},
                    wanted=dict(wanted), transactions=since)


# -- after the edit -------------------------------------------------------------------------------

def changed_meanwhile(done: Attempt, transactions: Iterable[Transaction], receipt: Receipt,
                      ticket_id: int) -> Optional[Conflict]:
    """The conflict that the history since the edit's beginning shows; None for none.

    Args:
        transactions: all of the ticket since then, ours among them.
    Returns: a conflict whose ``transactions`` are the changes of other people that ours undid, or
        that undid ours; ``applied`` False when RT wrote nothing of ours.
    """
    entries = sorted(transactions, key=lambda one: one.id)
    lost: Dict[int, Transaction] = {}
    names: List[str] = []
    applied = False
    for name, value in done.wanted.items():
        if same(done.before.get(name, NOT_LOADED), value):
            continue
        about = [one for one in entries if _about(name, one, done)]
        foreign, ours = _judged(name, value, about, done)
        applied = applied or ours
        if foreign:
            names.append(name)
            lost.update({one.id: one for one in foreign})
    if not names:
        return None
    return Conflict(
        f"somebody else changed ticket {ticket_id} at the same moment: {', '.join(names)}",
        applied=applied, receipt=receipt, found={
            name: done.after[name] for name in names if name in done.after},
        wanted={name: done.wanted[name] for name in names},
        transactions=tuple(lost[number] for number in sorted(lost)))


def _about(name: str, one: Transaction, done: Attempt) -> bool:
    """Whether a transaction is about this field."""
    if name == "time_worked" and one.time_taken:
        return True
    if "[" in name:
        return done.spelled(name, one)
    # a new owner makes a second transaction, SetWatcher (4.2 on)
    watching = ("AddWatcher", "DelWatcher") if name in _ROLES else ()
    return one.field == _ROWS[name].rt and one.type != "SetWatcher" \
        and (not watching or one.type in watching)


def _judged(name: str, value: Any, about: List[Transaction],
            done: Attempt) -> Tuple[List[Transaction], bool]:
    """The foreign changes of a field that collide with ours, and whether ours was written."""
    if name in _ROLES or name.startswith("custom_roles[") or name in done.several:
        return _of_several(value, done.before.get(name, ()), about, done)
    by_us = [] if done.silent else [one for one in about if _is_by_us(one, done)]
    stored = _as_stored(name, value)
    ours = [one for one in by_us if stored is None or _plain(one.new_value) == _plain(stored)]
    if not ours and len(about) == 1 and (name == "subject" or "[" in name):
        ours = by_us  # RT stored it otherwise
    if not ours:
        return list(about), False
    if stored is None and len(ours) > 1:
        return list(about), True  # one write, one transaction: another of our login wrote, too
    first = about.index(ours[0])
    collided = {one.id for one in about[:first]} | {one.id for one in _overwritten(about)}
    return [one for one in about if one.id in collided], True


def _is_by_us(one: Transaction, done: Attempt) -> bool:
    return done.ours is None or one.creator.casefold() == done.ours.casefold()


def _as_stored(name: str, value: Any) -> Optional[str]:
    """A value as a transaction names it; None where that is a number that we do not know."""
    if name.startswith("custom_fields["):
        return str(value[0]) if value else ""
    row = _ROWS.get(name)
    if row is None or row.kind in ("login", "queue"):
        return None
    if isinstance(value, datetime):
        return f"{_utc(value):%Y-%m-%d %H:%M:%S}"
    return "" if value is None else str(value)


def _utc(value: datetime) -> datetime:
    return value.astimezone(timezone.utc)


def _overwritten(about: List[Transaction]) -> List[Transaction]:
    """The changes that a later one did not know of: it starts from a value that was left before
    them. A message that took time adds to what is there, whatever it is."""
    lost: List[Transaction] = []
    standing: List[Tuple[Transaction, Optional[str]]] = []
    for one in about:
        value = standing[-1][1] if standing else None
        if one.field != "TimeWorked" and one.time_taken:
            standing.append((one, _added(value, one.time_taken)))
            continue
        start = _plain(one.old_value)
        while standing and standing[-1][1] not in (start, None):
            lost.append(standing.pop()[0])
        standing.append((one, _plain(one.new_value)))
    return lost


def _added(value: Optional[str], minutes: int) -> Optional[str]:
    return str(int(value) + minutes) if value is not None and value.lstrip("-").isdigit() else None


def _plain(value: Optional[str]) -> str:
    """A column as it can be compared: what is not set has two spellings, and so has nothing."""
    text = (value or "").casefold()
    return "" if text in (_NOT_SET, "0", "not set") else text


def _of_several(value: Any, before: Any, about: List[Transaction],
                done: Attempt) -> Tuple[List[Transaction], bool]:
    """As `_judged` for a list, each of whose changes is a transaction: more than ours are there."""
    was, wanted = set(before or ()), set(value or ())
    number = len(was - wanted) + len(wanted - was)
    ours = [one for one in about if _is_by_us(one, done)]
    if done.silent or not ours:
        return list(about), False
    if len(about) <= number:
        return [], True
    others = [one for one in about if one not in ours]
    return others or list(about), True
