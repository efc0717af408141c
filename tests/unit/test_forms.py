"""Answers of REST 1.0: bytes <-> envelopes, both ways from one table."""
from __future__ import annotations

import pickle
from typing import List, Tuple

import pytest

from rtcompat.errors import FormSyntaxError
from rtcompat.rest1.forms import (Envelope, Field, Form, compose_answer, compose_forms,
                                  compose_list, parse, parse_forms, split_head, version_of)

V5 = "5.0.3+dfsg-3~deb12u6"


def ok(*forms: Form, version: str = V5, tail: int = 1, code: int = 200, text: str = "Ok"
       ) -> Envelope:
    return Envelope(version, code, text, forms, tail=tail)


def note(*lines: str, chomped: bool = True) -> Form:
    return Form(comment=lines, chomped=chomped)


def form(*pairs: Tuple[str, str], comment: Tuple[str, ...] = ()) -> Form:
    return Form(comment=comment, fields=tuple(Field(key, value) for key, value in pairs))


EMPTY_LIST = Field("Cc", "", listed=True)

# What a server sent, and what it means. Whole bodies as recorded or cut to the point.
ANSWERS = {
    "no credentials": (
        b"RT/5.0.3+dfsg-3~deb12u6 401 Credentials required\n",
        (Envelope(V5, 401, "Credentials required", tail=0, blank=False),)),
    "wrong password": (
        b"RT/4.4.6 401 Credentials required\n\nYour username or password is incorrect\n",
        (Envelope("4.4.6", 401, "Credentials required", tail=0,
                  body="Your username or password is incorrect\n"),)),
    "created": (
        b"RT/5.0.3+dfsg-3~deb12u6 200 Ok\n\n# Ticket 36 created.\n\n",
        (ok(note("# Ticket 36 created.")),)),
    "created and updated": (
        b"RT/4.4.6 200 Ok\n\n# Ticket 107 created.\n# Ticket 107 updated.\n\n",
        (ok(note("# Ticket 107 created.", "# Ticket 107 updated."), version="4.4.6"),)),
    "not found: a form without fields": (
        b"RT/4.4.6 200 Ok\n\n# Ticket 9 does not exist.\n\n\n",
        (ok(note("# Ticket 9 does not exist.", chomped=False), version="4.4.6"),)),
    "not found: echoed": (
        b"RT/4.4.6 200 Ok\n\n# No user named nosuch exists.\n\nid: user/nosuch\n\n",
        (ok(form(("id", "user/nosuch"), comment=("# No user named nosuch exists.",)),
            version="4.4.6"),)),
    "batch": (
        b"RT/4.4.6 409 Syntax Error\n\n# Ticket 73 updated.\n\n--\n\n"
        b"# Ticket 99999 does not exist.\n\n\n--\n\n"
        b"# bogus: Unknown field.\n# Ticket 74 updated.\n\nid: ticket/74\nBogus: 1\n\n",
        (ok(note("# Ticket 73 updated."), note("# Ticket 99999 does not exist.", chomped=False),
            form(("id", "ticket/74"), ("Bogus", "1"),
                 comment=("# bogus: Unknown field.", "# Ticket 74 updated.")),
            version="4.4.6", code=409, text="Syntax Error"),)),
    "syntax error, echoed from the line on": (
        b"RT/4.4.6 409 Syntax Error\n\n# Syntax error.\n\nQueue: Facts\nText: line1\n"
        b">> # comment\nrest: x\n\n",
        (ok(Form(("# Syntax error.",), (Field("Queue", "Facts"), Field("Text", "line1")),
                 (">> # comment", "rest: x")), version="4.4.6", code=409, text="Syntax Error"),)),
    "empty values and empty lists": (
        b"RT/4.4.6 200 Ok\n\nid: ticket/1\nSubject: \nCc:\nDue: Not set\n\n",
        (ok(Form(fields=(Field("id", "ticket/1"), Field("Subject", ""), EMPTY_LIST,
                         Field("Due", "Not set"))), version="4.4.6"),)),
    "a name that the object lacks": (
        b"RT/3.8.17 200 Ok\n\nid: ticket/1\n: \n\n",
        (ok(form(("id", "ticket/1"), ("", "")), version="3.8.17"),)),
    "blanks at the edges of a value": (
        b"RT/4.4.6 200 Ok\n\nSubject:   two before, one after \n\n",
        (ok(form(("Subject", "  two before, one after ")), version="4.4.6"),)),
    "values of several lines, set off by empty ones": (
        b"RT/4.4.6 200 Ok\n\nDescription: Comments added by root\n\nContent: before\n"
        b"         --\n         after\n\n\nCreator: root\n\n",
        (ok(form(("Description", "Comments added by root"), ("Content", "before\n--\nafter\n"),
                 ("Creator", "root")), version="4.4.6"),)),
    "line ends at the end of values": (
        b"RT/4.4.6 200 Ok\n\nA: one\n\n\nB: one\n   \n   \n\n\nC: two\n   three\n\nD: \n\n\n\n",
        (ok(form(("A", "one\n"), ("B", "one\n\n\n"), ("C", "two\nthree"), ("D", "\n")),
            version="4.4.6"),)),
    "empty lines within and before": (
        b"RT/4.4.6 200 Ok\n\nContent: \n         \n         after two blanks\n\n\n",
        (ok(form(("Content", "\n\nafter two blanks")), version="4.4.6"),)),
    "everything inside a value is a value": (
        b"RT/4.4.6 200 Ok\n\nContent: RT/3.8.2 200 Ok\n         \n         # x\n"
        b"         id: ticket/1\n         >> y\n\n\n",
        (ok(form(("Content", "RT/3.8.2 200 Ok\n\n# x\nid: ticket/1\n>> y")), version="4.4.6"),)),
    "tabs and deeper indentation": (
        b"RT/4.4.6 200 Ok\n\nContent: \ttab\n         \t\ttwo\n            three\n\n\n",
        (ok(form(("Content", "\ttab\n\t\ttwo\n   three")), version="4.4.6"),)),
    "far keys are indented by four": (
        b"RT/4.4.6 200 Ok\n\nCF.{Impact Notes}: a\n    b\n\n\n",
        (ok(form(("CF.{Impact Notes}", "a\nb")), version="4.4.6"),)),
    "LF alone ends a line": (
        b"RT/4.4.6 200 Ok\n\nContent: a\r\n         b\x0b\x0c\x1c\xc2\x85\xe2\x80\xa8c\r\n\n\n",
        (ok(form(("Content", "a\r\nb\x0b\x0c\x1c\x85\u2028c\r")), version="4.4.6"),)),
    "custom fields with difficult names": (
        b"RT/4.4.6 200 Ok\n\nCF.{Colon: name}: x: y\nCF.{Brace} name}: {}\nCF.{With, comma}: \n"
        b"CF.{Gr\xc3\xb6\xc3\x9fe}: XL\nCF-Ver.1 (x/y): z\ncf.{echoed}: e\n\n",
        (ok(form(("CF.{Colon: name}", "x: y"), ("CF.{Brace} name}", "{}"),
                 ("CF.{With, comma}", ""), ("CF.{Größe}", "XL"), ("CF-Ver.1 (x/y)", "z"),
                 ("cf.{echoed}", "e")), version="4.4.6"),)),
    "short history": (
        b"RT/4.4.6 200 Ok\n\n# 2/2 (/total)\n\n12: Ticket created\n\n345: a\n     b\n\n\n",
        (ok(form(("12", "Ticket created"), ("345", "a\nb"), comment=("# 2/2 (/total)",)),
            version="4.4.6"),)),
    "a list over lines": (
        b"RT/4.4.6 200 Ok\n\nid: ticket/1\n\nRequestors: a@example.org,\n            "
        b"b@example.org, c@example.org\n\nCc:\n\n",
        (ok(Form(fields=(Field("id", "ticket/1"),
                         Field("Requestors", "a@example.org,\nb@example.org, c@example.org"),
                         EMPTY_LIST)), version="4.4.6"),)),
    "a list item of several lines": (
        b"RT/5.0.3 200 Ok\n\nCF-U CF: one\n\nCF-U CF: two\n         lines\n\nCF-U CF: three\n\n",
        (ok(form(("CF-U CF", "one"), ("CF-U CF", "two\nlines"), ("CF-U CF", "three")),
            version="5.0.3"),)),
    "a message over lines": (
        b"RT/4.4.6 409 Syntax Error\n\n# x: Erste Zeile\nZweite: Zeile\n\nid: \n\n",
        (ok(form(("id", ""), comment=("# x: Erste Zeile", "Zweite: Zeile")), version="4.4.6",
            code=409, text="Syntax Error"),)),
    "an object that is nothing": (
        b"RT/4.4.6 200 Ok\n\n\n--\n\nid: ticket/2\n\n",
        (ok(Form(), form(("id", "ticket/2")), version="4.4.6"),)),
    "long histories bring their own status lines": (
        b"RT/4.4.6 200 Ok\n\n# 1/1 (id/8/total)\n\nid: 8\n\nRT/4.4.6 200 Ok\n\nid: ticket/2\n\n",
        (ok(form(("id", "8"), comment=("# 1/1 (id/8/total)",)), version="4.4.6"),
         ok(form(("id", "ticket/2")), version="4.4.6"))),
    "3.4 adds an empty envelope": (
        b"RT/3.4.6 200 Ok\n\n# 1/1 (id/88/total)\n\nid: 88\nType: Create\n\nRT/3.4.6 200 Ok\n\n\n",
        (ok(form(("id", "88"), ("Type", "Create"), comment=("# 1/1 (id/88/total)",)),
            version="3.4.6"),
         Envelope("3.4.6", 200, "Ok", tail=0, body="\n"))),
    "plain words": (
        b"RT/4.4.6 400 Bad Request\n\nNo objects specified.\n",
        (Envelope("4.4.6", 400, "Bad Request", tail=0, body="No objects specified.\n"),)),
    "no line end at all": (
        b"RT/4.0.25 200 Ok\n\nid: ticket/1\nSubject: cut",
        (ok(form(("id", "ticket/1"), ("Subject", "cut")), version="4.0.25", tail=-1),)),
}

