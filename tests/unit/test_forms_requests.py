"""What is posted to REST 1.0: the bytes for each generation, what is refused, RT's own reading."""
from __future__ import annotations

from typing import List, Optional, Tuple

import pytest

from rtcompat.errors import UsageError
from rtcompat.rest1.forms import Form, compose_request, custom_field_key, parse_request

Version = Optional[Tuple[int, ...]]
V34, V366, V367, V381, V382 = (3, 4, 6), (3, 6, 6), (3, 6, 7), (3, 8, 1), (3, 8, 2)
V40, V44 = (4, 0, 25), (4, 4, 6)

CODE = "    def f():\n        return 1"

# (value of Text, what is written from 4.0 on, on 3.6.7 to 3.8, up to 3.6.6)
MESSAGES = [
    ("one line", "Text:\n one line\n", "Text:\n one line\n", "Text: one line\n"),
    ("", "Text:\n", "Text:\n", "Text:\n"),
    ("a\nb", "Text:\n a\n b\n", "Text:\n a\n b\n", "Text: a\n b\n"),
    ("a\n\n\nb\n\n", "Text:\n a\n \n \n b\n \n \n", "Text:\n a\n \n \n b\n \n \n",
     "Text: a\n \n \n b\n \n \n"),
    ("a\n  b\nc", "Text:\n a\n   b\n c\n", "Text:\n a\n   b\n c\n", "Text: a\n   b\n c\n"),
    (CODE, "Text:\n \n     def f():\n         return 1\n",
     "Text:\n     def f():\n         return 1\n \n",
     "Text:\n     def f():\n         return 1\n \n"),
    ("  a\n\n  b", "Text:\n   a\n \n   b\n", "Text:\n   a\n \n   b\n", "Text:\n   a\n \n   b\n"),
    ("see\n  a\n  b", "Text:\n see\n   a\n   b\n", "Text:\n see\n   a\n   b\n",
     "Text: see\n   a\n   b\n \n"),
    ("\ta", "Text:\n \n \ta\n", "Text:\n \ta\n \n", "Text:\n \ta\n \n"),
    ("\u2028a", "Text:\n \n \u2028a\n", "Text:\n \u2028a\n \n", "Text:\n \u2028a\n \n"),
    ("# a\n--\nSubject: b", "Text:\n # a\n --\n Subject: b\n", "Text:\n # a\n --\n Subject: b\n",
     "Text: # a\n --\n Subject: b\n"),
    ("0\nb", "Text:\n 0\n b\n", "Text:\n 0\n b\n", "Text:\n 0\n b\n"),
    ("a\r\nb\r\n", "Text:\n a\r\n b\r\n \n", "Text:\n a\r\n b\r\n \n",
     "Text: a\r\n b\r\n \n"),
]


@pytest.mark.parametrize("value, new, middle, old", MESSAGES)
def test_messages_are_written_by_generation(value: str, new: str, middle: str, old: str) -> None:
    for version in (None, V44, (4, 0, 0)):
        assert compose_request([("Text", value)], version=version) == new
    for version in ((3, 8, 17), V382, V367):
        assert compose_request([("Text", value)], version=version) == middle
    for version in (V366, V34):
        assert compose_request([("Text", value)], version=version) == old


@pytest.mark.parametrize("value, new, middle, old", MESSAGES)
def test_messages_are_read_as_they_were_meant(value: str, new: str, middle: str, old: str) -> None:
    """Only the indentation of a whole text costs a line end, and only before 4.0."""
    for text, version in ((new, V44), (middle, (3, 8, 17)), (old, V366)):
        (form,) = parse_request(text, version=version)
        read = form.get("Text")
        assert read == value or (text.endswith("\n \n") and read == value + "\n")
    assert parse_request(new)[0].get("Text") == value


def test_several_fields_follow_each_other() -> None:
    assert compose_request([("id", "ticket/new"), ("Queue", "General"), ("Subject", "x: y"),
                            ("Cc", "a@example.org, b@example.org"), ("CF.{A}: b}", "1"),
                            ("Text", "a\n\n")]) == (
        "id:\n ticket/new\nQueue:\n General\nSubject:\n x: y\n"
        "Cc:\n a@example.org, b@example.org\nCF.{A}: b}:\n 1\nText:\n a\n \n \n")
    assert compose_request([]) == ""


