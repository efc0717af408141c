"""Lists inside values: as recorded on the versions named."""
from __future__ import annotations

from typing import List, Optional, Tuple

import pytest

from rtcompat.errors import UsageError
from rtcompat.rest1.customvalues import custom_field_name, split_words
from rtcompat.rest1.forms import (AttachmentLine, join_custom_values, parse_attachment_list,
                                  split_custom_values, split_list)

Version = Optional[Tuple[int, ...]]
V36, V38, V40, V42, V44 = (3, 6, 11), (3, 8, 17), (4, 0, 25), (4, 2, 17), (4, 4, 6)

# The same values as shown by each version: ticket 2 of the x- battery and ticket 4 of the farm.
BATTERY = ("plain", "com,ma", "quo'te", "both,'x", "back\\slash")
FARM = ("plain", "beta, gamma", "it's", "say \"hi\"", "back\\slash", "语言", "two words")


@pytest.mark.parametrize("version, text, values", [
    (V38, "plain,'com,ma',quo\\'te,'both,\\'x',back\\slash", BATTERY),
    (V40, "plain,'com,ma',quo\\'te,'both,\\'x',back\\slash", BATTERY),
    (V42, "plain,'com,ma',quo'te,'both,\\'x',back\\slash", BATTERY),
    (V44, "plain,'com,ma',quo'te,'both,\\'x',back\\slash", BATTERY),
    (None, "plain,'com,ma',quo'te,'both,\\'x',back\\slash", BATTERY),
    (V38, "plain,'beta, gamma',it\\'s,say \"hi\",back\\slash,语言,two words", FARM),
    (V44, "'a\\\\,b','it\\'s, it'", ("a\\,b", "it's, it")),
    (V44, "a", ("a",)), (V44, "a,b", ("a", "b")), (V36, "a", ("a",)), (V44, "", ()),
])
def test_values_that_are_certain(version: Version, text: str, values: Tuple[str, ...]) -> None:
    assert split_custom_values(text, version=version, single=False) == (values, True)


@pytest.mark.parametrize("version, text, values", [
    (V36, "plain,com,ma,quo'te", ("plain", "com", "ma", "quo'te")),
    (V44, "'sq',b", ("'sq'", "b")), (V44, "\"dq\",b", ("\"dq\"", "b")),
    (V44, " lead,b", (" lead", "b")), (V44, "trail ,b", ("trail ", "b")),
    (V44, "m1\nm2,b", ("m1\nm2", "b")), (V44, "a,,b", ("a", "", "b")), (V44, "'x,y", ("'x", "y")),
    (V40, "'x,y", ("'x", "y")), (V40, "a\nb", ("a\nb",)), ((3, 8, 2), "a,b", ("a", "b")),
])
def test_values_that_are_not_certain(version: Version, text: str, values: Tuple[str, ...]) -> None:
    assert split_custom_values(text, version=version, single=False) == (values, False)


@pytest.mark.parametrize("version", [None, V36, V38, V44])
@pytest.mark.parametrize("text", ["single, value", "'a', 'b'", " x ", "a\nb,c\n", "it\\'s"])
def test_single_values_are_raw(version: Version, text: str) -> None:
    assert split_custom_values(text, version=version, single=True) == ((text,), True)
    assert split_custom_values(text, version=version, single=None) == ((text,), False)
    assert split_custom_values("", version=version, single=None) == ((), True)


@pytest.mark.parametrize("values, text", [
    ([], ""), (["a"], "a"), (["a", "b c"], "a,b c"), (["x, y", "z"], '"x, y",z'),
    (["it's", "say \"hi\"", "back\\slash"], "it's,say \"hi\",back\\slash"),
    (["a\\,\"b"], '"a\\\\,\\"b"'), (["q{x}"], '"q{x}"'), (["0"], "0")])
