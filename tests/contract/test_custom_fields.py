"""Custom fields, their values, files as values, messages' own fields, and custom roles."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, Iterator, Set, Tuple

import pytest

from rtcompat import (NOT_LOADED, CustomFieldFile, InvalidValue, NewAttachment, NotFound,
                      PermissionDenied, Receipt, RTError, Unsupported, UsageError)
from rtcompat.conditions import where
from rtcompat.tracker import Tracker
from tests.bench.bench import Bench, Server
from tests.connections import Connections
from tests.contract.matrix import surface
from tests.contract.test_administration import unique
from tests.request_counts import sent

pytestmark = pytest.mark.live

REST2 = pytest.mark.parametrize("name, protocol", surface("rest2"))
#: What both protocols tell of a field that applies to a queue.
TOLD_BY_BOTH = ("name", "type", "single", "description", "lookup_type")
PNG = b"\x89PNG\r\n\x1a\n\0\xff" * 1000
_FIELDS = """
my @made;
for my $row (
    [ 'Photo',   'Image',    1, 'RT::Queue-RT::Ticket' ],
    [ 'Scans',   'Binary',   0, 'RT::Queue-RT::Ticket' ],
    [ 'Odd (a)', 'Freeform', 1, 'RT::Queue-RT::Ticket', 'in (brackets)' ],
    [ 'Channel', 'Freeform', 1, 'RT::Queue-RT::Ticket-RT::Transaction' ],
    [ 'Marks',   'Select',   0, 'RT::Queue-RT::Ticket-RT::Transaction' ],
    [ 'Moment',  'DateTime', 1, 'RT::Queue-RT::Ticket-RT::Transaction' ],
) {
    my $field = RT::CustomField->new( RT->SystemUser );
    my ( $ok, $said ) = $field->Create(
        Name => $row->[0], Type => $row->[1], MaxValues => $row->[2], LookupType => $row->[3],
        Description => $row->[4] );
    die $said unless $ok;
    if ( $row->[0] eq 'Marks' ) { $field->AddValue( Name => $_ ) for qw(red green blue) }
    ( $ok, $said ) = $field->AddToObject( RT::Queue->new( RT->SystemUser ) );
    die $said unless $ok;
    push @made, $row->[0];
}
print "@made";
"""


class Prepared(Connections):
    """Servers of their own, each with fields for files and for messages on every queue, from when
    it is first asked for: another one may not be had."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, private=True)
        self._prepared: Set[str] = set()

    def server(self, name: str) -> Server:
        server = super().server(name)
        if name not in self._prepared:
            assert server.perl(_FIELDS) == "Photo Scans Odd (a) Channel Marks Moment"
            self._prepared.add(name)
        return server


@pytest.fixture(scope="module")
def prepared(bench: Bench) -> Iterator[Connections]:
    """Servers with fields for files and for messages."""
    opened = Prepared(bench)
    yield opened
    opened.close()


def counted(act: Callable[[], object]) -> int:
    """How many requests a call sends."""
    with sent() as lines:
        act()
    return len(lines)


def number_of(made: Receipt) -> int:
    """The number of what was made."""
    assert made.id
    return made.id


# -- custom fields --------------------------------------------------------------------------------

@REST2
def test_custom_fields_are_found(name: str, protocol: str, connections: Connections) -> None:
    alice = connections.tracker(name, "alice", protocol)
    ids = connections.server(name).ids["custom_fields"]
    severity = alice.get_custom_field("Severity")
    assert severity == alice.get_custom_field("severity") == alice.get_custom_field(severity.id)
    assert (severity.id, severity.name, severity.type) == (ids["Severity"], "Severity", "Select")
    assert severity.values == ("Low", "Medium", "High") and severity.single is True
    assert (severity.max_values, severity.lookup_type) == (1, "RT::Queue-RT::Ticket")
    assert severity.description == severity.pattern == "" and severity.disabled is False
    assert alice.get_custom_field("Tags").values is NOT_LOADED
    assert [one.name for one in alice.search_custom_fields(
        [where("type", "=", "Select"), where("max_values", "=", 0),
         where("lookup_type", "=", "RT::Queue-RT::Ticket")])] == ["Platforms"]
    some = list(alice.search_custom_fields([where("id", "IN", [ids["Tags"], ids["Single"]])],
                                           order="-name"))
    assert [(one.name, one.single, one.values) for one in some] == [
        ("Tags", False, NOT_LOADED), ("Single", True, NOT_LOADED)]
    everything = {one.name for one in alice.search_custom_fields()}
    assert everything >= set(ids) | {"Content"}
    with pytest.raises(UsageError):
        alice.search_custom_fields([where("values", "=", "Low")])
    for missing in ("no such field", 99999):
        with pytest.raises(NotFound):
            alice.get_custom_field(missing)
    nora = connections.tracker(name, "nora", protocol)
    assert list(nora.search_custom_fields()) == []
    with pytest.raises(PermissionDenied):
        nora.get_custom_field(ids["Severity"])
    with pytest.raises(NotFound):
        nora.get_custom_field("Severity")


