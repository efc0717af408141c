"""The corpus of dumps is whole, and each is read as is expected of it."""
from __future__ import annotations

from importlib.metadata import version
from typing import Any, Dict, List

import pytest

from tests.dumps import corpus, made_containers, made_damages, made_encodings
from tests.dumps.corpus import Dump
from tests.dumps.selected import selected

DUMPS = corpus.dumps()


@pytest.fixture(scope="module")
def read() -> Dict[str, List[Dict[str, Any]]]:
    return {dump.name: corpus.outcome(dump.path) for dump in DUMPS}


#: What chardet 5 and 6 take for another charset than 7 does: a line with one letter that tells.
GUESSED = frozenset(["4.0.5-ticket.txt"])
OLD_CHARDET = int(version("chardet").split(".")[0]) < 7


def test_each_is_read_as_expected(read: Dict[str, List[Dict[str, Any]]]) -> None:
    assert len(DUMPS) >= 150
    for dump in DUMPS:
        if OLD_CHARDET and dump.name in GUESSED:
            assert len(read[dump.name]) == len(corpus.expected(dump))
        else:
            assert read[dump.name] == corpus.expected(dump), dump.name


def test_what_stands_untouched_in_a_dump_comes_out_as_it_does_alone(
        read: Dict[str, List[Dict[str, Any]]]) -> None:
    assert {dump.name: lost for dump in DUMPS
            for lost in [corpus.lost(dump, read[dump.name])] if lost} == {}
    assert sum(bool(dump.parts or dump.like) for dump in DUMPS) > 150


def test_every_kind_version_encoding_damage_and_source_is_there(
        read: Dict[str, List[Dict[str, Any]]]) -> None:
    assert corpus.missing(corpus.counts(read, DUMPS)) == []
    for dump in DUMPS:
        assert set(dump.encodings) <= set(corpus.ENCODINGS), dump.name
        assert set(dump.damages) <= set(corpus.DAMAGES), dump.name
        assert dump.source[0] in corpus.SOURCES, dump.name


def test_the_manifest_tells_of_every_file_and_no_byte_was_touched() -> None:
    told = {"MANIFEST.json", ".gitattributes"}
    for dump in DUMPS:
        told |= {dump.name, dump.name + corpus.EXPECTED}
        assert corpus.digest(dump.path) == dict(dump.sha256), dump.name
    assert {each.name for each in corpus.FOLDER.iterdir()} == told
    assert sum(file.stat().st_size for file in corpus.FOLDER.rglob("*")
               if file.is_file()) < 2_000_000


def test_what_was_made_is_what_the_makers_make() -> None:
    made = [(each.dump(), each.content) for module in (
        made_encodings, made_damages, made_containers) for each in module.made()]
    by_name = {dump.name: dump for dump in DUMPS}
    assert {dump.name for dump, _ in made} == {
        dump.name for dump in DUMPS if dump.source[0] == "made"}
    for dump, content in [*made, *selected()]:
        _same(dump, by_name[dump.name])
        if isinstance(content, bytes) and not _packed(content):
            assert content == dump.path.read_bytes(), dump.name


def _same(dump: Dump, noted: Dump) -> None:
    assert (dump.source, dump.encodings, dump.damages, dump.parts, dump.like) == (
        noted.source, noted.encodings, noted.damages, noted.parts, noted.like), dump.name


def _packed(content: bytes) -> bool:
    """What compresses differs between versions of the libraries."""
    return content.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK"))
