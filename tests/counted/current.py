"""Whether a record is current."""
from __future__ import annotations

from dataclasses import replace

from tests.request_cases import Place, case, few

__all__ = ["CASES"]


CASES = (case("is_current", "", lambda at: at.rt.get_ticket(Place.said(at))),
         replace(case("is_current", "a queue", lambda at: at.rt.get_queue("General")), where=few))
