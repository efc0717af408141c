"""What RT's sentences tell of a guarded edit over REST 1.0."""
from __future__ import annotations

from datetime import datetime, timezone
from typing import Optional

import pytest

from rtcompat.model import Transaction
from rtcompat.rest1.guarding import _field_named

NAMES = ("Single", "Größe", "Ref", "Vendor: Ref", "room")


@pytest.mark.parametrize("said, old, new, field", [
    ("Single 1 changed to 2", "1", "2", "Single"),
    ("Größe Single room added", "", "Single room", "Größe"),
    ("Vendor: Ref 1 changed to 2", "1", "2", "Vendor: Ref"),
    ("Ref Vendor: Ref added", "", "Vendor: Ref", "Ref"),
    ("Single Single added", "", "Single", "Single"),
    ("Single room 已创建为 Größe", "", "Single room", "Größe"),
    ("Größeにroomを追加しました", "", "room", "Größe"),
    # a date is shown in the user's format, so that its value is nowhere
    ("Vendor: Ref Sat Nov 21 added", "", "2026-11-21", "Vendor: Ref"),
    ("Andere 1 changed to 2", "1", "2", None)])
def test_the_field_that_a_transaction_changed(said: str, old: str, new: str,
                                              field: Optional[str]) -> None:
    one = Transaction(1, 7, "CustomField", old_value=old, new_value=new, rt_description=said,
                      creator="alice", created=datetime(2026, 3, 1, tzinfo=timezone.utc))
    assert _field_named(one, NAMES) == field
