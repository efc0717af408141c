"""Saved answers as JSON Lines, by one process and by several."""
from __future__ import annotations

import gzip
import io
import json
from base64 import b64decode
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

import pytest

from rtcompat.archive import Problem
from rtcompat.archive.exports import answers
from rtcompat.archive.reading import read
from rtcompat.errors import UsageError
from tests.tiny import content_of, tiny


def parsed(paths: Sequence[Any], **how: Any) -> Tuple[bytes, List[Problem], answers.Parsed]:
    stream = io.BytesIO()
    problems: List[Problem] = []
    done = answers.parse([str(one) for one in paths], stream, tell=problems.append, **how)
    return stream.getvalue(), problems, done


def records(content: bytes) -> List[Dict[str, Any]]:
    assert content.isascii()
    return [json.loads(line) for line in content.splitlines()]


def test_every_answer_is_a_line_that_holds_all_of_it(tmp_path: Path) -> None:
    tiny(tmp_path, 2)
    content, problems, done = parsed([tmp_path])
    found = records(content)
    expected = list(read([str(tmp_path)]))
    assert len(found) == len(expected) == done.answers and len(problems) == done.problems
    for one, answer in zip(found, expected):
        assert (one["type"], one["file"], one["line"]) == ("answer", answer.file, answer.line)
        assert (one["kind"], one["version"]) == (answer.kind.value, answer.version)
        assert (one["path"], one["code"]) == (answer.path, answer.code)
        if answer.forms:
            assert [[tuple(pair) for pair in form["fields"]] for form in one["forms"]] == [
                [(field.key, field.value) for field in form.fields] for form in answer.forms]
            assert [tuple(form["comment"]) for form in one["forms"]] == [
                form.comment for form in answer.forms]
        else:
            held = b64decode(one["base64"]) if "base64" in one else one["text"].encode()
            assert held == answer.raw
    assert any(b64decode(one.get("base64", "")).endswith(content_of(2)) for one in found)


def test_several_processes_give_the_same_lines(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny(tmp_path / "a", 3)
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"no answer at all\n"))
    monkeypatch.setattr(answers, "_FILES", 7)
    paths = [tmp_path / "b.txt.gz", tmp_path / "a", tmp_path / "a" / "ticket" / "1"]
    assert parsed(paths, jobs=2) == parsed(paths)
    assert parsed(paths)[1], "the other file is a problem"


def test_a_folder_with_something_odd_in_it_is_read_as_a_whole(tmp_path: Path) -> None:
    tiny(tmp_path / "a", 1)
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "gone").symlink_to(tmp_path / "nowhere")
    alone = parsed([tmp_path / "a"])
    assert parsed([tmp_path / "a"], jobs=2) == alone
    assert {Path(one.file).name for one in alone[1]} == {"loop", "gone"}


def test_a_manifest_is_no_answer(tmp_path: Path) -> None:
    tiny(tmp_path, 1)
    before = parsed([tmp_path], jobs=2)
    (tmp_path / "MANIFEST.jsonl").write_bytes(b"{}\n")
    assert parsed([tmp_path], jobs=2) == parsed([tmp_path]) == before


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_path_that_is_not_there_is_refused(jobs: int, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        parsed([tmp_path / "nothing"], jobs=jobs)
    with pytest.raises(UsageError):
        parsed([tmp_path], jobs=0)
