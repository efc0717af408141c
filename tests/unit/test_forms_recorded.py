"""Every recorded answer in ``fixtures/``: untouched, named, and composed back to the byte."""
from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Set

import pytest

from rtcompat.rest1.forms import compose_answer, parse, split_head
from rtcompat.rest1.kinds import Kind
from tests import corpus
from tests.kinds_of_rest2 import Kind2
from tests.recorded import Recorded, recorded

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
MANIFEST = json.loads((FIXTURES / "MANIFEST.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def answers() -> List[Recorded]:
    return list(recorded(FIXTURES))


def test_the_manifest_tells_of_every_file() -> None:
    listed = {entry["file"] for entry in MANIFEST}
    there = {str(file.relative_to(FIXTURES))
             for folder in ("rest1", "rest2", "farm", "recordings")
             for file in (FIXTURES / folder).rglob("*") if file.is_file()}
    assert listed == there
    assert all(entry["server"] for entry in MANIFEST)


def test_no_byte_was_touched() -> None:
    for entry in MANIFEST:
        content = (FIXTURES / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["file"]


def test_the_selection_is_small() -> None:
    size = sum(file.stat().st_size for file in FIXTURES.rglob("*") if file.is_file())
    assert size < 10 * 1000 * 1000


def test_every_answer_is_of_a_kind_that_its_request_can_have() -> None:
    wrong = [(finding.answer.file, finding.kind, finding.wrong)
             for finding in corpus.findings(FIXTURES) if finding.wrong]
    assert wrong == []


#: Kinds that no recorded server gave: what stands before RT gives them.
NOT_RECORDED = {Kind.UNKNOWN, Kind.HTTP_ERROR, Kind.REST_SESSION_PAGE, Kind2.UNKNOWN,
                Kind2.NO_ANSWER}


def test_every_kind_is_there() -> None:
    found = {finding.kind for finding in corpus.findings(FIXTURES)}
    assert set(Kind) | set(Kind2) == found | NOT_RECORDED
    assert not found & NOT_RECORDED


def test_every_version_is_there(answers: List[Recorded]) -> None:
    found: Dict[str, Set[str]] = {}
    for each in answers:
        head = split_head(each.content)
        if head is not None:
            found.setdefault(head[0].version.split("+")[0], set()).add(each.server)
    assert set(found) >= {"3.4.6", "3.6.11", "3.8.17", "4.0.5", "4.0.25", "4.4.6", "5.0.3"}


def test_a_wrong_answer_is_noticed(answers: List[Recorded], tmp_path: Path,
                                   capsys: pytest.CaptureFixture[str]) -> None:
    """The comparison can fail: each object's answer is none to the next object's request."""
    asked = {Kind.TICKET: "ticket/1/show", Kind.USER: "user/root", Kind.LINKS: "ticket/1/links",
             Kind.HISTORY_SHORT: "ticket/1/history", Kind.SEARCH_LINES: "search/ticket",
             Kind.QUEUE: "queue/1", Kind.UPDATED: "ticket/1/edit", Kind.CREATED: "ticket/new"}
    given = {kind: next(each for each in answers if corpus.named(each) is kind)
             for kind in asked}
    for kind, each in given.items():
        for other, path in asked.items():
            form = {Kind.SEARCH_LINES: (("query", "id>0"),), Kind.UPDATED: (("content", "a: b"),),
                    Kind.CREATED: (("content", "a: b"),)}.get(other, ())
            moved = replace(each, path="/REST/1.0/" + path, form=form, user="root")
            finding = corpus._judged(moved)
            assert (finding.wrong is None) == (other is kind), (kind, other, finding.kind)
    meta = {"name": "x", "request": {"method": "GET", "path": "/REST/1.0/user/root", "user": "root",
                                     "headers": {}, "body": None}, "status": 200, "headers": []}
    (tmp_path / "x.meta.json").write_text(json.dumps(meta))
    (tmp_path / "x.body").write_bytes(given[Kind.TICKET].content)
    assert corpus.main(tmp_path) == 1
    assert "ticket: not an answer to GET /REST/1.0/user/root" in capsys.readouterr().out
    (tmp_path / "x.body").write_bytes(b"what is this?")
    assert corpus.main(tmp_path) == 1
    (tmp_path / "x.body").write_bytes(b"RT/4.4.6 200 Ok\n\nid: user/14\nName: root\n\n")
    assert corpus.main(tmp_path) == 0


@pytest.mark.parametrize("file, kind", [
    ("5.0.3/fpriv-queue-1", Kind.WITHHELD), ("5.0.3/fpriv-attachment", Kind.WITHHELD),
    ("5.0.3/fpriv-history-id", Kind.WITHHELD), ("5.0.3/fpriv-history", Kind.HISTORY_SHORT),
    ("5.0.3/fpriv-history-l", Kind.EXCEPTION),
    ("3.4.6/x-u-show", Kind.SELF_SERVICE), ("5.0.3/parse-unknownfield", Kind.FIELDS_REFUSED),
    ("4.0.5/x-new-unknown", Kind.CREATED_IN_PART), ("5.0.3/parse-badqueue", Kind.NOT_CREATED),
    ("5.0.3/parse-hash-in-middle", Kind.SYNTAX_ERROR),
    ("5.0.3/edit-batch-mixed", Kind.FIELDS_REFUSED),
    ("5.0.3/edit-batch-noid", Kind.VALUE_REFUSED), ("5.0.3/search-sfields", Kind.SEARCH_TABLE),
    ("5.0.3/show-history-two-l", Kind.HISTORY_LONG),
    ("5.0.3/torture-history-long", Kind.HISTORY_LONG), ("5.0.3/show-mixed", Kind.SEVERAL),
    ("5.0.3/show-content-plus", Kind.SEVERAL), ("3.4.6/x-att-none", Kind.NOTHING),
    ("5.0.3/logout-cookie", Kind.LOGGED_OUT),
    ("4.0.25/x-mailgw", Kind.MAIL_GATEWAY)])
def test_kinds_by_name(answers: List[Recorded], file: str, kind: Kind) -> None:
    found = {corpus.named(each) for each in answers if each.file == f"rest1/{file}.txt"}
    assert found == {kind}


# -- composed back ----------------------------------------------------------------------------

def test_every_envelope_is_composed_back_to_the_byte(answers: List[Recorded]) -> None:
    excused = {entry["file"]: entry["reason"]
               for entry in json.loads((FIXTURES / "not-composable.json").read_text("utf-8"))}
    different: Set[str] = set()
    kinds: Counter[str] = Counter()
    for each in answers:
        if not each.content.startswith(b"RT/"):
            continue
        path = each.path.rstrip("/")
        envelopes = parse(each.content, source=each.file, search="/search/" in path,
                          names=path.endswith("customfields"), plain=path.endswith("/content"))
        if compose_answer(envelopes) != each.content:
            different.add(each.file)
        for envelope in envelopes:
            kinds["forms" if envelope.forms else "words"] += 1
            if envelope.forms:  # what was parsed says it all: nothing is taken from the body
                bare = replace(envelope, body="", raw_body=None)
                assert compose_answer([bare]) == compose_answer([envelope])
    assert different == set(excused)
    assert kinds["forms"] > 2000 and kinds["words"] > 500
