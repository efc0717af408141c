"""Forms as RT prints them to records."""
from __future__ import annotations

from datetime import datetime, timezone
from typing import Tuple

import pytest

from rtcompat.errors import ProtocolError
from rtcompat.model import NOT_LOADED, CustomField, Link, Links, Watcher
from rtcompat.rest1 import read
from rtcompat.rest1.forms import Form, parse
from rtcompat.rest1.zones import named
from tests.unit.rest1_script import answer

UTC = timezone.utc
TICKET = """id: ticket/7
Queue: General
Owner: Nobody
Creator: alice
Subject: a: b
Status: open
Priority: 7
InitialPriority: \nFinalPriority: 90
Requestors: b@example.org,
            a@example.org

Cc:
AdminCc:
Created: Mon Jan 15 08:37:11 2024
Starts: Not set
Due: Tue Jul 16 04:05:59 2024
TimeWorked: 90 minutes
TimeLeft: 0
SLA: \nUnheard: of
CF.{Severity}: High
CF.{Tags}: one,'two, three'
CF.{Empty}: \n"""


def form(text: str, *, names: bool = False) -> Form:
    envelope, = parse(answer(text), names=names)
    return envelope.forms[0]


@pytest.mark.parametrize("values, held", [
    (("Acme", ""), ("Acme",)), (("", "Acme"), ("Acme",)), (("Acme", "Zeta"), ("Acme", "Zeta")),
    (("Zeta", "Zeta"), ("Zeta",)), (("", ""), ())])
def test_two_custom_fields_of_one_name_lose_no_value(values: Tuple[str, str], held: Tuple[str, ...]
                                                     ) -> None:
    """RT itself prints the values of the last one under both."""
    first, second = (f"\nCF.{{Customer}}: {value}" for value in values)
    ticket = read.ticket(form(TICKET.rstrip("\n") + first + "\nCF.{Other}: x" + second + "\n"),
                         named("UTC"))
    assert (ticket.custom_fields["Customer"], ticket.custom_fields["Other"]) == (held, ("x",))
    assert "Customer" in ticket.undecided


def test_a_ticket() -> None:
    known = {"Tags": CustomField(1, "Tags", "Freeform", False),
             "Severity": CustomField(1, "Severity", "Select", True)}
    ticket = read.ticket(form(TICKET), named("America/New_York"), known=known, asked_id=5,
                         release=(5, 0, 3))
    assert (ticket.id, ticket.asked_id, ticket.queue, ticket.subject) == (7, 5, "General", "a: b")
    assert (ticket.priority, ticket.initial_priority, ticket.final_priority) == (7, 0, 90)
    assert ticket.requestors == (Watcher("a@example.org"), Watcher("b@example.org"))
    assert ticket.cc == ticket.admin_cc == ()
    assert ticket.created == datetime(2024, 1, 15, 13, 37, 11, tzinfo=UTC)
    assert ticket.due == datetime(2024, 7, 16, 8, 5, 59, tzinfo=UTC)
    assert ticket.starts is None and ticket.times_exact
    assert (ticket.time_worked, ticket.time_left) == (90, 0)
    assert ticket.sla is None
    assert ticket.custom_fields == {"Severity": ("High",), "Tags": ("one", "two, three"),
                                    "Empty": ()}
    assert ticket.undecided == {"Empty"}  # RT did not name it among the queue's fields
    assert ticket.other_fields == {"Unheard": "of"}
    assert all(value is NOT_LOADED
               for value in (ticket.custom_roles, ticket.last_updated_by, ticket.told))


def test_only_what_was_asked_for() -> None:
    ticket = read.ticket(form("id: ticket/7\nSubject: x\n: \n"), named("UTC"),
                         wanted=frozenset(("subject",)))
    assert (ticket.subject, ticket.status, ticket.custom_fields) == ("x", NOT_LOADED, NOT_LOADED)
    assert not ticket.other_fields


@pytest.mark.parametrize("text", ["id: user/7\n", "id: ticket/x\n", "Subject: x\n"])
def test_what_is_no_ticket(text: str) -> None:
    with pytest.raises(ProtocolError):
        read.ticket_id(form(text))


@pytest.mark.parametrize("value, needed", [
    ("plain", False), ("", False), ("a,b", True), ("it's", True), ("back\\slash", True)])
def test_when_the_kind_of_a_field_matters(value: str, needed: bool) -> None:
    assert read.needs_definitions(form(f"id: ticket/7\nCF.{{X}}: {value}\n")) == needed


def test_definitions() -> None:
    text = ("id: queue/1\nTags (what (for)): MultiValueFreeform\nVendor: Ref (a: b): "
            "SingleValueFreeform\nDay (): SingleValueDate\nOdd (1) (): SingleValueDateTime\n"
            "Brace} name (): MultiValueSelect Mask\n")
    found = read.definitions(form(text, names=True), names=("Odd (1)",))
    assert {name: (one.type, one.single) for name, one in found.items()} == {
        "Tags": ("Freeform", False), "Vendor: Ref": ("Freeform", True), "Day": ("Date", True),
        "Odd (1)": ("DateTime", True), "Brace} name": ("Select", False)}