@REST2
def test_custom_fields_are_made_changed_and_disabled(name: str, protocol: str,
                                                     connections: Connections) -> None:
    root = connections.tracker(name, "root", protocol)
    called = unique(protocol, connections, name)
    made = root.create_custom_field(called, type="Select", single=False, description="ünï",
                                    sort_order=4, entry_hint="hint", unique_values=True,
                                    lookup_type="RT::User", disabled=True)
    assert made.id and not (made.refused or made.altered or made.unverified)
    field = root.get_custom_field(called)
    assert (field.id, field.single, field.max_values) == (made.id, False, 0)
    assert (field.description, field.sort_order, field.entry_hint) == ("ünï", 4, "hint")
    assert field.unique_values and field.disabled and field.lookup_type == "RT::User"
    edited = root.edit_custom_field(called, description="", single=True, pattern="^a$",
                                    disabled=True)
    assert set(edited.changed) == {"description", "max_values", "pattern"}
    assert edited.unchanged == ("disabled",)
    assert root.edit_custom_field(field.id, disabled=False).changed == ("disabled",)
    assert root.disable_custom_field(called).changed == ("disabled",)
    assert root.disable_custom_field(called).unchanged == ("disabled",)
    with pytest.raises(InvalidValue) as refused:
        root.edit_custom_field(called, pattern="((", type="Nonsense", sort_order=5)
    assert refused.value.receipt is not None
    assert set(refused.value.receipt.refused) == {"pattern", "type"}
    assert refused.value.receipt.changed == ("sort_order",)
    after = root.get_custom_field(called)
    assert (after.pattern, after.type, after.single, after.sort_order) == ("^a$", "Select", True, 5)
    # A second one of the same name, which RT allows, is no longer found by it alone.
    second = number_of(root.create_custom_field(called, type="Text", disabled=True))
    with pytest.raises(UsageError, match=rf"{made.id}, {second}"):
        root.get_custom_field(called)
    root.edit_custom_field(second, disabled=False)
    assert root.get_custom_field(called).id == second
    root.disable_custom_field(second)


@REST2
def test_custom_fields_that_are_not_to_be(name: str, protocol: str,
                                          connections: Connections) -> None:
    root = connections.tracker(name, "root", protocol)
    alice = connections.tracker(name, "alice", protocol)
    called = unique(protocol, connections, name)
    severity = connections.server(name).ids["custom_fields"]["Severity"]
    before = root.get_custom_field(severity)
    with pytest.raises(InvalidValue):
        root.create_custom_field(called, type="Nonsense")
    with pytest.raises(InvalidValue):
        root.create_custom_field(called, type="Freeform", pattern="((")
    several: Tuple[Dict[str, Any], ...] = (
        {"lookup_type": "RT::Tickets"}, {"single": True, "max_values": 0}, {"max_values": -1})
    for wrong in several:
        with pytest.raises(UsageError):
            root.create_custom_field(called, type="Freeform", **wrong)
    for nameless in ("", "12", "two\nlines"):
        with pytest.raises(UsageError):
            root.create_custom_field(nameless, type="Freeform")
    with pytest.raises(UsageError):
        root.edit_custom_field(severity)
    with pytest.raises(PermissionDenied):
        alice.create_custom_field(called, type="Freeform")
    with pytest.raises(PermissionDenied):
        alice.edit_custom_field(severity, description="x")
    with pytest.raises(PermissionDenied):
        alice.disable_custom_field("Severity")
    with pytest.raises(NotFound):
        root.edit_custom_field(99999, description="x")
    with pytest.raises(NotFound):
        root.get_custom_field(called)
    assert root.get_custom_field(severity) == before


