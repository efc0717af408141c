"""Rows of a search's table (``format=s``) with tabs and line ends in values."""
from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

from rtcompat import archive
from rtcompat.archive.tables import rows
from rtcompat.errors import FormSyntaxError
from rtcompat.model import NOT_LOADED

HEAD = "RT/5.0.3 200 Ok\n\n"
COLUMNS = "id\tSubject\tStatus\tQueue\n"
END = "\n\n\n"


def opened(folder: Path, text: str) -> archive.Archive:
    (folder / "table.txt").write_text(text, "utf-8")
    return archive.open(folder, timezone="UTC")


def told(saved: archive.Archive) -> List[Tuple[int, str]]:
    return [(one.line, one.what) for one in saved.problems]


def test_a_tab_in_a_value_loses_no_ticket(tmp_path: Path) -> None:
    table = f"{COLUMNS}1\tone\topen\tGeneral\n2\tn2 tab\tin subject\tnew\tGeneral\n" \
            "3\tthree\topen\tGeneral"
    with opened(tmp_path, HEAD + table + END) as saved:
        assert [one.id for one in saved.search_tickets("id > 0")] == [1, 2, 3]
        two, three = [next(iter(saved.search_tickets(f"id = {one}"))) for one in (2, 3)]
        assert (two.subject, two.status, two.queue) == (NOT_LOADED,) * 3
        assert (three.subject, three.status) == ("three", "open")
        assert told(saved) == [(5, "the row of 2 has 5 cells, and the table 4 columns: Subject, "
                                   "Status, Queue is left out")]
    with pytest.raises(FormSyntaxError, match="row of 2"):
        archive.open(tmp_path, timezone="UTC", strict=True)


def test_the_cells_that_are_certain_beside_tabs_are_kept(tmp_path: Path) -> None:
    table = ("id\tPriority\tSubject\tCF.{a}\tStatus\n"
             "2\t7\ttab\there\tand\tthere\topen")
    with opened(tmp_path, HEAD + table + END) as saved:
        ticket = next(iter(saved.search_tickets("Priority = 7 AND Status = 'open'")))
        assert (ticket.id, ticket.subject) == (2, NOT_LOADED)
        assert "Subject, CF.{a} is left out" in told(saved)[0][1]
    table = "id\tPriority\tSubject\tStatus\n2\t7\ttab\there\topen"
    with opened(tmp_path, HEAD + table + END) as saved:
        assert next(iter(saved.search_tickets("id > 0"))).subject == "tab\there"
        assert "nothing is left out" in told(saved)[0][1]


@pytest.mark.parametrize("row, subject", [
    ("2\tb\nc\topen\ty", "b\nc"), ("2\tb\n\nc\topen\ty", "b\n\nc"),
    ("2\tb\n5\topen\ty", "b\n5"), ("2\tb\n5\nc\topen\ty", "b\n5\nc")])
def test_a_row_torn_by_line_ends_is_put_together(tmp_path: Path, row: str, subject: str) -> None:
    table = f"{COLUMNS}1\tone\topen\tGeneral\n{row}\n3\tthree\topen\tGeneral"
    with opened(tmp_path, HEAD + table + END) as saved:
        found = {one.id: one for one in saved.search_tickets("id > 0")}
        assert sorted(found) == [1, 2, 3]
        assert (found[2].subject, found[2].status, found[2].queue) == (subject, "open", "y")
        (line, what), = told(saved)
        assert line == 5 and "a value holds line ends" in what


def test_a_row_that_is_too_short_keeps_its_number(tmp_path: Path) -> None:
    table = f"{COLUMNS}1\ta\n2\tb\nc\topen\ty\n3\tthree\topen\tGeneral"
    with opened(tmp_path, HEAD + table + END) as saved:
        found = {one.id: one for one in saved.search_tickets("id > 0")}
        assert sorted(found) == [1, 2, 3]
        assert found[1].subject is NOT_LOADED and found[2].subject == "b\nc"
        assert [line for line, _ in told(saved)] == [4, 5]


def test_a_long_table_is_read_to_its_end(tmp_path: Path) -> None:
    """It comes in pieces, of which only the first has the names of the columns."""
    lines = [f"{number}\tsubject {number}{'x' * 90}\topen\tGeneral" for number in range(1, 12001)]
    lines[9000] = "9001\ttab\there\topen\tGeneral"
    with opened(tmp_path, HEAD + COLUMNS + "\n".join(lines) + END) as saved:
        assert len(list(saved.search_tickets("Status = 'open'"))) == 11999
        assert next(iter(saved.search_tickets("id = 12000"))).queue == "General"
        assert [line for line, _ in told(saved) if line] == [9004]


@pytest.mark.parametrize("text, number", [("x\ty\n", ""), ("", None), ("7\n", "")])
def test_lines_that_no_row_has_are_told(text: str, number: Any) -> None:
    found = list(rows(text + "1\ta\topen\tGeneral\n", ("id", "Subject", "Status", "Queue")))
    assert [row.number for row in found] == ([] if number is None else [number]) + ["1"]
    assert bool(found[0].odd) is (number is not None)


def test_what_a_reader_gives_has_the_problem_too() -> None:
    table = f"{HEAD}{COLUMNS}2\ta\tb\topen\tGeneral{END}".encode()
    answer, = archive.read(io.BytesIO(table))
    problem, = answer.problems
    assert problem.line == 4 and problem.raw == b"2\ta\tb\topen\tGeneral"


def test_users_are_numbered_too() -> None:
    found: Dict[str, Tuple[Tuple[str, str], ...]] = {
        row.number: row.cells for row in rows("id\tName\r\n14\talice\r\n")}
    assert found == {"14": (("Name", "alice"),)}
