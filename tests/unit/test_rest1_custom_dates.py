"""A date custom field takes one spelling, as over REST2: RT would read others as another day."""
from __future__ import annotations

import pytest

from rtcompat.errors import UsageError
from rtcompat.model import CustomField
from rtcompat.rest1 import write
from rtcompat.rest1.zones import Clock

DATE = {"Day": CustomField(7, "Day", "Date", True)}


def form(text: str) -> object:
    return write.ticket({"custom_fields": {"Day": (text,)}}, clock=Clock(), release=(5, 0, 3),
                        known=DATE, creating=False)


@pytest.mark.parametrize("text", ["now", "2031-02-30", "2031-2-3", "2031-02-03 12:00:00",
                                  "03.02.2031", " 2031-02-03"])
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        form(text)


def test_a_date_passes() -> None:
    assert "2031-02-03" in str(form("2031-02-03"))