def test_up_to_3_6_6_empty_lines_may_come_first() -> None:
    text = compose_request([("Text", "\n\na")], version=V366)
    assert text == "Text:\n \n \n a\n"
    assert parse_request(text, version=V366)[0].get("Text") == "\n\na"


REFUSED: List[Tuple[str, str, Version]] = [
    ("Text", "\na", None), ("Text", "\n", V44), ("Comments", "\n\nx", V367),
    ("Text", "a\0b", None), ("Subject", "a\ud800", None), ("Text", "\udcff", V34),
    ("Subject", "a\nb", None), ("Cc", "a@example.org\n", None), ("Queue", "General\r", V44),
    ("Status", "open\nOwner: root", None), ("Attachment", "a\nb", None), ("Text", "0", None),
    ("Text", "0", V34), ("Priority", "0", V366), ("Subject:", "a", None), ("", "a", None),
    ("1", "a", None), ("Sub ject", "a", None), ("Größe", "a", None), ("Subject\n", "a", None),
    ("CF.{}", "a", None), ("CF.{a,b}", "a", None), ("CF.{a\nb}", "a", None),
    ("CF.{a\0}", "a", None), ("CF.{Größe}", "a", (4, 0, 8)), ("CF.{a.b}", "a", (3, 8, 17)),
    ("CF.{a}", "a", (3, 6, 11)), ("CF-a.b", "a", (3, 6, 11)), ("CF-a", "a", V34),
    ("Signature", " a\n b", (3, 8, 17)), ("CF.{A}", " a", V381), ("Subject", " a", V34),
    ("Subject", " a", (3, 8, 17)),
]


@pytest.mark.parametrize("key, value, version", REFUSED)
def test_what_rt_cannot_carry_is_refused_by_name(key: str, value: str, version: Version) -> None:
    with pytest.raises(UsageError) as caught:
        compose_request([("id", "ticket/1"), (key, value)], version=version)
    assert caught.value.argument == key


ACCEPTED: List[Tuple[str, str, Version]] = [
    ("Priority", "0", None), ("Priority", "0", V367), ("CF.{A}", "0", None),
    ("CF.{Größe}", "a", (4, 0, 9)), ("CF.{a.b (c/d): e}", "a", None),
    ("CF.{a b: (c/d)-e}", "a", V381),
    ("CF-a b", "a", (3, 6, 11)), ("CF.{A}", "a\nb", None), ("Signature", "a\n\n", None),
    ("Comments", " a", None), ("Subject", "  a", None), ("Subject", "a\u2028b\x85", None),
]


@pytest.mark.parametrize("key, value, version", ACCEPTED)
def test_what_rt_can_carry_arrives(key: str, value: str, version: Version) -> None:
    (form,) = parse_request(compose_request([(key, value)], version=version), version=version)
    assert form.get(key) == value


@pytest.mark.parametrize("again", ["Cc", "CC", "cc"])
def test_a_key_is_given_once(again: str) -> None:
    with pytest.raises(UsageError) as caught:
        compose_request([("Cc", "a"), (again, "b")])
    assert caught.value.argument == again


def test_keys_of_custom_fields_by_version() -> None:
    assert custom_field_key("Größe", None) == "CF.{Größe}"
    assert custom_field_key("F Multi", (3, 8, 17)) == "CF.{F Multi}"
    assert custom_field_key("F Multi", (3, 6, 11)) == "CF-F Multi"
    for name, version in (("a,b", V44), ("a", V34), ("a(b)", (3, 6, 11)), ("ü", (4, 0, 5))):
        with pytest.raises(UsageError):
            custom_field_key(name, version)


# -- RT's own reader: what was seen on real servers -------------------------------------------

def pairs(form: Form) -> List[Tuple[str, str]]:
    return [(field.key, field.value) for field in form.fields]