@REST2
def test_values_to_choose_from(name: str, protocol: str, connections: Connections) -> None:
    root = connections.tracker(name, "root", protocol)
    alice = connections.tracker(name, "alice", protocol)
    field = number_of(root.create_custom_field(unique(protocol, connections, name),
                                               type="Select", disabled=True))
    assert root.get_custom_field_values(field) == ()
    made = root.add_custom_field_value(field, "öne", description="the first", sort_order=3,
                                       category="few")
    assert set(made.changed) == {"name", "description", "sort_order", "category"}
    one = number_of(made)
    two = [number_of(root.add_custom_field_value(field, "2024")) for _ in range(2)]
    listed = root.get_custom_field_values(field)
    assert [value.name for value in listed] == ["2024", "2024", "öne"]  # in their order
    assert {value.id for value in listed} == {one, *two}
    assert listed[2].description is NOT_LOADED
    value = root.get_custom_field_value(field, "öne")
    assert (value.id, value.description, value.sort_order, value.category) == (
        one, "the first", 3, "few")
    with pytest.raises(UsageError, match=", ".join(map(str, sorted(two)))):
        root.get_custom_field_value(field, "2024")
    edited = root.edit_custom_field_value(field, "öne", name="one", sort_order=3, category="")
    assert set(edited.changed) == {"name", "category"} and edited.unchanged == ("sort_order",)
    assert root.get_custom_field(field).values == ("2024", "2024", "one")
    with pytest.raises(PermissionDenied):
        alice.add_custom_field_value(field, "x")
    with pytest.raises(PermissionDenied):
        alice.edit_custom_field_value(field, one, name="x")
    with pytest.raises(PermissionDenied):
        alice.remove_custom_field_value(field, one)
    assert root.remove_custom_field_value(field, two[0]).changed == ("value",)
    assert root.remove_custom_field_value(field, "2024").id == two[1]
    with pytest.raises(NotFound):
        root.remove_custom_field_value(field, two[1])
    assert [value.name for value in root.get_custom_field_values(field)] == ["one"]


@REST2
def test_values_of_another_field_are_left_alone(name: str, protocol: str,
                                                connections: Connections) -> None:
    root = connections.tracker(name, "root", protocol)
    low = root.get_custom_field_value("Severity", "Low")
    for act in (lambda: root.get_custom_field_value("Platforms", low.id),
                lambda: root.edit_custom_field_value("Platforms", low.id, name="x"),
                lambda: root.edit_custom_field_value("Platforms", low.id, name="x",
                                                     read_back=False),
                lambda: root.remove_custom_field_value("Platforms", low.id),
                lambda: root.get_custom_field_value("Platforms", "Low"),
                lambda: root.get_custom_field_value(99999, low.id),
                lambda: root.add_custom_field_value(99999, "x"),
                lambda: root.get_custom_field_values(99999)):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(UsageError):
        root.add_custom_field_value("Platforms", " ")
    assert root.get_custom_field_value("Severity", "Low") == low


# -- which apply ----------------------------------------------------------------------------------

@pytest.mark.parametrize("name, protocol", surface())
def test_the_fields_of_a_queue(name: str, protocol: str, connections: Connections) -> None:
    alice = connections.tracker(name, "alice", protocol)
    general = alice.get_applied_custom_fields("queue", "General")
    assert general == alice.get_applied_custom_fields("queue", alice.get_queue("General").id)
    by_name = {one.name: one for one in general}
    assert list(by_name) == sorted(by_name)
    wanted = set(connections.server(name).ids["custom_fields"]) - {"OnlySecond"}
    assert set(by_name) == wanted
    second = alice.get_applied_custom_fields("queue", "Second Queue")
    assert {one.name for one in second} == wanted | {"OnlySecond"}
    platforms = by_name["Platforms"]
    assert tuple(getattr(platforms, each) for each in TOLD_BY_BOTH) == (
        "Platforms", "Select", False, "", "RT::Queue-RT::Ticket")
    assert alice.get_applied_custom_fields("queue", "General", lookup_type="RT::Queue") == ()
    with pytest.raises(NotFound):
        alice.get_applied_custom_fields("queue", "no such queue")
    nora = connections.tracker(name, "nora", protocol)
    with pytest.raises(NotFound):
        nora.get_applied_custom_fields("queue", "General")
    with pytest.raises(PermissionDenied):
        nora.get_applied_custom_fields("queue", 1)
    with pytest.raises(RTError) as caught:
        alice.get_applied_custom_fields("ticket", "General")
    assert type(caught.value) is UsageError and caught.value.argument == "kind"
    with pytest.raises(RTError) as caught:
        alice.get_applied_custom_fields("queue", "General", lookup_type="RT::Class")
    assert type(caught.value) is UsageError and caught.value.argument == "lookup_type"


