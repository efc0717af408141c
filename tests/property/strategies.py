"""Generated values for tests of REST 1.0's text format: what breaks line formats, and anything."""
from __future__ import annotations

import string
from typing import List, Optional, Tuple, Union

from hypothesis import strategies as st

from tests.property.model_of_rt import ModelForm

#: Pieces of lines on which readers of the format have failed, ours or others.
NASTY = (
    "", " ", "  ", "\t", "\t\t", " \t ", "--", "-- ", "---", " --", "#", "# comment", " # x",
    "Subject: not a header", "id: ticket/1", "Text:", "Text: a", "Content: b", "CF.{A}: see {x}: y",
    "CF-a b: http://h/p: 1", "RT/3.8.2 200 Ok", "RT/4.4.6+dfsg 409 Syntax Error", ">> x", ">> # y",
    ":", ": ", ": x", "a:b", "0", "0 ", "'", "\"", "'a, b'", "\"c\"", "q{d}", "a,", ",", "a, b",
    "\\", "\\'", "\r", "x\r", "\x0b", "\x0c", "\x1c", "\x85", "\xa0", "\u2028", "\u2029", "\u3000x",
    "\ufeff", "Größe", "漢字", "🎉", "é" * 40, "word " * 20, "12: Correspondence added",
    "1: a.txt (text/plain / 3b), 2: b (x / 1k)", "    def f():", "        return 1", "> quoted",
)

nasty = st.sampled_from(NASTY)
#: Characters that Perl and Python both have, without LF (the only line end) and NUL.
characters = st.characters(exclude_characters="\n\0", exclude_categories=["Cs"])
line = st.one_of(nasty, nasty.flatmap(lambda a: nasty.map(lambda b: a + b)),
                 st.text(characters, max_size=30),
                 st.integers(0, 6).flatmap(
                     lambda blanks: st.text(string.ascii_letters, min_size=1, max_size=8).map(
                         lambda word: " " * blanks + word)))

#: Texts of several lines.
value = st.lists(line, max_size=8).map("\n".join)

#: What can be posted as a message: not nothing but line ends at its start, not a bare 0.
message = value.filter(lambda text: not text.startswith("\n") and text != "0")

simple_key = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,20}", fullmatch=True)
custom_name = st.text(st.characters(exclude_characters="\n\0,", exclude_categories=["Cs"]),
                      min_size=1, max_size=24)
#: Keys that RT writes. A custom field whose name holds ``}:`` cannot be told from its value.
written_key = st.one_of(
    simple_key, st.sampled_from(["id", "Subject", "Content", "Attachments", "Requestors", "Cc"]),
    custom_name.filter(lambda name: "}:" not in name and not name.endswith("}")).map(
        lambda name: f"CF.{{{name}}}"),
    st.text(string.ascii_letters + " ./()", min_size=1, max_size=12).map(lambda name: f"CF-{name}"),
    st.integers(1, 10 ** 6).map(str))

#: Items of lists: addresses, links. None holds a comma.
item = st.one_of(
    st.text(string.ascii_lowercase, min_size=1, max_size=30).map("{}@example.org".format),
    st.integers(1, 10 ** 5).map(lambda number: f"fsck.com-rt://example.org/ticket/{number}"),
    st.text(characters, min_size=1, max_size=12).filter(lambda text: "," not in text))

field_value: st.SearchStrategy[Union[None, str, List[str]]] = st.one_of(
    st.none(), value, value, st.lists(item, max_size=8))

comment = st.one_of(
    st.sampled_from(["", "# 1/24 (id/482/total)", "# Ticket 1 created.\n# Ticket 1 updated."]),
    st.lists(line.filter(lambda text: text != ""), min_size=1, max_size=3).map(
        lambda lines: "# " + "\n".join(lines)))


@st.composite
def written_form(draw: st.DrawFn) -> ModelForm:
    """A form as RT's handlers hand it to its writer."""
    keys = draw(st.lists(written_key, max_size=6, unique_by=lambda key: key.lower()))
    said = draw(comment)
    order: Optional[List[str]] = keys
    if not keys and said and draw(st.booleans()):
        order = None
    return ModelForm(said, order, {key: draw(field_value) for key in keys}, "")


def posted_fields(keys: st.SearchStrategy[str], texts: st.SearchStrategy[str]
                  ) -> st.SearchStrategy[List[Tuple[str, str]]]:
    """Fields to post: each key once."""
    return st.lists(st.tuples(keys, texts), min_size=1, max_size=5,
                    unique_by=lambda pair: pair[0].lower())


#: Keys under which a text of several lines may be posted.
posted_key = st.one_of(st.sampled_from(["Text", "Comments", "Signature"]),
                       custom_name.map(lambda name: f"CF.{{{name}}}"))

#: Anything that may be taken for an answer or a request.
soup = st.lists(st.one_of(line, line.map(lambda text: "    " + text), line.map("Text: ".__add__)),
                max_size=25).map("\n".join)
byte_soup = st.one_of(
    st.binary(max_size=200),
    soup.map(lambda text: ("RT/4.4.6 200 Ok\n\n" + text).encode("utf-8", "surrogatepass")),
    st.tuples(soup, st.binary(max_size=20), soup).map(
        lambda parts: b"RT/3.8.17 200 Ok\n\n" + parts[0].encode() + parts[1] + parts[2].encode()))