BODIES_ARE_COMPARED = ("wrong password", "plain words", "3.4 adds an empty envelope")


def without_body(envelope: Envelope) -> Tuple[object, ...]:
    return (envelope.version, envelope.code, envelope.text, envelope.forms, envelope.tail,
            envelope.blank)


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_are_parsed(name: str) -> None:
    content, expected = ANSWERS[name]
    found = parse(content)
    assert [without_body(each) for each in found] == [without_body(each) for each in expected]
    if name in BODIES_ARE_COMPARED:
        assert [each.body for each in found][-1] == expected[-1].body


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_are_composed(name: str) -> None:
    content, expected = ANSWERS[name]
    assert compose_answer(expected) == content
    assert compose_answer(parse(content)) == content


def test_nothing_is_nothing() -> None:
    assert parse(b"") == () and compose_answer(()) == b""
    assert parse_forms("") == ()


def test_the_body_is_kept_as_text() -> None:
    (envelope,) = parse(b"RT/4.4.6 200 Ok\n\n36: first\n37: second\n\n\n", plain=True)
    assert envelope.forms == () and envelope.body == "36: first\n37: second\n\n\n"
    (envelope,) = parse(b"RT/4.4.6 200 Ok\n\nid: ticket/1\n\n")
    assert envelope.body == "id: ticket/1\n\n"


