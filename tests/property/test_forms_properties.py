"""What must hold of the text format for any value at all."""
from __future__ import annotations

import sys
from types import FrameType
from typing import Any, Callable, List, Optional, Tuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rtcompat.errors import FormSyntaxError, UsageError
from rtcompat.rest1 import forms
from rtcompat.rest1.formscan import parse_forms
from tests.property import model_of_rt, strategies

pytestmark = pytest.mark.property

VERSIONS: Tuple[Tuple[int, ...], ...] = (
    (3, 4, 6), (3, 6, 6), (3, 6, 11), (3, 8, 1), (3, 8, 17), (4, 0, 5), (4, 0, 25), (4, 2, 17),
    (4, 4, 6), (6, 0, 0))


# -- total ------------------------------------------------------------------------------------

@given(strategies.byte_soup, st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=400)
def test_any_bytes_give_envelopes_or_an_error_with_its_line(
        content: bytes, search: bool, names: bool, plain: bool) -> None:
    try:
        forms.parse(content, search=search, names=names, plain=plain)
    except FormSyntaxError as error:
        lines = content.split(b"\n")
        assert 1 <= error.lineno <= len(lines)
        assert lines[error.lineno - 1].isascii() is False or \
            error.line == lines[error.lineno - 1].decode()[:2000]


@given(strategies.byte_soup)
@settings(max_examples=200)
def test_problems_are_kept_instead_of_raised(content: bytes) -> None:
    problems: List[FormSyntaxError] = []
    kept = forms.parse(content, problems=problems)
    try:
        assert forms.parse(content) == kept and not problems
    except FormSyntaxError as error:
        assert problems and problems[0].lineno == error.lineno


@given(strategies.soup, st.sampled_from(VERSIONS))
@settings(max_examples=200)
def test_any_text_is_a_request(text: str, version: Tuple[int, ...]) -> None:
    forms.parse_request(text, version=version)


