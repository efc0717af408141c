"""Layout: nothing is lost, nothing steers the terminal."""
from __future__ import annotations

import time
from typing import Iterator, List, Tuple

import pytest

from rtcompat.cli.layout import display_width, indented, record, table, visible, wrapped


@pytest.mark.parametrize("text, shown", [
    ("\x1b[31mred", "\\x1b[31mred"), ("bell\x07", "bell\\x07"), ("\x9b31m", "\\x9b31m"),
    ("a\u202eb", "a\\u202eb"), ("line\u2028end", "line\\u2028end"), ("\x85", "\\x85"),
    ("half \ud83d", "half \\ud83d"), ("tab\tstays\nnewline", "tab\tstays\nnewline"),
    ("a\r\nb", "a\nb"), ("lone\rreturn", "lone\\x0dreturn"), ("Grüße 日本 👍", "Grüße 日本 👍"),
])
def test_steering_characters_become_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text, columns", [("abc", 3), ("日本", 4), ("e\u0301", 1), ("", 0),
                                           ("👍", 2)])
def test_display_width(text: str, columns: int) -> None:
    assert display_width(text) == columns


def test_without_a_width_nothing_is_wrapped() -> None:
    assert wrapped("x " * 500, None) == ["x " * 500]


def test_lines_break_at_blanks_and_keep_every_word() -> None:
    text = "one two three  four-and-a-very-long-word-that-cannot-fit five"
    lines = wrapped(text, 12)
    assert max(map(display_width, lines)) <= 12
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert lines[0] == "one two"


def test_wide_characters_are_wrapped_by_their_columns() -> None:
    lines = wrapped("日本語の件名です", 5)
    assert lines == ["日本", "語の", "件名", "です"]


def test_indentation_of_a_wrapped_line_is_no_place_to_break() -> None:
    assert wrapped("    verylongword", 8) == ["    very", "longword"]


def test_a_width_narrower_than_a_character_still_ends() -> None:
    assert wrapped("日本", 1) == ["日", "本"]


def test_a_megabyte_in_one_line_is_wrapped_in_linear_time() -> None:
    began = time.perf_counter()
    lines = wrapped("x" * 1_000_000, 80)
    assert sum(map(len, lines)) == 1_000_000
    assert time.perf_counter() - began < 20


def test_record_aligns_values_and_continues_below_them() -> None:
    assert list(record([("a", "1"), ("long label", "two\nlines")], None)) == [
        "a           1", "long label  two", "            lines"]


def test_record_in_a_narrow_terminal_gives_a_long_label_its_own_line() -> None:
    lines = list(record([("label of a long custom field", "value of it")], 24))
    assert lines[0] == "label of a long custom field"
    assert "".join(lines[1:]).split() == ["value", "of", "it"]


def test_an_empty_record_has_no_lines() -> None:
    assert list(record([], 80)) == []


def test_table_aligns_columns() -> None:
    assert list(table(("id", "subject"), [("1", "a"), ("1000", "日本")], None)) == [
        "id    subject", "1     a", "1000  日本"]


def test_table_wraps_the_widest_column_and_loses_nothing() -> None:
    subject = "a subject of many words that does not fit at all"
    lines = list(table(("id", "subject"), [("1", subject), ("2", "short")], 30))
    assert max(map(display_width, lines)) <= 30
    assert " ".join(line[4:] for line in lines[1:-1]).split() == subject.split()
    assert lines[-1] == "2   short"


def test_table_streams_by_the_hundred() -> None:
    taken: List[int] = []

    def rows() -> Iterator[Tuple[str]]:
        for number in range(1000):
            taken.append(number)
            yield (str(number),)
    lines = iter(table(("n",), rows(), None))
    next(lines)
    assert len(taken) == 100
    assert len(list(lines)) == 1000


def test_a_later_longer_value_is_not_cut() -> None:
    rows = [("a", "b")] * 100 + [("a" * 50, "b")]
    assert list(table(("x", "y"), rows, None))[-1] == "a" * 50 + "  b"


def test_indented_keeps_empty_lines_empty() -> None:
    assert list(indented("a\n\nb", "    ", None)) == ["    a", "", "    b"]
