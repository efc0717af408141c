"""`rest1.compose`: what is written from records reads equal to them, whatever texts they hold."""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, Dict, Mapping, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcompat.model import (NOT_LOADED, Attachment, CustomField, FrozenMap, Link, Links, Queue,
                            Ticket, Transaction, User, Watcher)
from rtcompat.rest1 import bodies, compose, forms, kinds, read, zones
from rtcompat.rest1.kinds import Kind

_VERSION = "5.0.3+dfsg-3~deb12u6"
_RELEASE = (5, 0, 3)
_UTC = zones.named("UTC")
_FEWER = settings(max_examples=60)
_moments = st.datetimes(datetime(1971, 1, 1), datetime(2037, 1, 1)).map(
    lambda found: found.replace(microsecond=0, tzinfo=timezone.utc))
_characters = st.characters(codec="utf-8")
#: What a form's value may hold: anything but what RT itself cannot tell apart in it.
_texts = st.text(_characters, max_size=60) | st.sampled_from((
    "--", "# no comment", "a\n\nb", "\n", "RT/5.0.3 200 Ok", "key: value\n--\nid: ticket/9",
    " lead", "trail \n\n\n", "a\r\nb", "0", "\u2028\u0085\x1c"))
_lines = st.text(_characters, max_size=40).map(lambda text: text.replace("\n", " "))
_words = st.text(st.sampled_from("abzÄßé日9"), min_size=1, max_size=12)
_people = st.lists(_words.map(lambda name: Watcher(f"{name}@example.org")), max_size=9).map(
    lambda several: tuple(sorted(set(several), key=lambda one: one.email or "")))
_minutes = st.integers(0, 100000)
_KNOWN = {"One": CustomField(1, "One", "Freeform", True, description="the (first) one"),
          "Many": CustomField(2, "Many", "Freeform", False, description=""),
          "Größe: x}": CustomField(3, "Größe: x}", "Text", True, description="")}
_values = st.text(_characters, min_size=1, max_size=12).filter(
    lambda text: "\n" not in text and text[0] not in "'\"" and text.strip("\u200b") == text
    and text.strip() == text and not text[0].isspace())
_customs = st.fixed_dictionaries({
    "One": _texts.map(lambda text: (text,) if text else ()),
    "Many": st.lists(_values, max_size=4).map(tuple),
    "Größe: x}": _lines.map(lambda text: (text,) if text else ())}).map(FrozenMap)

_tickets = st.builds(
    Ticket, id=st.integers(1, 10 ** 9), queue=_words, owner=_words, creator=_words, subject=_lines,
    status=_words, priority=_minutes, initial_priority=_minutes, final_priority=_minutes,
    requestors=_people, cc=_people, admin_cc=_people, created=_moments,
    starts=st.none() | _moments, started=st.none() | _moments, due=st.none() | _moments,
    resolved=st.none() | _moments, told=st.none() | _moments, last_updated=_moments,
    time_estimated=_minutes, time_worked=_minutes, time_left=_minutes, sla=st.none() | _words,
    custom_fields=_customs)


def _forms(content: bytes, **how: Any) -> Tuple[forms.Form, ...]:
    envelopes = forms.parse(content, **how)
    assert forms.compose_answer(envelopes) == content
    return tuple(form for envelope in envelopes for form in envelope.forms)


def _one(form: forms.Form) -> forms.Form:
    found = _forms(compose.answer(_VERSION, (form,)))
    assert len(found) == 1
    return found[0]


@_FEWER
@given(_tickets)
def test_a_ticket_reads_equal(ticket: Ticket) -> None:
    form = _one(compose.ticket(ticket, known=_KNOWN))
    assert read.ticket(form, _UTC, known=_KNOWN, release=_RELEASE) == ticket
    berlin = read.ticket(form, zones.named("Europe/Berlin"), known=_KNOWN, release=_RELEASE)
    assert berlin == ticket and berlin.times_exact  # the dates say that they are UTC