@pytest.mark.parametrize("version, after", [("4.2.17", 2), ("4.2.2", 2), ("4.2.1", 0),
                                            ("3.4.6", 0), ("5.0.3", 2)])
def test_searches_end_otherwise(version: str, after: int) -> None:
    """`search/…` adds two line ends from 4.2.2 on, none before; all else adds one."""
    text = "id: ticket/1\n\nContent: a\n         b\n\n"
    content = f"RT/{version} 200 Ok\n\n{text}".encode() + b"\n" * after
    (envelope,) = parse(content, search=True)
    assert envelope.forms[0].get("Content") == "a\nb"
    assert envelope.tail == after
    assert compose_answer([envelope]) == content


def test_names_are_cut_at_the_last_colon() -> None:
    content = (b"RT/4.4.6 200 Ok\n\nid: queue/6\nBrace} name: \nColon: name: \n"
               b"F Multi (multi freeform): MultiValueFreeform\nWith, comma (a: b): X [Digits]\n\n")
    (envelope,) = parse(content, names=True)
    assert envelope.forms[0].keys() == ("id", "Brace} name", "Colon: name",
                                        "F Multi (multi freeform)", "With, comma (a: b)")
    assert envelope.forms[0].get("With, comma (a: b)") == "X [Digits]"
    assert compose_answer([envelope]) == content


# -- bytes that are not UTF-8 -----------------------------------------------------------------