def steps(work: Callable[[], object]) -> int:
    """How many lines of this package's code a piece of work runs through."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Optional[Callable[..., Any]]:
        nonlocal count
        if "rtcompat" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@given(st.lists(strategies.line, min_size=1, max_size=10), st.booleans())
@settings(max_examples=40)
def test_twice_the_lines_cost_twice_the_steps(lines: List[str], indented: bool) -> None:
    block = "".join(("    " if indented else "") + each + "\n" for each in ["Text: x", *lines])

    def cost(times: int) -> int:
        content = ("RT/4.4.6 200 Ok\n\nid: ticket/1\n" + block * times).encode()
        return steps(lambda: forms.parse(content, problems=[])) \
            + steps(lambda: forms.parse_request(block * times))

    assert cost(80) <= 2 * cost(40) + 200


@pytest.mark.parametrize("line", [
    "CF.{" + "}" * 500_000, "CF.{" + "}:" * 250_000 + "x", "CF-" + "a" * 500_000,
    "C" * 500_000, "9" * 500_000, "a:" * 250_000, ": " * 250_000, " " * 500_000,
    "Attachments: " + "1: a (" * 80_000, "Attachments: " + "1: a (b / 3b), " * 30_000,
    "Cc: " + ", " * 200_000, "Tags: " + "'," * 200_000, "Tags: " + "q{a," * 100_000 + "}",
    "Tags: " + "\"a\\" * 150_000, "Tags: " + "'a,b\\'" * 80_000, "RT/" + "4" * 500_000,
    "RT/4 200 " + "x" * 500_000])
def test_one_long_line_is_no_trap(line: str) -> None:
    """A pattern that goes back over a line for each of its characters would not end here."""
    content = f"RT/4.4.6 200 Ok\n\nid: 1\n{line}\n".encode()
    for names in (False, True):
        forms.parse(content, names=names, problems=[])
    forms.parse_request(f"{line}\nTags: a\n{line}\n")
    value = line.partition(": ")[2] or line
    forms.split_list(value)
    forms.parse_attachment_list(value)
    for version in ((3, 6, 11), (4, 0, 25), None):
        forms.split_custom_values(value, version=version, single=False)


# -- we read what RT writes -------------------------------------------------------------------

def expected_fields(form: model_of_rt.ModelForm) -> Tuple[forms.Field, ...]:
    """The fields that a written form should be read as; lists that span lines come in runs."""
    fields: List[forms.Field] = []
    for key in form.order or []:
        value = form.values[key]
        if not isinstance(value, list):
            fields.append(forms.Field(key, value or ""))
        else:
            wrapped = model_of_rt.compose([model_of_rt.ModelForm("", ["K" * len(key)],
                                                                 {"K" * len(key): value}, "")])
            pad = "\n" + " " * (len(key) + 2 if len(key) + 2 <= 16 else 4)
            text = wrapped[len(key) + 2:].rstrip("\n").replace(pad, "\n")
            fields.append(forms.Field(key, text, listed=not value))
    return tuple(fields)


@given(st.lists(strategies.written_form(), min_size=1, max_size=4),
       st.sampled_from([((4, 4, 6), False, 1), ((3, 4, 6), False, 1), ((4, 0, 25), True, 0),
                        ((5, 0, 3), True, 2)]))
@settings(max_examples=400)
def test_we_read_what_rt_writes(written: List[model_of_rt.ModelForm],
                                how: Tuple[Tuple[int, ...], bool, int]) -> None:
    version, search, tail = how
    head = f"RT/{'.'.join(map(str, version))} 200 Ok\n\n"
    text = model_of_rt.compose(written)
    assume(text.strip("\n") != "")  # nothing at all is no form
    content = (head + text + "\n" * tail).encode()
    (envelope,) = forms.parse(content, search=search)
    assert [form.comment for form in envelope.forms] == [
        tuple(form.comment.split("\n")) if form.comment else () for form in written]
    for read, form in zip(envelope.forms, written):
        assert read.fields == expected_fields(form)
        for key in form.order or []:
            value = form.values[key]
            if isinstance(value, list) and all("\n" not in each for each in value):
                assert forms.split_list(read.all(key)[0]) == tuple(value)
    assert forms.compose_answer([envelope]) == content
    assert forms.parse_forms(text) == envelope.forms


@given(strategies.simple_key, st.lists(strategies.item, max_size=12))
def test_lists_are_wrapped_as_rt_wraps_them(key: str, items: List[str]) -> None:
    form = forms.Form(fields=(forms.compose_list(key, items),))
    model = model_of_rt.compose([model_of_rt.ModelForm("", [key], {key: items}, "")])
    assert forms.compose_forms([form]) == model
    assert parse_forms(model)[0].fields == form.fields


# -- RT reads what we write -------------------------------------------------------------------

def custom_keys(version: Tuple[int, ...]) -> st.SearchStrategy[str]:
    """Keys of custom fields that servers of this version can be given."""
    if version < (3, 6):
        return st.nothing()
    if version < (3, 8):
        return st.from_regex(r"CF-[A-Za-z0-9_ -]{1,12}", fullmatch=True)
    if version < (4, 0, 9):
        return st.from_regex(r"CF\.\{[A-Za-z0-9_ :()/-]{1,12}\}", fullmatch=True)
    return strategies.custom_name.map(lambda name: f"CF.{{{name}}}")


@given(st.data(), st.sampled_from(VERSIONS))
@settings(max_examples=400)
def test_rt_reads_what_we_write(data: st.DataObject, version: Tuple[int, ...]) -> None:
    keys = st.one_of(st.sampled_from(["Text", "Comments", "Signature"]), custom_keys(version))
    fields = data.draw(strategies.posted_fields(keys, strategies.value))
    try:
        text = forms.compose_request(fields, version=version)
    except UsageError as error:
        assert error.argument in dict(fields)
        return
    (read,) = model_of_rt.parse(text, version)
    assert read.order == [key for key, _ in fields] and not read.error and not read.comment
    for key, value in fields:
        got = read.values[key]
        if key == "Text" and version < (4, 0, 0):
            assert got in (value, value + "\n")  # the price of indentation there
        else:
            assert got == value


@given(strategies.posted_fields(strategies.posted_key, strategies.message))
@settings(max_examples=300)
def test_what_is_composed_is_read_back(fields: List[Tuple[str, str]]) -> None:
    """The identity on values; nothing but what is documented is refused."""
    (form,) = forms.parse_request(forms.compose_request(fields))
    assert [(field.key, field.value) for field in form.fields] == fields
    assert form.comment == () and form.error == ()


@given(strategies.soup, st.sampled_from(VERSIONS))
@settings(max_examples=300)
def test_our_copy_of_rts_reader_agrees_with_the_model(text: str, version: Tuple[int, ...]) -> None:
    same_forms(forms.parse_request(text, version=version), model_of_rt.parse(text, version))


def same_forms(read: Tuple[forms.Form, ...], model: List[model_of_rt.ModelForm]) -> None:
    """Our forms hold what the model's hold."""
    assert len(read) == len(model)
    for ours, theirs in zip(read, model):
        assert "".join(line + "\n" for line in ours.comment) == theirs.comment
        assert bool(ours.error) == bool(theirs.error)
        values = {}
        for key in theirs.order or []:
            held = [field for field in ours.fields if field.key == key]
            listed = isinstance(theirs.values[key], list)
            assert all(field.listed == listed for field in held)
            values[key] = [field.value for field in held] if listed else held[0].value
        assert values == theirs.values
        if ours.error:
            assert theirs.error.endswith("".join(line + "\n" for line in ours.error))


