"""Tickets of every sort, and queries about them drawn by chance: what is asked of RT and of the
local evaluation alike."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from random import Random
from typing import Dict, List, Sequence, Tuple, Union

from rtcompat import NewTicket
from rtcompat.model import KEEP, Ticket
from rtcompat.tracker import Tracker

__all__ = ["make_tickets", "drawn_condition", "drawn_query", "DAYS"]

#: The first and the last day that anything happens on.
DAYS = (datetime(2025, 1, 1, tzinfo=timezone.utc), datetime(2025, 3, 1, tzinfo=timezone.utc))
WORDS = ("Printer", "printer", "fire", "50%", "a_b", "it's", "Back\\slash", "0", "10", "NULL")
STATUSES = ("new", "open", "stalled", "resolved", "rejected")
PEOPLE = ("alice@example.org", "gerda@example.org", "nora@example.org", "stranger@example.net")
LOGINS = ("alice", "gerda", "root", "Nobody", "nobody-at-all")
NUMBERS = ("Priority", "InitialPriority", "FinalPriority", "TimeWorked", "TimeLeft",
           "TimeEstimated")
DATES = ("Starts", "Started", "Due", "Resolved", "Told", "Created", "LastUpdated")
LINKS = ("MemberOf", "DependsOn", "RefersTo", "HasMember", "DependedOnBy", "ReferredToBy",
         "LinkedTo", "LinkedFrom", "Linked")
CHOICES = {"Severity": ("Low", "Medium", "High"), "Single": ("one", "Two", "10", "9"),
           "Tags": ("hot", "red", "Red", "cold"), "Due Date": ("2025-01-10", "2025-02-01"),
           "Window Start": ("2025-01-10 10:00:00", "2025-02-01 23:30:00"),
           "Vendor: Ref": ("x", "Y"), "OnlySecond": ("a", "b")}
MANY = ("Tags",)


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def make_tickets(tracker: Tracker, chance: Random, count: int) -> Tuple[int, ...]:
    """Tickets with fields by chance, links between them: the first is deleted, the second merged
    into the third; their numbers."""
    wanted = [_new(chance) for _ in range(count)]
    outcomes = list(tracker.create_tickets(wanted))
    assert all(one.result for one in outcomes), [one.error for one in outcomes if one.error]
    made = [one.id or 0 for one in outcomes]
    for _ in range(count // 2):
        base, target = chance.sample(made[2:], 2)
        end = str(target) if chance.random() < 0.8 else "https://example.org/kb/1"
        tracker.edit_links(base, add={chance.choice(
            ("refers_to", "depends_on", "member_of")): [int(end) if end.isdigit() else end]})
    tracker.delete_ticket(made[0])
    tracker.merge_ticket(made[1], made[2])
    return tuple(made)


def _new(chance: Random) -> NewTicket:
    def moment() -> datetime:
        return (DAYS[0] + timedelta(minutes=chance.randrange(60 * 24 * 59))).replace(second=0)

    queue = chance.choice(("General", "Second Queue"))
    custom: Dict[str, Union[str, List[str]]] = {}
    for name, values in CHOICES.items():
        if chance.random() < 0.4 and (name != "OnlySecond" or queue == "Second Queue"):
            custom[name] = (chance.sample(values, chance.randint(1, 2)) if name in MANY
                            else chance.choice(values))
    dates = [moment() if chance.random() < 0.5 else KEEP for _ in range(4)]
    people = [chance.sample(PEOPLE, chance.choice((0, 1, 1, 2))) for _ in range(3)]
    return NewTicket(queue, subject=" ".join(chance.sample(WORDS, chance.randint(1, 3))),
                     status=chance.choice(("new", "open", "resolved")),
                     owner=chance.choice(("alice", "Nobody")),
                     priority=chance.choice((0, 5, 10, 50)), time_left=chance.choice((0, 60)),
                     time_worked=chance.choice((0, 5, 90)), time_estimated=chance.choice((0, 7)),
                     initial_priority=chance.choice((0, 3)), final_priority=chance.choice((0, 9)),
                     starts=dates[0], started=dates[1], due=dates[2], resolved=dates[3],
                     requestors=people[0], cc=people[1], admin_cc=people[2],
                     custom_fields=custom)


def drawn_query(chance: Random, tickets: Sequence[Ticket], deepest: int = 2) -> str:
    """A query: one word AND or OR a level, as RT reads no other."""
    if deepest == 0 or chance.random() < 0.3:
        return drawn_condition(chance, tickets)
    word = chance.choice((" AND ", " OR "))
    parts: List[str] = []
    for _ in range(chance.randint(2, 3)):
        one = drawn_query(chance, tickets, deepest - 1)
        parts.append(f"({one})")
    return word.join(parts)


def drawn_condition(chance: Random, tickets: Sequence[Ticket]) -> str:
    """One condition, about something that at least some tickets have."""
    draw = chance.choice((_number, _text, _queue, _login, _people, _date, _custom, _custom, _link))
    return draw(chance, chance.choice(tickets))


def _number(chance: Random, ticket: Ticket) -> str:
    if chance.random() < 0.2:
        operator = chance.choice(("=", "!=", "<", ">", "LIKE", "STARTSWITH", "ENDSWITH"))
        return f"id {operator} '{ticket.id}'"
    key = chance.choice(NUMBERS)
    operator = chance.choice(("=", "!=", "<", ">", "<=", ">="))
    value = chance.choice(("0", "5", "9", "10", "60", "'7'", "'-1'", "+3"))
    return f"{key} {operator} {value}" if chance.random() < 0.9 else f"{key} IS NOT NULL"


_PARTS = ("LIKE", "NOT LIKE", "STARTSWITH", "NOT STARTSWITH", "ENDSWITH", "NOT ENDSWITH")


def _text(chance: Random, ticket: Ticket) -> str:
    key = chance.choice(("Subject", "Subject", "Subject", "Status", "SLA"))
    if key == "Status":
        value = chance.choice((*STATUSES, "Open", "__Active__", "__Inactive__"))
        return f"Status {chance.choice(('=', '!='))} '{value}'"
    if key == "SLA":
        return f"SLA {chance.choice(('IS', 'IS NOT'))} NULL"
    operator = chance.choice(("=", "!=", "<", ">=", *_PARTS))
    value = ticket.subject if operator in ("=", "!=", "<", ">=") else chance.choice(
        (*WORDS, "p%t", "_r", "", "%"))
    return f"Subject {operator} {quoted(chance.choice((value, value.upper())))}"


def _queue(chance: Random, ticket: Ticket) -> str:
    if chance.random() < 0.3:
        return f"Queue {chance.choice(('LIKE', 'NOT LIKE'))} 'gen'"
    value = chance.choice((ticket.queue, ticket.queue.upper(), "no such queue", "1"))
    return f"Queue {chance.choice(('=', '!='))} {quoted(value)}"


def _login(chance: Random, ticket: Ticket) -> str:
    key = chance.choice(("Owner", "Owner.Name", "Creator", "Owner"))
    value = chance.choice((*LOGINS, "ALICE", "__CurrentUser__"))
    return f"{key} {chance.choice(('=', '!='))} '{value}'"


def _people(chance: Random, ticket: Ticket) -> str:
    key = chance.choice(("Requestor", "Requestors", "Cc", "AdminCc", "Requestor.EmailAddress"))
    if chance.random() < 0.2:
        return f"{key} {chance.choice(('IS', 'IS NOT'))} NULL"
    if chance.random() < 0.5:
        value = chance.choice((*PEOPLE, "ALICE@example.org", "nobody@nowhere.example"))
        return f"{key} {chance.choice(('=', '!='))} '{value}'"
    value = chance.choice(("alice", "example.org", "STRANGER", "net"))
    operator = chance.choice(("LIKE", "STARTSWITH", "ENDSWITH"))
    return f"{key} {operator} '{value}'"


#: Texts of dates that mean the same whenever they are read on one day.
TEXTS = ("monday", "this friday", "2 days 3 hours ago", "sunday 10:00", "2025-01-15",
         "2025-02-01 12:30", "2025-01-20 23:59:59", "2025/02/10", "5 Feb 2025",
         "Feb 5, 2025", "Sat Feb 01 10:00:00 2025", "2025-01-15T10:00:00", "today", "yesterday",
         "3 days ago", "-2 weeks", "+1 hour", "now", "tomorrow", "last monday", "next friday",
         "1 year ago", "20 months ago", "last week", "today 00:00", "yesterday 10:00", "0",
         "January 20th, 2025", "2025-01-20 3pm", "noon yesterday", "2 hours ago")


def _date(chance: Random, ticket: Ticket) -> str:
    key = chance.choice(DATES)
    if chance.random() < 0.2:
        return f"{key} {chance.choice(('IS', 'IS NOT'))} NULL"
    if chance.random() < 0.15:
        return f"{key} {chance.choice(('<', '>='))} {chance.choice(DATES)}"
    value = chance.choice(TEXTS)
    given = getattr(ticket, key.lower()) if key != "LastUpdated" else ticket.last_updated
    if given is not None and chance.random() < 0.5:
        value = f"{given + timedelta(minutes=chance.choice((0, 0, -90, 600))):%Y-%m-%d %H:%M:%S}"
    return f"{key} {chance.choice(('=', '<', '>', '<=', '>='))} '{value}'"


def _custom(chance: Random, ticket: Ticket) -> str:
    name = chance.choice(list(CHOICES))
    key = f"CF.{{{name}}}" if chance.random() < 0.5 else f"'CF.{{{name.upper()}}}'"
    if chance.random() < 0.2:
        return f"{key} {chance.choice(('IS', 'IS NOT'))} NULL"
    value = chance.choice((*CHOICES[name], CHOICES[name][0].upper(), "2025-01-10"))
    dated = name in ("Due Date", "Window Start")
    # RT joins the day of a DateTime field by AND, whatever word stands before it.
    if dated and len(value) == 10 and name == "Window Start":
        return f"{key} {chance.choice(('<', '>', '!='))} {quoted(value)}"
    operator = chance.choice(("=", "!=", "<", ">") if dated else
                             ("=", "!=", "<", ">", "LIKE", "NOT LIKE", "STARTSWITH", "ENDSWITH"))
    return f"{key} {operator} {quoted(value)}"


def _link(chance: Random, ticket: Ticket) -> str:
    key = chance.choice(LINKS)
    if chance.random() < 0.4:
        return f"{key} {chance.choice(('IS', 'IS NOT'))} NULL"
    value = chance.choice((str(ticket.id), "'https://example.org/kb/1'"))
    return f"{key} {chance.choice(('=', '!='))} {value}"
