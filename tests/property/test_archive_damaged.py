"""Damaged dumps are opened and read: no error but those of the contract, whatever the damage."""
from __future__ import annotations

import io
from typing import Any, Callable, List

from hypothesis import given, settings
from hypothesis import strategies as st

from rtcompat import archive
from rtcompat.errors import RTError
from tests.unit.archive_dump import TICKET, answer, entry, form, ticket

_PART = form({"id": "1", "Subject": "", "Creator": "12", "Created": "2024-01-15 08:37:11",
              "Transaction": "70", "Parent": "0", "MessageId": "", "Filename": "",
              "ContentType": "text/html", "ContentEncoding": "none",
              "Headers": "Content-Length: 5\nX-RT-Original-Encoding: iso-8859-1",
              "Content": "héllo"})
WHOLE = b"".join((
    answer(ticket()), answer(form({**TICKET, "CF.{Tags}": "a,'b, c'"}), ticket(8)),
    answer(entry(70, total=2, Attachments="\n1: untitled (5b)"), entry(71, total=2)),
    answer(form({"id": "ticket/7/attachments", "Attachments": "1: (Unnamed) (text/html / 5b)"})),
    answer(_PART), answer(form({"id": "ticket/7/links", "RefersTo": "http://a/, http://b/"})),
    answer(form({"id": "queue/1", "Tags ()": "MultiValueFreeform"})),
    answer(form({"id": "user/12", "Name": "alice", "EmailAddress": "a@example.org"})),
    b"RT/4.4.6 200 Ok\n\n# Ticket 9 does not exist.\n\n\n",
    b"RT/4.4.6 200 Ok\n\n7: printer\n8: other\n\n\n",
))


def _read_everything(saved: archive.Archive) -> None:
    acts: List[Callable[[], Any]] = [
        lambda: list(saved.search_tickets("id > 0", order="-Created")),
        lambda: list(saved.search_tickets("Content LIKE 'x' OR CF.{Tags} = 'a'")),
        lambda: list(saved.get_tickets([6, 7, 8, 9])), lambda: list(saved.get_histories([7, 8])),
        lambda: saved.get_history(7, content=False), lambda: saved.get_attachments(7),
        lambda: saved.get_attachment(1), lambda: saved.read_attachment(1),
        lambda: saved.get_transaction(70), lambda: saved.get_links(7),
        lambda: saved.get_user("alice"), lambda: list(saved.search_users()),
        lambda: list(saved.get_queues()), lambda: saved.server(),
        lambda: saved.get_applied_custom_fields("queue", 1)]
    for act in acts:
        try:
            act()
        except RTError:
            pass  # documented: what it says is not the question here


_EDIT = st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40),
                  st.one_of(st.binary(max_size=6), st.sampled_from((
                      b"\n", b"--\n", b"id: ticket/7\n", b"RT/4.4.6 200 Ok\n\n", b"\r\n", b"9" * 30,
                      b"id: 5\n", b"# 1/9 (id/3/total)\n\n", b"Ticket: x\n", b"\n\nid: ",
                      b"Created: 99\n"))))


@settings(max_examples=60)
@given(st.lists(_EDIT, min_size=1, max_size=6))
def test_damage_raises_nothing_but_the_contract_s_errors(edits: Any) -> None:
    content = WHOLE
    for start, length, new in edits:
        content = content[:start] + new + content[start + length:]
    with archive.open(io.BytesIO(content), timezone="UTC") as saved:
        _read_everything(saved)


def test_undamaged_it_tells_everything() -> None:
    with archive.open(io.BytesIO(WHOLE), timezone="UTC") as saved:
        assert [one.id for one in saved.search_tickets("id > 0")] == [7, 8]
        assert len(list(saved.get_history(7))) == 2
        assert saved.read_attachment(1) == "héllo".encode("latin-1")