# -- custom fields of many values -------------------------------------------------------------

plain_values = st.lists(
    st.text(strategies.characters, min_size=1, max_size=12).filter(
        lambda text: text == text.strip(model_of_rt._BLANKS) and text[0] not in "'\""),
    max_size=5)


@given(plain_values)
@settings(max_examples=300)
def test_values_survive_the_splitter_of_4_2_11(values: List[str]) -> None:
    text = forms.join_custom_values(values, version=(4, 4, 6))
    assert model_of_rt.words(text, (4, 4, 6), strip=True) == values


@given(plain_values.filter(bool), st.sampled_from([(3, 8, 17), (4, 0, 25), (4, 4, 6), (6, 0, 0)]))
def test_values_are_split_as_they_were_joined(values: List[str], version: Tuple[int, ...]) -> None:
    """Ticket output as RT joins it: quotes around commas; before 4.2.11 every quote escaped."""
    written = []
    for value in values:
        if version >= (4, 2, 11):
            escaped = value.replace("\\", "\\\\").replace("'", "\\'")
            written.append(f"'{escaped}'" if "," in value else value)
        else:
            assume("\\" not in value)  # not escaped there: undecidable before a quote
            escaped = value.replace("'", "\\'")
            written.append(f"'{escaped}'" if "," in value else escaped)
    assert forms.split_custom_values(",".join(written), version=version, single=False) \
        == (tuple(values), True)


@given(st.lists(strategies.value, max_size=4), st.sampled_from(VERSIONS), st.booleans())
def test_what_cannot_be_carried_is_refused_by_name(
        values: List[str], version: Tuple[int, ...], creating: bool) -> None:
    try:
        text = forms.join_custom_values(values, version=version, creating=creating)
    except UsageError as error:
        assert error.argument == "custom_fields"
        return
    if version >= (4, 2, 11):
        assert model_of_rt.words(text, version, strip=True) == values
    else:
        assert len(values) < 2 or not creating


@given(strategies.value, st.sampled_from(VERSIONS))
@settings(max_examples=300)
def test_the_splitters_agree(text: str, version: Tuple[int, ...]) -> None:
    from rtcompat.rest1.customvalues import split_words
    for strip in (True, False):
        ours = [word for line in text.split("\n")
                for word in split_words(line, keep_quotes=not strip, quotes=version >= (4, 2, 11))]
        assert ours == model_of_rt.words(text, version, strip=strip)