READINGS = [
    ("Queue: Facts\nSubject: s\n", [("Queue", "Facts"), ("Subject", "s")]),
    ("Queue:Facts\nSubject: s\n", [("Subject", "s")]),
    ("Queue:\tFacts\nSubject:    s  \n", [("Queue", "Facts"), ("Subject", "s  ")]),
    ("queue: a\nQUEUE: b\n", [("queue", "a"), ("QUEUE", "b")]),
    ("Text: a\nunindented line\nSubject: b\n", [("Text", "a"), ("Subject", "b")]),
    ("Text: a\nunindented: word\n", [("Text", "a"), ("unindented", "word")]),
    ("Text: a\n b\n\n c\n\n", [("Text", "a\nb\n\nc")]),
    ("Text:\n   a\n     b\n", [("Text", "a\n  b")]),
    ("Text: a\n\tb\n  c\n", [("Text", "a\nb\n  c")]),
    ("Text: a\n  b\n\tc\n\td\n", [("Text", "a\n  b\nc\nd")]),
    ("Text:\n\n\n a\n", [("Text", "a")]),
    ("Text: a\n-- \n b\n", [("Text", "a")]),
    ("RT/3.8.2 200 Ok\n\nid: ticket/1\n", [("id", "ticket/1")]),
    ("CF.{A}: see {x}: y\n", [("CF.{A}: see {x}", "y")]),
    ("CF.{A}: see {x}, y: z\n", [("CF.{A}", "see {x}, y: z")]),
    ("CF-a b: http://h/p: 1\n", [("CF-a b: http://h/p", "1")]),
    ("customfield-A: b\nCF.{a,b}: c\n", [("customfield-A", "b")]),
    ("Queue: Facts\r\nSubject: s\r\n", [("Queue", "Facts\r"), ("Subject", "s\r")]),
    ("Cc: a\nCc: b, c\n", [("Cc", "a"), ("Cc", "b"), ("Cc", "c")]),
    ("Cc:\nCc: b\n", [("Cc", "b")]),
    ("Cc: a\nCc: \"x, y\"\n", [("Cc", "a"), ("Cc", "\"x, y\"")]),
]


@pytest.mark.parametrize("text, expected", READINGS)
def test_rt_reads(text: str, expected: List[Tuple[str, str]]) -> None:
    (form,) = parse_request(text)
    assert pairs(form) == expected and form.error == ()


def test_forms_are_parted_by_two_hyphens() -> None:
    first, second = parse_request("# x\n# y\n\nid: 1\n--\n--\nid: 2\nCc: a, b\nCc: c\n--\n")
    assert first.comment == ("# x", "# y") and pairs(first) == [("id", "1")]
    assert pairs(second) == [("id", "2"), ("Cc", "a, b"), ("Cc", "c")]  # only the last is split
    assert parse_request("--\n") == () == parse_request("") == parse_request("only junk\n")


def test_late_comments_and_junk_by_version() -> None:
    late = "Queue: Facts\nText: a\n# late\nSubject: b\n"
    for version in (None, V382):
        (form,) = parse_request(late, version=version)
        assert form.error == (">> # late", "Subject: b")
        assert pairs(form) == [("Queue", "Facts"), ("Text", "a")]
    (form,) = parse_request(late, version=V381)
    assert form.error == () and form.get("Subject") == "b"
    junk = "Queue: Facts\njunk\nSubject: b\n--\nid: 2\n"
    (first, second) = parse_request(junk, version=V381)
    assert first.error == (">> junk", "Subject: b") and pairs(second) == [("id", "2")]
    assert parse_request(junk)[0].get("Subject") == "b"
    (form,) = parse_request("Queue: a\n>> b\n", version=V34)
    assert form.error == (">> b",)


def test_first_lines_by_version() -> None:
    for version in (V34, V366):
        assert parse_request("Priority: 0\n", version=version)[0].get("Priority") == ""
        assert parse_request("Text:\n a\n", version=version)[0].get("Text") == " a"
    assert parse_request("Priority: 0\n", version=V367)[0].get("Priority") == "0"
    assert parse_request("Text:\n a\n", version=V367)[0].get("Text") == "a"


@pytest.mark.parametrize("key, since, until", [
    ("CF-a b", (3, 6), None), ("CF.{a b}", (3, 8), None), ("CF.{a.b}", (4, 0, 9), None),
    ("CF.{ä}", (4, 0, 9), None), ("Subject", (), None)])
def test_keys_by_version(key: str, since: Tuple[int, ...], until: Version) -> None:
    for version in (V34, (3, 6, 11), (3, 8, 17), V40, V44):
        read = parse_request(f"{key}: x\n", version=version)
        if version >= since:
            assert read[0].get(key) == "x"
        else:
            assert not read or not read[0].fields
