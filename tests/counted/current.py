"""Whether a ticket is current."""
from __future__ import annotations

from tests.request_cases import Place, case

__all__ = ["CASES"]


CASES = (case("is_current", "", lambda at: at.rt.get_ticket(Place.said(at))),)