def test_only_what_is_not_utf8_is_guessed() -> None:
    content = (b"RT/4.0.25 200 Ok\n\nSubject: Gr\xc3\xbc\xc3\x9fe\nCF.{Gr\xf6\xdfe}: XL\n\n"
               b"Content: Mit freundlichen Gr\xfc\xdfen aus K\xf6ln\n         zweite Zeile\n\n\n")
    (envelope,) = parse(content)
    form = envelope.forms[0]
    assert form.get("Subject") == "Grüße"
    assert form.keys()[1] == "CF.{Größe}"
    assert form.get("Content") == "Mit freundlichen Grüßen aus Köln\nzweite Zeile"
    assert form.fields[0].raw is None
    assert form.fields[2].raw == (
        b"Content", b"Mit freundlichen Gr\xfc\xdfen aus K\xf6ln\nzweite Zeile")
    assert "Köln" in envelope.body and envelope.raw_body is not None
    assert compose_answer([envelope]) == content


def test_a_declared_charset_is_believed_where_utf8_fails() -> None:
    content = "RT/3.8.17 200 Ok\n\nНичего не найдено\n".encode("koi8-r")
    (envelope,) = parse(content, declared="koi8-r")
    assert envelope.body == "Ничего не найдено\n"
    assert compose_answer([envelope]) == content


def test_binary_inline_content_keeps_its_bytes() -> None:
    raw = bytes(range(128, 256)) + b"\x00\x01"
    content = b"RT/4.4.6 200 Ok\n\nid: 7\nFilename: a.bin\nContent: " + raw + b"\n\n"
    (envelope,) = parse(content)
    assert envelope.forms[0].fields[-1].raw == (b"Content", raw)
    assert compose_answer([envelope]) == content


def test_continuations_are_indented_by_the_characters_of_a_key() -> None:
    content = f"RT/5.0.3 200 Ok\n\nCF.{{Größe}}: a\n{' ' * 12}b\n{' ' * 14}c\n\n\n".encode()
    (envelope,) = parse(content)
    assert envelope.forms[0].fields[0].value == "a\nb\n  c"
    assert compose_answer([envelope]) == content


# -- what is no answer ------------------------------------------------------------------------

@pytest.mark.parametrize("content, lineno, line", [
    (b"<html>\n", 1, "<html>"),
    (b"\nRT/4.4.6 200 Ok\n\n", 1, ""),
    (b"RT/4.4.6 200 Ok", 1, "RT/4.4.6 200 Ok"),
    (b"RT/4.4.6 20 Ok\n\n", 1, "RT/4.4.6 20 Ok"),
    (b"RT/4.4.6 200 Ok\r\n\r\n", 2, "\r"),
    (b"RT/4.4.6 200 Ok\nX-Header: y\n\n", 2, "X-Header: y"),
    (b"RT/4.4.6 200 Ok\n\nid: ticket/1\njunk\n", 4, "junk"),
    (b"RT/4.4.6 200 Ok\n\nid: ticket/1\nSubject:text\n", 4, "Subject:text"),
    (b"RT/4.4.6 200 Ok\n\nid: ticket/1\n# late\n", 4, "# late"),
    (b"RT/4.4.6 200 Ok\n\nContent: a\n   b\n", 4, "   b"),
    (b"RT/4.4.6 200 Ok\n\nContent: a\n\tb\n", 4, "\tb"),
    (b"RT/4.4.6 200 Ok\n\nid: 1\n\xe9t\xe9\n", 4, "été"),
])
def test_errors_say_where(content: bytes, lineno: int, line: str) -> None:
    with pytest.raises(FormSyntaxError) as caught:
        parse(content, source="GET REST/1.0/ticket/1/show")
    error = caught.value
    assert (error.lineno, error.line) == (lineno, line)
    assert str(error).startswith(f"GET REST/1.0/ticket/1/show, line {lineno}: ")
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.lineno, copy.line, copy.source) == (error.lineno, error.line, error.source)


def test_problems_are_collected_and_repaired() -> None:
    """What editors and mail programs do to saved answers."""
    problems: List[FormSyntaxError] = []
    content = (b"RT/3.8.17 200 Ok\n\nid: ticket/1\njunk\nContent: first\n   too little\n"
               b"\n         after an empty line\n\ttab\nCreator: root\n\n")
    (envelope,) = parse(content, problems=problems)
    assert envelope.forms[0].fields == (
        Field("id", "ticket/1"),
        Field("Content", "first\ntoo little\n\nafter an empty line\ntab"),
        Field("Creator", "root"))
    assert [problem.lineno for problem in problems] == [4, 6, 8, 9]