def test_what_a_record_lacks_is_not_loaded() -> None:
    ticket = Ticket(7, queue="General", subject="only this")
    found = read.ticket(_one(compose.ticket(ticket)), _UTC)
    assert found == replace(ticket, custom_fields=FrozenMap({}), sla=None)
    assert found.created is NOT_LOADED and found.requestors is NOT_LOADED


def test_groups_are_their_members_and_people_without_an_address_are_left_out() -> None:
    watching = (Watcher(None, "staff", "group", 12), Watcher(None, "nobody"), Watcher("b@x.org"))
    ticket = Ticket(7, cc=watching)
    form = compose.ticket(ticket, members={12: ("a@x.org", "b@x.org")})
    assert form.get("Cc") == "a@x.org, b@x.org"
    assert compose.ticket(ticket).get("Cc") == "b@x.org"
    assert compose.ticket(Ticket(7, sla="gold"), with_sla=False).get("SLA") is None


_PARTS = st.lists(st.tuples(st.sampled_from(("text/plain", "text/html", "image/png")),
                            st.none() | _words.map(lambda name: f"x {name}, (1b).txt"),
                            st.integers(1, 1024)), max_size=4)


@_FEWER
@given(_texts, _texts, _lines, _lines, _lines, _PARTS, _moments)
def test_a_history_reads_equal(plain: str, html: str, old: str, new: str, data: str,
                               parts: Any, created: datetime) -> None:
    attachments = tuple(Attachment(
        number, 7, 70, NOT_LOADED, name, kind, size if kind == "image/png" else None)
        for number, (kind, name, size) in enumerate(parts, 100))
    texts = {one.id: plain if one.content_type == "text/plain" else html for one in attachments
             if one.filename is None and one.content_type != "image/png"}
    kind_of = {one.content_type for one in attachments if one.id in texts}
    given_one = Transaction(
        70, 7, "Correspond", None, old or None, new or None, data or None, 3, "alice", created,
        content=plain if "text/plain" in kind_of else None,
        html=html if "text/html" in kind_of else None, attachments=attachments)
    found = _forms(compose.answer(
        _VERSION, compose.history((given_one,), texts),
        compose.attachment_list(7, attachments, texts)))
    history = next(form for form in found if form.get("Type") is not None)
    listed = [form for form in found if form.get("Type") is None]
    back = _history(history, listed, {one: _part(attachments, one, texts) for one in texts})
    assert replace(back, description=NOT_LOADED) == given_one


def _part(parts: Tuple[Attachment, ...], number: int, texts: Mapping[int, str]) -> forms.Form:
    one = next(part for part in parts if part.id == number)
    head = replace(one, subject=None, message_id=None, headers=(("A", "b"),))
    return _one(compose.attachment(head, texts[number]))


def _history(form: forms.Form, listed: Any, texts: Dict[int, forms.Form]) -> Transaction:
    """A transaction as the live client puts it together."""
    owners = {line.id: 70 for line in read.parts_of(form)}
    names = {line.id: line.name for line in read.parts_of(form) if line.name != "untitled"}
    parts = tuple(part for one in listed for part in read.attachment_list(
        one, ticket_id=7, transactions=owners, names=names, whole=True))
    sizes = {line.id: line.size for one in listed for line in read.parts_of(one)}
    draft = bodies.draft(read.transaction(form), form.get("Content") or "", parts, sizes)
    return draft.finished(texts)


