"""The sentence of a history entry: made of columns alone, one line, the same from any source."""
from __future__ import annotations

import pytest

from rtcompat.describe import describe


@pytest.mark.parametrize("columns, sentence", [
    (("Create",), "Ticket created"),
    (("Comment", None, None, None, "a subject\n"), "Comment added"),
    (("Status", "Status", "new", "open"), "Status changed from 'new' to 'open'"),
    (("Set", "Priority", "0", "7"), "Priority changed from '0' to '7'"),
    (("Set", "Subject", "", "x"), "Subject changed from (no value) to 'x'"),
    (("Set", "Owner", "10", "12"), "Owner changed from number 10 to number 12"),
    (("Set", "TimeWorked", None, "5"), "Time worked changed from 0 to 5 minutes"),
    (("CustomField", "3", None, "High"), "Custom field 3: 'High' added"),
    (("CustomField", "3", "High", None), "Custom field 3: 'High' deleted"),
    (("CustomField", "3", "Low", "High"), "Custom field 3 changed from 'Low' to 'High'"),
    (("AddWatcher", "Cc", None, "14"), "Cc: principal 14 added"),
    (("DelWatcher", "Cc", "14", None), "Cc: principal 14 deleted"),
    (("AddLink", "RefersTo", None, "fsck.com-rt://rt5.test/ticket/7"),
     "Reference to ticket 7 added"),
    (("DeleteLink", "DependsOn", "https://example.com/a", None),
     "Dependency on https://example.com/a deleted"),
    (("Give", "Owner", "10", "12"), "Owner changed, from user 10 to user 12"),
    (("Munge", "X", "a", "b"), "Munge X changed from 'a' to 'b'"),
    (("NewInRT7",), "NewInRT7"),
])
def test_sentence(columns: tuple[str, ...], sentence: str) -> None:
    assert describe(*columns) == sentence


def test_creator_stands_at_the_end() -> None:
    assert describe("Take", "Owner", "10", "12", creator="root") == (
        "Taken, from user 10 to user 12 by root")


def test_none_and_empty_are_the_same() -> None:
    for kind in ("Set", "CustomField", "AddLink", "DelWatcher", "Told", "Unknown", "Status"):
        assert describe(kind, "", "", "", "") == describe(kind)


def test_one_line_whatever_the_values_hold() -> None:
    assert "\n" not in describe("CustomField", "3", "two\nlines", "three\n\nlines")


@pytest.mark.parametrize("type, said", [
    ("AddMember", "Member 43 added by root"), ("DeleteMember", "Member 43 deleted by root"),
    ("AddMembership", "Membership in group 43 added by root"),
    ("DeleteMembership", "Membership in group 43 deleted by root")])
def test_memberships_name_the_other_one(type: str, said: str) -> None:
    assert describe(type, "43", creator="root") == said
