"""What a write did, decided from what was wanted, before and after."""
from __future__ import annotations

from typing import Any, Dict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtcompat.model import NOT_LOADED, NewAttachment, Receipt, Watcher
from rtcompat.receipt import created_without, decide, failed, same, unverified

GROUP = Watcher(None, name="staff", kind="group", id=4)
MUTE = Watcher(None, name="mute", id=7)
ALICE = Watcher("alice@example.org", name="alice", id=27)


@pytest.mark.parametrize("wanted, before, after, place", [
    (3, 1, 3, "changed"), (3, 3, 3, "unchanged"), (3, 1, 1, "refused"), (3, 1, 2, "altered"),
    (3, NOT_LOADED, 3, "changed"), (3, 1, NOT_LOADED, "unverified"),
    (None, 1, None, "changed"), ("", "x", "", "changed"), ((), ("a",), (), "changed"),
    ((ALICE,), (ALICE, GROUP), (ALICE,), "changed"),
    ((MUTE,), (GROUP,), (GROUP,), "refused"),
    ((MUTE,), (GROUP,), (MUTE,), "changed"),
])
def test_each_case_of_the_rule(wanted: Any, before: Any, after: Any, place: str) -> None:
    receipt = decide({"field": wanted}, {"field": before}, {"field": after}, messages=("said",),
                     via="rest1", id=5)
    found: Dict[str, bool] = {each: "field" in getattr(receipt, each) for each in (
        "changed", "unchanged", "refused", "altered", "unverified")}
    assert [each for each, there in found.items() if there] == [place]
    assert (receipt.messages, receipt.via, receipt.id) == (("said",), "rest1", 5)
    if place == "altered":
        assert receipt.altered["field"] == after


def test_watchers_without_an_address_are_told_apart() -> None:
    assert same((GROUP, ALICE), (ALICE, GROUP))
    assert not same((GROUP,), (MUTE,))
    assert same((Watcher("Alice@Example.org"),), (ALICE,))


values = st.integers(0, 3)


@given(st.dictionaries(st.sampled_from("abcd"), values), st.dictionaries(
    st.sampled_from("abcd"), values), st.dictionaries(st.sampled_from("abcd"), values))
def test_every_wanted_field_stands_in_exactly_one_place(
        wanted: Dict[str, int], before: Dict[str, int], after: Dict[str, int]) -> None:
    receipt = decide(wanted, before, after)
    places = (list(receipt.changed) + list(receipt.unchanged) + list(receipt.refused)
              + list(receipt.altered) + list(receipt.unverified))
    assert sorted(places) == sorted(wanted)
    for name in wanted:
        if after.get(name) == wanted[name]:
            assert name in receipt.changed + receipt.unchanged


def test_what_is_not_read_back_is_unverified() -> None:
    assert unverified({"a": 1, "b": 2}).unverified == ("a", "b")


def test_what_a_new_ticket_lacks_is_told_with_the_values() -> None:
    wanted = {"custom_fields[Severity]": ("Nope",), "due": None, "cc": (Watcher("a@example.org"),),
              "subject": "x" * 70, "photo": NewAttachment("p.png", b"secret", "image/png")}
    lacking = Receipt(id=7, refused=(*wanted, "other"))
    assert created_without(7, lacking, wanted) == (
        "ticket 7 was created without custom_fields[Severity] ('Nope'), due (None), "
        f"cc (a@example.org), subject ('{'x' * 60}…'), photo (p.png), other")


@pytest.mark.parametrize("wanted, stored, fails", [
    (("a", "nosuch"), ("a",), True), (("nosuch", "a"), ("a",), True),
    (("001.2.3.4", "nosuch"), ("1.2.3.4",), True), (("a", "nosuch"), (), True),
    (("001.2.3.4",), ("1.2.3.4",), False), (("001.2.3.4", "a"), ("1.2.3.4", "a"), False),
    (("One", "one"), ("One",), False), (("a",), ("a", "foreign"), False)])
def test_a_list_that_lacks_a_value_fails_and_one_that_is_spelt_otherwise_does_not(
        wanted: Any, stored: Any, fails: bool) -> None:
    for name in ("custom_fields[IPs]", "transaction_custom_fields[IPs]"):
        done = decide({name: wanted}, {name: ("old",)}, {name: stored})
        assert done.altered == {name: stored}
        assert failed(done, {name: wanted}) == ((name,) if fails else ())


def test_what_failed_is_first_what_was_refused() -> None:
    wanted = {"cc": (ALICE, MUTE), "status": "x", "custom_fields[IPs]": ("a", "nosuch")}
    done = Receipt(id=7, refused=("status",),
                   altered={"cc": (ALICE,), "custom_fields[IPs]": ("a",)})
    assert failed(done, wanted) == ("status", "custom_fields[IPs]")
    assert created_without(7, done, wanted) == (
        "ticket 7 was created without status ('x'), custom_fields[IPs] ('nosuch')")


@pytest.mark.parametrize("stored, fails", [((1, 2), True), ((2, 3), True), ((2, 3, 9), False)])
def test_links_fail_where_all_were_wanted_or_there_before(stored: Any, fails: bool) -> None:
    wanted, before = {"members": (2, 3, 4)}, {"members": (1,)}
    done = decide(wanted, before, {"members": stored})
    assert failed(done, wanted, before) == (("members",) if fails else ())