def test_links() -> None:
    text = ("id: ticket/7/links\nRefersTo: fsck.com-rt://example.com/ticket/9,\n"
            "          https://x/\n\nMembers: fsck.com-rt://example.com/ticket/8\n")
    assert read.links(form(text)) == Links(
        refers_to=(Link("ticket", 9), Link("url", url="https://x/")), members=(Link("ticket", 8),))
    assert read.links(form("id: ticket/7/links\n")) == Links()


TRANSACTION = """id: 12
Ticket: 7
TimeTaken: 5
Type: Correspond
Field: \nOldValue: \nNewValue: \nData: a subject
Description: Antwort von alice
Content: text
Creator: alice
Created: 2024-01-15 13:37:11
Attachments: \n             3: untitled (4b)
             4: a, b (1).txt (1.5k)

"""


def test_a_transaction() -> None:
    one = read.transaction(form(TRANSACTION))
    assert (one.id, one.ticket_id, one.type, one.time_taken) == (12, 7, "Correspond", 5)
    assert one.field is one.old_value is one.new_value is None
    assert (one.data, one.creator) == ("a subject", "alice")
    assert one.created == datetime(2024, 1, 15, 13, 37, 11, tzinfo=UTC)
    assert one.rt_description == "Antwort von alice"
    assert one.description == "Reply added by alice"
    assert all(value is NOT_LOADED for value in (one.content, one.html, one.attachments))
    assert [(part.id, part.name, part.size) for part in read.parts_of(form(TRANSACTION))] == [
        (3, "untitled", "4b"), (4, "a, b (1).txt", "1.5k")]


@pytest.mark.parametrize("unnamed", ["(Unnamed)", ""])  # up to 3.6 nothing is printed
def test_a_list_of_attachments(unnamed: str) -> None:
    text = (f"id: ticket/7/attachments\nAttachments: 4: a.png (image/png / 42b),\n"
            f"             3: {unnamed} (text/plain / 4b)\n")
    found = read.attachment_list(form(text), ticket_id=7, transactions={3: 12}, names={},
                                 whole=False)
    assert [(one.id, one.filename, one.content_type, one.size, one.transaction_id)
            for one in found] == [(3, None, "text/plain", None, 12),
                                  (4, "a.png", "image/png", 42, NOT_LOADED)]


@pytest.mark.parametrize("spelled", [("attachment/4", "attachment/3"), ("4", "3")])
def test_an_attachment(spelled: Tuple[str, str]) -> None:
    text = (f"id: {spelled[0]}\nSubject: \nCreator: 14\nCreated: 2024-01-15 13:37:11\n"
            f"Transaction: 12\nParent: {spelled[1]}\nMessageId: \nFilename: a.png\n"
            "ContentType: image/png\nContentEncoding: base64\nHeaders: A: b\n         C: d\n\n")
    one = read.attachment(form(text), ticket_id=7)
    assert (one.id, one.parent_id, one.transaction_id, one.filename) == (4, 3, 12, "a.png")
    assert one.subject is one.message_id is None
    assert one.headers == (("A", "b"), ("C", "d"))
    assert all(value is NOT_LOADED for value in (one.creator, one.size))
    assert one.other_fields == {"Creator": "14", "ContentEncoding": "base64"}


def test_the_outermost_part_has_no_parent() -> None:
    for parent in ("attachment/0", "0", ""):
        one = read.attachment(form(f"id: 4\nParent: {parent}\n"))
        assert one.parent_id is None


def test_a_user() -> None:
    text = ("id: user/14\nPassword: ********\nName: alice\nEmailAddress: a@example.org\n"
            "Gecos: \nContactInfo: line\n             two\n\nPrivileged: 1\nDisabled: 0\n"
            "CF-Team: one, two\nCF-Empty:\n")
    user = read.user(form(text), hidden=frozenset(("gecos",)))
    assert (user.id, user.name, user.email, user.privileged, user.disabled) == (
        14, "alice", "a@example.org", True, False)
    assert user.contact_info == "line\ntwo" and user.gecos is NOT_LOADED
    assert user.custom_fields == {"Team": ("one, two",), "Empty": ()}
    assert not user.other_fields  # no password, not even its asterisks


def test_a_queue() -> None:
    queue = read.queue(form("id: queue/3\nName: General\nDescription: \nDisabled: 0\n"
                            "InitialPriority: 5\n"))
    assert (queue.id, queue.name, queue.description, queue.disabled) == (3, "General", "", False)
    assert queue.lifecycle is NOT_LOADED and queue.other_fields == {"InitialPriority": "5"}