def test_values_are_joined(values: List[str], text: str) -> None:
    assert join_custom_values(values, version=V44) == text
    assert join_custom_values(values, version=None, creating=True) == text
    assert list(split_words(text, keep_quotes=False)) == values


@pytest.mark.parametrize("value", ["", "a\nb", " a", "a ", "\ta", "a\u2028", "'a'", "\"a", "\n"])
@pytest.mark.parametrize("version", [None, V36, V38, V44])
def test_values_that_could_not_be_shown_again_are_refused(value: str, version: Version) -> None:
    with pytest.raises(UsageError) as caught:
        join_custom_values(["fine", value], version=version)
    assert caught.value.argument == "custom_fields"


def test_what_older_servers_can_be_given() -> None:
    assert join_custom_values(["a", "b, c"], version=V40) == "a,'b, c'"
    assert join_custom_values(["a,b"], version=V40, creating=True) == "a,b"  # stored as one value
    assert join_custom_values(["a"], version=V36) == "a"
    for values, version, creating in (
            (["a", "b"], V40, True), (["a", "b"], V36, False), (["a,b"], V36, False),
            (["it's"], V40, False), (["a\\b"], V40, False)):
        with pytest.raises(UsageError):
            join_custom_values(values, version=version, creating=creating)


def test_names_of_custom_fields() -> None:
    assert custom_field_name("CF.{Größe: a}") == "Größe: a"
    assert custom_field_name("cf-a b") == "a b" == custom_field_name("CustomField-a b")
    assert custom_field_name("CF.{}") == "" and custom_field_name("Subject") is None
    assert custom_field_name("CF.{a} ") is None


# -- items of posted lists, as RT takes them apart --------------------------------------------

@pytest.mark.parametrize("line, stripped, kept", [
    ("a, b", ["a", "b"], ["a", "b"]), ("a,,b", ["a", "", "b"], ["a", "", "b"]),
    ("a,", ["a"], ["a"]), ("", [], []), ("  ", [], []), (",", [""], [""]),
    ("'x, y', \"q\\\"uote\"", ["x, y", "q\"uote"], ["'x, y'", "\"q\\\"uote\""]),
    ("q{old, style}, it's", ["old, style", "it's"], ["'old, style'", "it's"]),
    ("q{it's}", ["it's"], ["'it\\'s'"]), ("q{}", [""], [""]), ("q{0}", [""], [""]),
    ("'a'b, c", ["'a'b", "c"], ["'a'b", "c"]), ("'a, b", ["'a", "b"], ["'a", "b"]),
    ("back\\slash", ["back\\slash"], ["back\\slash"]), ("q{a}b}, c", ["a}b", "c"], ["'a}b'", "c"]),
])
def test_words(line: str, stripped: List[str], kept: List[str]) -> None:
    assert list(split_words(line, keep_quotes=False)) == stripped
    assert list(split_words(line, keep_quotes=True)) == kept


def test_words_before_4_2_11() -> None:
    assert split_words(" 'a, b' ,, c,", keep_quotes=False, quotes=False) == (
        "'a", "b'", "", "c")


# -- lists that RT wrote ----------------------------------------------------------------------

@pytest.mark.parametrize("value, items", [
    ("", ()), ("a@example.org", ("a@example.org",)), ("a, b,\nc, d", ("a", "b", "c", "d")),
    ("fsck.com-rt://x/ticket/1,\nhttp://y/?a=1,2",
     ("fsck.com-rt://x/ticket/1", "http://y/?a=1,2"))])
def test_lists_are_split(value: str, items: Tuple[str, ...]) -> None:
    assert split_list(value) == items


def line(number: int, name: str, content_type: Optional[str], size: str) -> AttachmentLine:
    return AttachmentLine(number, name, content_type, size)


