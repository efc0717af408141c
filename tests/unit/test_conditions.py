"""Conditions of JSON searches: what leaves, and what is refused before."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Tuple

import pytest

from rtcompat import UsageError, fields, where, wild
from rtcompat.conditions import Condition, checked

NOON = datetime(2026, 7, 1, 14, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize("condition, sent", [
    (where("id", "=", 7), ("id", "=", ("7",))),
    (where("id", "IN", [1, 2]), ("id", "IN", ("1", "2"))),
    (where("id", "IN", (str(one) for one in (1, 2))), ("id", "IN", ("1", "2"))),
    (where("created", ">", NOON), ("Created", ">", ("2026-07-01 12:00:00",))),
    (where("created", ">=", NOON.replace(microsecond=1)),
     ("Created", ">", ("2026-07-01 12:00:00",))),
    (where("created", "<", NOON.replace(microsecond=1)),
     ("Created", "<=", ("2026-07-01 12:00:00",))),
    (where("type", "LIKE", "Co"), ("Type", "LIKE", ("Co",))),
    (where("type", "STARTSWITH", wild("C_")), ("Type", "STARTSWITH", ("C_",))),
    (where("field", "IS NULL"), ("Field", "IS NULL", ())),
    (where("creator", "!=", "alice"), ("Creator", "!=", ("alice",))),
])
def test_what_leaves(condition: Condition, sent: Tuple[str, str, Tuple[str, ...]]) -> None:
    (row, operator, values), = checked(fields.TRANSACTION, [condition])
    assert (row.rt, operator, values) == sent


def test_flags() -> None:
    for given, sent in ((True, "1"), (False, "0"), ("1", "1")):
        assert checked(fields.QUEUE, [where("disabled", "=", given)])[0][2] == (sent,)
    with pytest.raises(UsageError):
        checked(fields.QUEUE, [where("disabled", "=", "no")])


@pytest.mark.parametrize("conditions", [
    [where("size", ">", 1)], [where("Type", "=", "Create")], [where("nope", "=", "x")],
    [where("CustomField.{A}", "=", "x")], [where("type", "~", "x")], [where("type", "=")],
    [where("type", "IN", [])], [where("type", "IN", "Create")], [where("type", "=", ["a"])],
    [where("type", "IS NULL", "x")], [where("id", "=", "1 OR 1")], [where("id", "LIKE", "1")],
    [where("id", "=", True)], [where("created", "=", "2026-01-01")],
    [where("created", ">", datetime(2026, 1, 1))],
    [where("created", "=", NOON.replace(microsecond=1))],
    [where("type", "LIKE", "")], [where("type", "LIKE", "a_")], [where("type", "LIKE", "50%")],
    [where("type", "=", wild("a%"))], [where("type", "=", "a\0")], "type = 'x'",
    where("type", "=", "x"), [("type", "=", "x")]])
def test_what_rt_would_pass_over_or_misread_is_refused(conditions: Any) -> None:
    with pytest.raises(UsageError):
        checked(fields.TRANSACTION, conditions)


def test_custom_fields_only_where_they_are_looked_up_and_once_each() -> None:
    one = where("CustomField.{A b}", "=", "x")
    (row, _, _), = checked(fields.TRANSACTION, [one], custom_fields=True)
    assert row.rt == "CustomField.{A b}"
    for wrong in ([one, one], [where("CustomField.{A}", "=", "")],
                  [where("CustomField.{A}", "NOT LIKE", "x")],
                  [where("CustomField.{}", "=", "x")],
                  [where("CustomField.{a}.{b}", "=", "x")], [where("x CF.{a}", "=", "x")]):
        with pytest.raises(UsageError):
            checked(fields.TRANSACTION, wrong, custom_fields=True)


def test_an_unknown_field_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="users are not searched by 'emial'") as caught:
        checked(fields.USER, [where("emial", "=", "x")], what="users")
    assert str(caught.value.advice).startswith("did you mean 'email'? There are city, ")
    assert fields.choices("qqq", ("b", "a")) == "there are a, b"
