"""The text format against RT itself: its Perl over a pipe, and tickets over HTTP."""
from __future__ import annotations

import re
import urllib.parse
import urllib.request
from typing import Iterator, List, Tuple

import pytest
from hypothesis import HealthCheck, Phase, assume, example, given, settings
from hypothesis import strategies as st

from rtcompat.rest1 import forms
from tests.bench.bench import Bench, Server
from tests.bench.versions import RELEASES, release
from tests.live.perl_rest import PerlRest
from tests.property import model_of_rt, strategies
from tests.property.test_forms_properties import same_forms

pytestmark = [pytest.mark.live, pytest.mark.property]

many = settings(max_examples=150,
                suppress_health_check=[HealthCheck.function_scoped_fixture])
#: Every example costs RT half a second: no shrinking.
few = settings(max_examples=12, phases=[Phase.explicit, Phase.generate],
               suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module", params=[each.name for each in RELEASES])
def perl(request: pytest.FixtureRequest, bench: Bench, tmp_path_factory: pytest.TempPathFactory
         ) -> Iterator[PerlRest]:
    running = PerlRest(bench.software(release(request.param)), tmp_path_factory.mktemp("perl"))
    yield running
    running.close()


# -- RT's Perl --------------------------------------------------------------------------------

@many
@given(written=st.lists(strategies.written_form(), min_size=1, max_size=3))
def test_the_model_writes_as_rt_does(perl: PerlRest, written: List[model_of_rt.ModelForm]) -> None:
    assert model_of_rt.compose(written) == perl.compose(written)


@many
@given(written=st.lists(strategies.written_form(), min_size=1, max_size=3))
def test_we_read_what_rt_writes(perl: PerlRest, written: List[model_of_rt.ModelForm]) -> None:
    text = perl.compose(written)
    assume(text.strip("\n"))
    content = ("RT/5.0.3 200 Ok\n\n" + text + "\n").encode()
    (envelope,) = forms.parse(content)
    for read, form in zip(envelope.forms, written):
        for key in form.order or []:
            value = form.values[key]
            if not isinstance(value, list):
                assert read.all(key) == (value or "",)
            elif all("\n" not in item for item in value):
                assert forms.split_list(read.all(key)[0]) == tuple(value)
    assert forms.compose_answer([envelope]) == content


@many
@given(text=strategies.soup)
def test_rts_reader_is_what_we_take_it_for(perl: PerlRest, text: str) -> None:
    read = perl.parse(text)
    assert read == model_of_rt.parse(text, (4, 4, 6))
    same_forms(forms.parse_request(text), read)


@many
@given(fields=strategies.posted_fields(strategies.posted_key, strategies.message))
@example(fields=[("Text", "    def f():\n        return 1")])
@example(fields=[("Text", "  a\n\n  b"), ("CF.{A}", "see {x}: y"), ("Comments", " ")])
@example(fields=[("CF.{A}: b}", "x: y"), ("Text", "0\n"), ("Signature", "\t\n\u2028x\n\n")])
def test_rt_reads_what_we_write(perl: PerlRest, fields: List[Tuple[str, str]]) -> None:
    text = forms.compose_request(fields)
    (read,) = perl.parse(text)
    assert (read.comment, read.error) == ("", "")
    assert read.order == [key for key, _ in fields]
    assert read.values == dict(fields)


@many
@given(text=strategies.value, strip=st.booleans())
def test_lists_are_taken_apart_as_rt_does(perl: PerlRest, text: str, strip: bool) -> None:
    assert perl.words(text, strip=strip) == model_of_rt.words(text, (4, 4, 6), strip=strip)


# -- tickets over HTTP ------------------------------------------------------------------------

class Session:
    """A logged-in session of REST 1.0, with no more of a client than a test needs."""

    def __init__(self, server: Server) -> None:
        self.server = server
        login = {"user": "root", "pass": server.users["root"].password}
        with urllib.request.urlopen(self._url("ticket/1/show"), self._body(login), 30) as answer:
            (found,) = re.findall(r"RT_SID[^=]*=[0-9a-f]{32}", str(answer.headers["Set-Cookie"]))
        self._headers = {"Cookie": found}

    def _url(self, path: str) -> str:
        return f"{self.server.url}/REST/1.0/{path}"

    @staticmethod
    def _body(fields: "dict[str, str]") -> bytes:
        return urllib.parse.urlencode(fields).encode()

    def get(self, path: str) -> bytes:
        request = urllib.request.Request(self._url(path), headers=self._headers)
        with urllib.request.urlopen(request, None, 30) as answer:
            content = answer.read()
        assert isinstance(content, bytes)
        return content

    def post(self, path: str, content: str) -> Tuple[forms.Envelope, ...]:
        request = urllib.request.Request(self._url(path), self._body({"content": content}),
                                         self._headers)
        with urllib.request.urlopen(request, None, 30) as answer:
            return forms.parse(answer.read())


@pytest.fixture(scope="module", params=[each.name for each in RELEASES])
def session(request: pytest.FixtureRequest, bench: Bench) -> Session:
    return Session(bench.require(request.param))


# RT's core changes more than its REST interface does, so some of what is generated is made
# harmless: CR; over SQLite what looks like a number (5.0.7 makes 7 of 007); in custom fields of
# several lines markup and what HTML trims, because 5.0.7 scrubs them as HTML.

def _no_carriage_return(text: str) -> str:
    return text.replace("\r", "|")


sent_message = strategies.value.map(_no_carriage_return).map(
    lambda text: text if text.strip() and text[0] != "\n" and text != "0" else "m" + text)
one_line = strategies.line.map(_no_carriage_return).map(lambda line: line + "s")
notes_text = strategies.value.map(
    lambda text: "n" + re.sub("[<>&\x00-\x09\x0b-\x1f\x7f-\x9f]", "|", text))
item = strategies.line.map(_no_carriage_return).map(lambda line: f"v{line}v")


@few
@given(text=sent_message, single=one_line, notes=notes_text,
       several=st.lists(item, min_size=1, max_size=5, unique=True))
@example(text="    def f():\n        return 1", single="see {x}: y", notes="a\n\n  b\n\n",
         several=["it's", "a, b", "q{x}, y", "back\\slash, z"])
@example(text="a\n--\n# b\nSubject: c\n\nRT/3.8.2 200 Ok\n\n\n", single="  lead",
         notes="--\n# x\nid: ticket/1", several=["0", "x"])
def test_a_ticket_holds_what_was_sent(session: Session, text: str, single: str, notes: str,
                                      several: List[str]) -> None:
    joined = forms.join_custom_values(several, version=None)
    (answer,) = session.post("ticket/new", forms.compose_request([
        ("Queue", "Second Queue"), ("Subject", "forms"), ("Text", text),
        ("CF.{Vendor: Ref}", single), ("CF.{Impact Notes}", notes), ("CF.{Tags}", joined)]))
    created = re.match(r"# Ticket (\d+) created\.", answer.forms[0].comment[0])
    assert created is not None, answer
    content = session.get(f"ticket/{created.group(1)}/history?format=l")
    (history,) = forms.parse(content)
    assert history.forms[0].get("Content") == text
    assert forms.compose_answer([history]) == content
    content = session.get(f"ticket/{created.group(1)}/show")
    (shown,) = forms.parse(content)
    form = shown.forms[0]
    assert form.get("CF.{Vendor: Ref}") == single
    assert form.get("CF.{Impact Notes}") == notes
    read, certain = forms.split_custom_values(form.get("CF.{Tags}") or "", single=False,
                                              version=shown.version_tuple)
    assert sorted(read) == sorted(several) and certain
    assert forms.compose_answer([shown]) == content