@pytest.mark.parametrize("name", ["5.0.3"])
def test_both_protocols_tell_the_same_of_a_queue(name: str, prepared: Connections) -> None:
    told = []
    for protocol in ("rest1", "rest2"):
        listed = prepared.tracker(name, "alice", protocol).get_applied_custom_fields("queue", 1)
        told.append([tuple(getattr(one, each) for each in TOLD_BY_BOTH) for one in listed])
    assert told[0] == told[1]
    assert ("Odd (a)", "Freeform", True, "in (brackets)", "RT::Queue-RT::Ticket") in told[0]


@REST2
def test_the_fields_of_classes_catalogs_and_messages(name: str, protocol: str,
                                                     prepared: Connections) -> None:
    root = prepared.tracker(name, "root", protocol)
    assert [one.name for one in root.get_applied_custom_fields("class", "General")] == ["Content"]
    assert root.get_applied_custom_fields("catalog", "General assets") == ()
    assert [one.name for one in root.get_applied_custom_fields(
        "queue", 1, lookup_type="RT::Queue-RT::Ticket-RT::Transaction")] == [
            "Channel", "Marks", "Moment"]
    for kind in ("class", "catalog"):
        with pytest.raises(NotFound):
            root.get_applied_custom_fields(kind, "no such")
        with pytest.raises(PermissionDenied):
            prepared.tracker(name, "alice", protocol).get_applied_custom_fields(kind, 1)


@pytest.mark.parametrize("name, protocol", surface("rest1"))
def test_rest1_says_what_could(name: str, protocol: str, connections: Connections) -> None:
    alice = connections.tracker(name, "alice", protocol)
    with sent() as lines:
        for act in (lambda: alice.get_custom_field(1), lambda: alice.get_custom_role(1),
                    lambda: alice.read_custom_field_content(1),
                    lambda: alice.comment(1, "x", transaction_custom_fields={"Channel": "x"}),
                    lambda: alice.get_history(1, custom_fields=True),
                    lambda: alice.get_applied_custom_fields("class", 1)):
            with pytest.raises(Unsupported):
                act()
    assert lines == []


# -- custom roles ---------------------------------------------------------------------------------

@REST2
def test_custom_roles(name: str, protocol: str, connections: Connections) -> None:
    alice = connections.tracker(name, "alice", protocol)
    engineer = alice.get_custom_role("Engineer")
    assert engineer == alice.get_custom_role(engineer.id)
    assert (engineer.description, engineer.max_values, engineer.single) == ("The Engineer", 1, True)
    assert engineer.disabled is False
    assert [(one.name, one.single) for one in alice.search_custom_roles(order="-name")] == [
        ("Observers", False), ("Engineer", True)]
    assert list(alice.search_custom_roles([where("max_values", "=", 1)])) == [engineer]
    for missing in ("no such role", 99999):
        with pytest.raises(NotFound):
            alice.get_custom_role(missing)


# -- files as values ------------------------------------------------------------------------------

def with_files(tracker: Tracker) -> Tuple[int, CustomFieldFile]:
    """A new ticket with a photo and two scans, and the photo."""
    made = tracker.create_ticket("General", subject="files", custom_fields={
        "Photo": NewAttachment("p.png", PNG, "image/png"),
        "Scans": [NewAttachment("a.bin", b"a\0"), NewAttachment("ü b.bin", b"b")]})
    assert made.id and set(made.changed) >= {"custom_fields[Photo]", "custom_fields[Scans]"}
    return made.id, tracker.get_ticket(made.id).custom_field_files["Photo"][0]


@REST2
@pytest.mark.parametrize("user", ["root", "alice"])
def test_files_are_stored_and_read(name: str, protocol: str, user: str, prepared: Connections,
                                   tmp_path: Path) -> None:
    rt = prepared.tracker(name, user, protocol)
    number, photo = with_files(rt)
    ticket = rt.get_ticket(number)
    assert ticket.custom_fields["Photo"] == ("p.png",)
    assert ticket.custom_fields["Scans"] == ("a.bin", "ü b.bin")
    assert photo.content_type == "image/png"
    assert set(ticket.custom_field_files) == {"Photo", "Scans"}
    assert [rt.read_custom_field_content(one.id)
            for one in ticket.custom_field_files["Scans"]] == [b"a\0", b"b"]
    target = tmp_path / "photo"
    assert counted(lambda: rt.read_custom_field_content(photo.id)) == 1
    assert counted(lambda: rt.save_custom_field_content(photo.id, target)) == 1
    assert target.read_bytes() == PNG
    found = next(iter(rt.search_tickets(f"id = {number}")))
    assert found.custom_field_files == ticket.custom_field_files
    if (name, "rest1") in surface():
        by_rest1 = prepared.tracker(name, user, "rest1").get_ticket(number)
        assert by_rest1.custom_fields == ticket.custom_fields
        assert by_rest1.custom_field_files is NOT_LOADED