def test_one_empty_line_within_a_value_is_repaired() -> None:
    problems: List[FormSyntaxError] = []
    (envelope,) = parse(b"RT/3.8.17 200 Ok\n\nContent: a\n\n\tb\n\nCreator: root\n\n",
                        problems=problems)
    assert envelope.forms[0].fields == (Field("Content", "a\n\nb"), Field("Creator", "root"))
    assert [problem.lineno for problem in problems] == [5]


def test_a_lost_empty_line_after_the_status_is_repaired() -> None:
    problems: List[FormSyntaxError] = []
    (envelope,) = parse(b"RT/3.8.17 200 Ok\nid: ticket/1\n\n", problems=problems)
    assert envelope.forms[0].get("id") == "ticket/1"
    assert [problem.lineno for problem in problems] == [2]
    assert parse(b"no status\nid: 1\n", problems=problems) == () and len(problems) == 2


# -- heads and records ------------------------------------------------------------------------

def test_a_head_leaves_the_bytes_alone() -> None:
    content = b"RT/4.4.6+dfsg 200 Ok\n\n\x89PNG\r\n\x00RT/1 200 Ok\n"
    found = split_head(content)
    assert found is not None
    assert (found[0].version, found[0].code, found[0].text) == ("4.4.6+dfsg", 200, "Ok")
    assert found[1] == b"\x89PNG\r\n\x00RT/1 200 Ok\n"
    bare = split_head(b"RT/4.4.6 401 Credentials required\n")
    assert bare is not None and not bare[0].blank and bare[1] == b""
    assert split_head(b"") is None and split_head(b"<html>") is None


def test_fields_are_found_in_any_case() -> None:
    found = form(("Subject", "a"), ("subject", "b"), ("CF.{X}", "c"))
    assert found.get("SUBJECT") == "a" and found.all("Subject") == ("a", "b")
    assert found.get("cf.{x}") == "c" and found.get("Owner") is None
    assert found.get("Owner", "nobody") == "nobody" and found.all("Owner") == ()
    assert found.keys() == ("Subject", "subject", "CF.{X}")
    assert pickle.loads(pickle.dumps(found)) == found


def test_where_a_field_stood_is_no_part_of_it() -> None:
    assert Field("a", "b", lineno=3) == Field("a", "b", lineno=4)
    assert Field("a", "", listed=True) != Field("a", "")
    (envelope,) = parse(b"RT/4.4.6 200 Ok\n\n# x\n\nid: 1\n\nContent: a\n         b\n\nB: c\n\n")
    assert [field.lineno for field in envelope.forms[0].fields] == [5, 7, 10]


@pytest.mark.parametrize("text, expected", [
    ("4.4.6+dfsg-1.1+deb12u4", (4, 4, 6)), ("5.0.3", (5, 0, 3)), ("3.4.HEAD", (3, 4, 999)),
    ("4.2.0rc2", (4, 2, 0)), ("5.0.10+dfsg-3", (5, 0, 10)), ("6.0", (6, 0)), ("", ()),
    ("HEAD", (999,)), ("trunk", ()), ("3.8.17.1", (3, 8, 17))])
def test_versions_compare(text: str, expected: Tuple[int, ...]) -> None:
    assert version_of(text) == expected
    assert Envelope(text, 200).version_tuple == expected


def test_a_list_is_wrapped_at_seventy() -> None:
    items = [f"person{number}@example.org" for number in range(6)]
    field = compose_list("Requestors", items)
    assert compose_forms([Form(fields=(field,))]) == (
        "Requestors: person0@example.org, person1@example.org,\n"
        "            person2@example.org, person3@example.org,\n"
        "            person4@example.org, person5@example.org\n\n")
    assert compose_list("Cc", []) == EMPTY_LIST
    assert compose_list("Cc", ["a", "b"]) == Field("Cc", "a, b")


def test_a_custom_fields_name_may_begin_with_a_blank() -> None:
    content = (b"RT/5.0.3 200 Ok\n\nid: queue/1\nTags (): MultiValueFreeform\n"
               b"  Blank (x): SingleValueText\nLast (): SingleValueDate\n\n")
    (envelope,) = parse(content, names=True)
    assert [(one.key, one.value) for one in envelope.forms[0].fields][1:] == [
        ("Tags ()", "MultiValueFreeform"), ("  Blank (x)", "SingleValueText"),
        ("Last ()", "SingleValueDate")]