@pytest.mark.parametrize("value, lines", [
    ("", []),
    ("313: (Unnamed) (text/plain / 16b),\n314: a.txt (text/plain / 3b), 315: b.png "
     "(image/png / 8b)", [line(313, "(Unnamed)", "text/plain", "16b"),
                          line(314, "a.txt", "text/plain", "3b"),
                          line(315, "b.png", "image/png", "8b")]),
    ("1:  (text/plain / 42b)", [line(1, "", "text/plain", "42b")]),
    ("7: a, b (1).txt (text/plain / 2.9k), 8: x (y / z (application/x-foo / 2080k)",
     [line(7, "a, b (1).txt", "text/plain", "2.9k"),
      line(8, "x (y / z", "application/x-foo", "2080k")]),
    ("7: fake (text/plain / 3b) name (text/plain / 0b)",
     [line(7, "fake (text/plain / 3b) name", "text/plain", "0b")]),
    ("7: fake (text/plain / 3b), name.txt (text/plain / 0b)",
     [line(7, "fake (text/plain / 3b), name.txt", "text/plain", "0b")]),
    ("9" * 5000 + ": x (text/plain / 5b)", []),
    ("7: a (5b), 8: b.txt (text/plain / 0b)",
     [line(7, "a (5b), 8: b.txt", "text/plain", "0b")]),
    ("12: no type ( / 3b)", [line(12, "no type", "", "3b")]),
    ("nothing of the kind", []),
])
def test_lists_of_attachments(value: str, lines: List[AttachmentLine]) -> None:
    assert list(parse_attachment_list(value)) == lines


@pytest.mark.parametrize("value, lines", [
    ("\n140: untitled (8b)", [line(140, "untitled", None, "8b")]),
    ("\n140: untitled (8b)\n141: a b (c).txt (17.8k)",
     [line(140, "untitled", None, "8b"), line(141, "a b (c).txt", None, "17.8k")]),
    ("\n140: a (5b), 7: b.txt (4b)\n141: x (a / 5b), 8: y (5b)",
     [line(140, "a (5b), 7: b.txt", None, "4b"), line(141, "x (a / 5b), 8: y", None, "5b")]),
    ("9" * 5000 + ": x (5b)", []),
])
def test_lists_of_histories_are_one_item_a_line(value: str, lines: List[AttachmentLine]) -> None:
    assert list(parse_attachment_list(value, typed=False)) == lines


def test_a_name_forges_no_item_where_the_numbers_are_known() -> None:
    value = "3: a (x / 5b), 7: b.txt (text/plain / 4b), 9: c (text/plain / 1b)"
    assert [one.id for one in parse_attachment_list(value)] == [3, 7, 9]
    assert list(parse_attachment_list(value, ids={3, 9})) == [
        line(3, "a (x / 5b), 7: b.txt", "text/plain", "4b"), line(9, "c", "text/plain", "1b")]


def test_an_item_ends_behind_the_name_that_the_history_prints() -> None:
    """Whatever else its numbers are taken for; a comma at the end is that of a list cut short."""
    value = ("3: a (x / 5b), 7: b.txt (text/plain / 4b), 8: (Unnamed) (text/html / 1b),\n"
             "9: c.pdf (application/pdf / 2b),")
    assert list(parse_attachment_list(value, ids={3, 8}, names={
        3: "a (x / 5b), 7: b.txt", 8: "untitled"})) == [
            line(3, "a (x / 5b), 7: b.txt", "text/plain", "4b"),
            line(8, "(Unnamed)", "text/html", "1b"), line(9, "c.pdf", "application/pdf", "2b")]
    assert [one.id for one in parse_attachment_list(
        "9: c (text/plain / 3b), 10: d (image/pn", ids={9}, names={9: "c"})] == [9]


def test_what_follows_a_list_is_no_part_of_it() -> None:
    """Answers that somebody joined with more line ends than RT's."""
    for more in range(3):
        assert [one.id for one in parse_attachment_list(
            "1: a (text/plain / 3b),\n2: b (image/png / 8b)" + "\n" * more)] == [1, 2]