@REST2
def test_a_content_is_told_from_another_of_the_same_name(name: str, protocol: str,
                                                         prepared: Connections) -> None:
    rt = prepared.tracker(name, "alice", protocol)
    number, photo = with_files(rt)
    again = rt.edit_ticket(number, custom_fields={"Photo": NewAttachment("p.png", b"other")})
    assert again.changed == ("custom_fields[Photo]",)
    now = rt.get_ticket(number).custom_field_files["Photo"][0]
    assert now.id != photo.id and rt.read_custom_field_content(now.id) == b"other"
    kept = rt.edit_ticket(number, custom_fields={"Photo": "p.png", "Scans": ["ü b.bin", "a.bin"]})
    assert set(kept.unchanged) == {"custom_fields[Photo]", "custom_fields[Scans]"}
    other = rt.edit_ticket(number, custom_fields={"Scans": ["a.bin", NewAttachment("c", b"c")]})
    assert other.changed == ("custom_fields[Scans]",)
    assert rt.get_ticket(number).custom_fields["Scans"] == ("a.bin", "c")
    unseen = rt.edit_ticket(number, custom_fields={"Photo": NewAttachment("q.png", b"q")},
                            read_back=False)
    assert unseen.unverified == ("custom_fields[Photo]",)
    cleared = rt.edit_ticket(number, custom_fields={"Photo": None, "Scans": ()})
    assert set(cleared.changed) == {"custom_fields[Photo]", "custom_fields[Scans]"}
    assert rt.get_ticket(number).custom_field_files == {}


@REST2
def test_files_that_rt_would_lose_are_refused(name: str, protocol: str, prepared: Connections,
                                              tmp_path: Path) -> None:
    rt = prepared.tracker(name, "alice", protocol)
    number, photo = with_files(rt)
    before = rt.get_ticket(number)
    file = NewAttachment("a.bin", b"new")
    with pytest.raises(InvalidValue, match="that is there"):
        rt.edit_ticket(number, custom_fields={"Scans": ["ü b.bin", file]})
    with pytest.raises(InvalidValue, match="no files"):
        rt.edit_ticket(number, custom_fields={"Single": file})
    several: Tuple[Dict[str, Any], ...] = (
        {"Scans": [file, file]}, {"Scans": "x.bin"}, {"Photo": [file, "p.png"]},
        {"Photo": NewAttachment("e.png", b"")})
    for wrong in several:
        with pytest.raises(UsageError):
            rt.edit_ticket(number, custom_fields=wrong)
    with pytest.raises(UsageError):
        rt.create_ticket("General", custom_fields={"Photo": "p.png"})
    assert rt.get_ticket(number) == before
    assert rt.get_ticket(number).custom_field_files == before.custom_field_files
    rt.edit_ticket(number, custom_fields={"Single": "text"})
    nora = prepared.tracker(name, "nora", protocol)
    for act in (lambda: nora.read_custom_field_content(photo.id),
                lambda: rt.read_custom_field_content(99999999),
                lambda: nora.save_custom_field_content(photo.id, tmp_path / "not")):
        with pytest.raises((PermissionDenied, NotFound)):
            act()
    with pytest.raises(InvalidValue):
        rt.read_custom_field_content(1)  # a text's value
    with pytest.raises(InvalidValue):
        rt.save_custom_field_content(1, tmp_path / "not")
    assert not list(tmp_path.iterdir())


