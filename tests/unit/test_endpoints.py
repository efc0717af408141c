"""Every endpoint of RT is reached by an operation, or has a reason not to be."""
from __future__ import annotations

from rtcompat.protocols import PROTOCOLS
from rtcompat.tracker import OPERATIONS
from tests.endpoints import ELSEWHERE, REST1, REST2, sources, table


def test_nothing_is_left_out() -> None:
    assert [endpoint for _, endpoint, said in table() if said == "-"] == []


def test_docstrings_name_endpoints_that_rt_has() -> None:
    found = sources()
    assert sorted(set(found["rest1"]) - set(REST1)) == []
    assert sorted(set(found["rest2"]) - set(REST2)) == []


def test_no_reason_is_given_for_what_is_reached() -> None:
    reached = {one for each in sources().values() for one, by in each.items() if by}
    assert sorted(set(ELSEWHERE) & reached) == []


def test_every_operation_names_its_source() -> None:
    named = {operation for each in sources().values() for by in each.values() for operation in by}
    lacking = {name for name in OPERATIONS if name not in named}
    assert lacking <= {"whoami", "add_time", "save_attachment"}


def test_what_cannot_be_done_has_its_reason() -> None:
    for protocol in PROTOCOLS.values():
        for operation, reason in protocol.operations.UNSUPPORTED.items():
            assert reason, operation