@_FEWER
@given(_texts)
def test_an_attachment_reads_equal(text: str) -> None:
    head = Attachment(9, NOT_LOADED, 70, 8, "a.txt", "text/plain", NOT_LOADED, None, "m@x",
                      (("Content-Type", 'text/plain; charset="utf-8"'), ("X-Empty", "")),
                      created=datetime(2026, 1, 2, tzinfo=timezone.utc))
    form = _one(compose.attachment(head, text))
    assert read.attachment(form) == head and form.get("Content") == text
    assert kinds.kind(compose.answer(_VERSION, (form,))) is Kind.ATTACHMENT
    outermost = replace(head, parent_id=None, content_type="image/png", filename=None)
    shown = _one(compose.attachment(outermost))
    assert read.attachment(shown) == outermost
    assert (shown.get("Content") or "").startswith("Content is not text")
    assert compose.attachment(head).get("Content") is None


@pytest.mark.parametrize("kind, size, text, printed", [
    ("image/png", 42, None, "42b"), ("image/png", 1024, None, "1024b"),
    ("image/png", 3000, None, "2.9k"), ("image/png", 18278, None, "17.8k"),
    ("application/zip", 2130000, None, "2080k"), ("multipart/mixed", None, None, "0b"),
    ("text/plain", 42, None, "0b"), ("text/plain", 9, "Grüße", "5b"), ("text/plain", 1, "0", "0b"),
    ("text/html", 1, "x" * 1030, "1k")])
def test_sizes_are_printed_as_rt_does(kind: str, size: int, text: Any, printed: str) -> None:
    assert compose.size_of(Attachment(1, content_type=kind, size=size), text) == printed


_ends = st.lists(st.builds(Link, st.sampled_from(("ticket", "article", "asset")),
                           st.integers(1, 9999)) |
                 _words.map(lambda word: Link("url", url=f"https://example.org/{word}?a,b")),
                 max_size=6).map(lambda several: tuple(sorted(set(several))))


@_FEWER
@given(st.builds(Links, _ends, _ends, _ends, _ends, _ends, _ends))
def test_links_read_equal(links: Links) -> None:
    content = compose.answer(_VERSION, (compose.links(7, links),))
    assert read.links(_forms(content)[0]) == links
    assert b"fsck.com-rt://example" not in content
    assert kinds.kind(content) is Kind.LINKS


def test_queues_users_and_custom_fields_read_equal() -> None:
    queue = Queue(3, "Größe", "line\nline", "a@x.org", "", False, True,
                  custom_fields=FrozenMap({"Colour": ("red",)}))
    assert read.queue(_one(compose.queue(queue))) == queue
    user = User(9, "alice", "a@x.org", "Alice", privileged=True, disabled=False,
                custom_fields=FrozenMap({}))
    assert read.user(_one(compose.user(user))) == user  # the summary: what it lacks stays so
    content = compose.answer(_VERSION, (compose.custom_fields(3, _KNOWN.values()),))
    form = _forms(content, names=True)[0]
    found = read.definitions(form, _KNOWN)
    assert {name: (one.single, one.type, one.description) for name, one in found.items()} == {
        name: (one.single, one.type, one.description) for name, one in _KNOWN.items()}
    unknown = compose.custom_fields(3, (CustomField(1, "x", single=None),))
    assert unknown.keys() == ("id",)


def test_lists_of_ids_and_refusals_are_what_rt_says() -> None:
    some = compose.ids(_VERSION, "ticket", (1, 36))
    assert some == f"RT/{_VERSION} 200 Ok\n\nticket/1\nticket/36\n\n\n".encode()
    assert kinds.kind(some, hint_path="search/ticket") is Kind.SEARCH_IDS
    none = compose.ids(_VERSION, "ticket", ())
    assert none == f"RT/{_VERSION} 200 Ok\n\n\n\n\n".encode()
    assert kinds.kind(none, hint_path="search/ticket") is Kind.SEARCH_NONE
    said = compose.refusal(_VERSION, "Ticket 9 does not exist.")
    assert said == f"RT/{_VERSION} 200 Ok\n\n# Ticket 9 does not exist.\n\n\n".encode()
    assert kinds.kind(said) is Kind.NOT_FOUND
    assert compose.answer(_VERSION, ()) == b""