@REST2
def test_files_stay_where_rest1_writes_what_it_read(name: str, protocol: str,
                                                    prepared: Connections) -> None:
    rt, rest1 = (prepared.tracker(name, "alice", one) for one in (protocol, "rest1"))
    number, photo = with_files(rt)
    before = rt.get_ticket(number)
    done = rest1.update_ticket(number, lambda one: {
        "custom_fields": {**one.custom_fields, "Single": "new"}})
    assert done.changed == ("custom_fields[Single]",)
    same = rest1.edit_ticket(number, custom_fields={"Photo": "p.png"})
    assert same.unchanged == ("custom_fields[Photo]",)
    for wrong in ({"Photo": "q.png"}, {"Scans": ["a.bin", "c.bin"]}):
        with pytest.raises(UsageError):
            rest1.edit_ticket(number, custom_fields=wrong)
        with pytest.raises(UsageError):
            rest1.create_ticket("General", custom_fields=wrong)
    assert rt.get_ticket(number).custom_field_files == before.custom_field_files
    assert rt.read_custom_field_content(photo.id) == PNG
    fewer = rest1.edit_ticket(number, custom_fields={"Scans": ["ü b.bin"]})
    assert fewer.changed == ("custom_fields[Scans]",)
    assert rt.get_ticket(number).custom_field_files["Scans"] \
        == before.custom_field_files["Scans"][1:]


# -- messages' own fields -------------------------------------------------------------------------

@REST2
@pytest.mark.parametrize("user", ["root", "alice", "gerda", "yorick"])
def test_messages_carry_fields_of_their_own(name: str, protocol: str, user: str,
                                            prepared: Connections) -> None:
    rt = prepared.tracker(name, user, protocol)
    number = rt.create_ticket("General", subject="fields of messages", content="first").id
    assert number
    given = {"channel": "phöne", "Marks": ["red", "blue"], "Moment": "2031-07-15 22:30:00"}
    said = rt.comment(number, "said", transaction_custom_fields=given)
    assert set(said.changed) == {f"transaction_custom_fields[{one}]"
                                 for one in ("Channel", "Marks", "Moment")}
    wanted = {"Channel": ("phöne",), "Marks": ("red", "blue"), "Moment": ("2031-07-15 22:30:00",)}
    assert said.transaction_id
    one = rt.get_transaction(said.transaction_id, custom_fields=True)
    assert one.custom_fields == wanted
    plain = rt.get_transaction(said.transaction_id)
    assert plain.custom_fields is NOT_LOADED and plain == one
    listed = list(rt.get_history(number, custom_fields=True))
    assert [each.custom_fields for each in listed if each.id == said.transaction_id] == [wanted]
    assert listed[0].custom_fields == {"Channel": (), "Marks": (), "Moment": ()}
    assert listed == list(rt.get_history(number))
    assert list(rt.get_history(number, content=False, custom_fields=True))[-1].custom_fields


@REST2
def test_fields_of_messages_are_refused(name: str, protocol: str, prepared: Connections) -> None:
    rt = prepared.tracker(name, "alice", protocol)
    number = rt.create_ticket("General", subject="refused fields", content="first").id
    assert number
    with sent() as lines:
        both_set = rt.reply(number, "said", status="stalled",
                            transaction_custom_fields={"Channel": "mail"})
    assert set(both_set.changed) == {"status", "transaction_custom_fields[Channel]"}
    assert len(lines) == 5
    assert counted(lambda: rt.comment(number, "said",
                                      transaction_custom_fields={"Channel": "mail"})) == 3
    with pytest.raises(InvalidValue) as refused:
        rt.comment(number, "said", transaction_custom_fields={"Channel": "x", "Marks": "purple"})
    receipt = refused.value.receipt
    assert receipt is not None and receipt.transaction_id
    assert receipt.refused == ("transaction_custom_fields[Marks]",)
    assert receipt.changed == ("transaction_custom_fields[Channel]",)
    length = len(list(rt.get_history(number, content=False)))
    with pytest.raises(InvalidValue):
        rt.comment(number, "not said", transaction_custom_fields={"No such": "x"})
    with pytest.raises(UsageError):
        rt.comment(number, "not said", transaction_custom_fields={"Channel": ["x", "y"]})
    with pytest.raises(UsageError):
        rt.comment(number, "not said", transaction_custom_fields={"Moment": "tomorrow"})
    with pytest.raises(Unsupported):
        rt.comment(number, "not said",
                   transaction_custom_fields={"Channel": NewAttachment("a", b"a")})
    with pytest.raises(PermissionDenied):
        prepared.tracker(name, "nora", protocol).comment(
            number, "not said", transaction_custom_fields={"Channel": "x"})
    with pytest.raises(NotFound):
        rt.comment(99999999, "not said", transaction_custom_fields={"Channel": "x"})
    assert len(list(rt.get_history(number, content=False))) == length
