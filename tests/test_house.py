"""The architecture, held by reading the code: who imports whom, and what is alike everywhere."""
from __future__ import annotations

import ast
import dataclasses
import inspect
import pickle
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Set, Tuple

import pytest

import rtcompat
from rtcompat import errors, fields, model
from rtcompat.aio import AsyncClient, connect_async
from rtcompat.archive import Archive
from rtcompat.archive.answered import Answered
from rtcompat.client import Client
from rtcompat.protocols import PROTOCOLS
from rtcompat.rest1.operations import Rest1
from rtcompat.rest2.operations import Rest2
from rtcompat.tracker import COMPOSED, OPERATIONS, Tracker

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "rtcompat"

#: A room imports only rooms of later lines; rooms of one line import each other only where the
#: line says so.
ORDER: Tuple[Tuple[str, ...], ...] = (
    ("__main__",), ("cli",), ("__init__",), ("fleet", "compat"), ("resources",), ("serve",),
    # Both clients connect and are carried by the same rules, which stand with the blocking one.
    ("aio",), ("connecting",), ("client",), ("archive", "sandbox"), ("protocols",),
    ("rest1", "rest2"), ("batches",), ("transport_httpx",), ("session",),
    ("transport", "replay"), ("exchange", "charset"),
    # Composed of operations alone: it names those it needs, and the tracker offers it.
    ("tracker",), ("watching",), ("ticketsql",), ("conditions",), ("conflicts",),
    ("receipt", "limits", "describe", "json_lines"), ("model",),
    ("fields",),
    ("errors", "driving"),
)
#: Outside libraries that only one room may import.
ONLY_HERE = {"requests": "transport", "requests_toolbelt": "transport", "urllib3": "transport",
             "chardet": "charset", "click": "cli", "httpx": "transport_httpx",
             "pyarrow": "archive", "dask": "archive", "distributed": "archive",
             "fsspec": "archive", "sqlite3": "archive"}


def room_of(path: Path) -> str:
    """The room that a module belongs to: its folder or its own name."""
    first = path.relative_to(PACKAGE).parts[0]
    return first[:-3] if first.endswith(".py") else first


def rank(room: str) -> int:
    for place, rooms in enumerate(ORDER):
        if room in rooms:
            return place
    raise AssertionError(f"{room} has no place in the house: add it to ORDER and say why")


def modules() -> List[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[Tuple[str, bool]]:
    """(module, whether only for type checking) for each import in a file."""
    tree = ast.parse(path.read_text("utf-8"))
    typing_only: Set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            typing_only.update(id(inner) for inner in ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in typing_only
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            if node.module == "rtcompat":
                for alias in node.names:
                    yield f"rtcompat.{alias.name}", id(node) in typing_only
            elif node.module:
                yield node.module, id(node) in typing_only


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_what_is_below_it(path: Path) -> None:
    room = room_of(path)
    for module, typing_only in imports(path):
        outside = module.split(".")[0]
        if outside in ONLY_HERE:
            assert ONLY_HERE[outside] == room, f"{outside} belongs to {ONLY_HERE[outside]}"
        if outside != "rtcompat" or typing_only:
            continue
        parts = module.split(".")
        other = parts[1] if len(parts) > 1 else "__init__"
        if other == room:
            continue
        if not (PACKAGE / other).exists() and not (PACKAGE / f"{other}.py").exists():
            other = "__init__"
        assert rank(other) > rank(room), f"{path.name}: {room} must not import {other}"


def test_only_the_operations_rooms_know_a_protocols_operations() -> None:
    for path in modules():
        if room_of(path) in ("rest1", "rest2", "protocols"):
            continue
        for module, _ in imports(path):
            assert not re.match(r"rtcompat\.rest[12]\.operations", module), path


@pytest.mark.parametrize("kind", [Rest1, Rest2, Client, Archive])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_has_the_same_arguments_everywhere(
        kind: Any, operation: str) -> None:
    if not hasattr(kind, operation):
        assert kind.UNSUPPORTED[operation], "an operation is there or has a reason not to be"
        return
    contract = inspect.signature(getattr(Tracker, operation))
    found = inspect.signature(getattr(kind, operation))
    wanted = list(contract.parameters.values())
    given = [each for each in found.parameters.values() if each.name != "cursor"]
    assert [each.name for each in given] == [each.name for each in wanted]
    assert [(each.kind, each.default) for each in given] == [
        (each.kind, each.default) for each in wanted]
    listing = "Listing" in str(contract.return_annotation)
    assert ("cursor" in found.parameters) == (listing and kind not in (Client, Archive))


def operations_of(kind: Any) -> List[str]:
    """What a client can be asked for: its public methods."""
    return [name for name in dir(kind) if not name.startswith("_")
            and callable(getattr(kind, name))]


@pytest.mark.parametrize("operation", operations_of(Tracker))
def test_the_awaited_client_has_the_same_operations_with_the_same_arguments(
        operation: str) -> None:
    contract = inspect.signature(getattr(Tracker, operation))
    twin = getattr(AsyncClient, operation)
    found = inspect.signature(twin)
    assert list(found.parameters.values()) == list(contract.parameters.values())
    returned = str(contract.return_annotation)
    iterated = returned.startswith("Listing[") or returned == "Watch"
    assert found.return_annotation == ("Async" if iterated else "") + returned
    assert inspect.iscoroutinefunction(twin) != iterated


def test_the_awaited_client_has_nothing_else() -> None:
    assert set(operations_of(AsyncClient)) <= set(operations_of(Client))
    ours = inspect.signature(connect_async).parameters
    theirs = inspect.signature(rtcompat.connect).parameters
    assert list(ours) == [*theirs, "transport", "concurrency"]
    assert [ours[name] for name in theirs] == list(theirs.values())


@pytest.mark.parametrize("name", list(PROTOCOLS))
def test_what_a_protocol_lacks_names_an_operation_and_an_argument(name: str) -> None:
    for entry, reason in PROTOCOLS[name].operations.UNSUPPORTED.items():
        found = re.fullmatch(r"(\w+)(?:\((\w+)\))?", entry)
        assert found and found.group(1) in OPERATIONS, entry
        parameters = inspect.signature(getattr(Tracker, found.group(1))).parameters
        assert found.group(2) is None or found.group(2) in parameters, entry
        assert reason


def test_what_an_archive_lacks_names_an_operation_and_an_argument() -> None:
    for entry, reason in Archive.UNSUPPORTED.items():
        found = re.fullmatch(r"(\w+)(?:\((\w+)\))?", entry)
        assert found and found.group(1) in (*OPERATIONS, *COMPOSED), entry
        parameters = inspect.signature(getattr(Tracker, found.group(1))).parameters
        assert found.group(2) is None or found.group(2) in parameters, entry
        assert reason


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_archive_answers_with_the_arguments_of_the_contract(operation: str) -> None:
    if operation in Archive.UNSUPPORTED:
        assert not hasattr(Answered, operation)
        return
    contract = inspect.signature(getattr(Tracker, operation)).parameters
    given = inspect.signature(getattr(Answered, operation)).parameters
    assert [(each.name, each.kind, each.default) for each in given.values()
            if each.name != "cursor"] == [
                (each.name, each.kind, each.default) for each in contract.values()]


@pytest.mark.parametrize("record, rows", [
    (model.Ticket, fields.TICKET), (model.Transaction, fields.TRANSACTION),
    (model.Attachment, fields.ATTACHMENT), (model.Queue, fields.QUEUE),
    (model.User, fields.USER), (model.Asset, fields.ASSET), (model.Catalog, fields.CATALOG),
    (model.Article, fields.ARTICLE), (model.ArticleClass, fields.ARTICLE_CLASS),
    (model.SavedSearch, fields.SAVED_SEARCH), (model.Group, fields.GROUP),
    (model.CustomField, fields.CUSTOM_FIELD),
    (model.CustomFieldValue, fields.CUSTOM_FIELD_VALUE), (model.CustomRole, fields.CUSTOM_ROLE)])
def test_records_and_the_table_of_fields_agree(
        record: type, rows: Tuple[fields.FieldRow, ...]) -> None:
    ours = {each.name for each in dataclasses.fields(record)}
    beside = {"times_exact", "undecided", "asked_id", "etag", "other_fields",
              "custom_field_files"}
    assert {row.name for row in rows} == ours - beside


def test_every_error_is_made_printed_and_pickled() -> None:
    kinds = [each for each in vars(errors).values()
             if isinstance(each, type) and issubclass(each, errors.RTError)]
    assert len(kinds) == len(errors.__all__)
    for kind in kinds:
        one = kind("it went wrong", server="http://rt", request="GET ticket/1",
                   messages=("no",), advice="try again")
        again = pickle.loads(pickle.dumps(one))
        assert type(again) is kind and str(again) == str(one) and vars(again) == vars(one)
        for part in ("it went wrong", "http://rt", "GET ticket/1", "no", "try again"):
            assert part in str(one)


def test_records_pickle_and_not_loaded_stays_itself() -> None:
    ticket = model.Ticket(7, custom_fields=model.FrozenMap({"a": ("b",)}))
    again = pickle.loads(pickle.dumps(ticket))
    assert again == ticket and hash(again) == hash(ticket)
    assert again.subject is model.NOT_LOADED
    assert not model.NOT_LOADED and model.NOT_LOADED != "" and model.NOT_LOADED != 0
    for misuse in (lambda: model.NOT_LOADED < 3, lambda: model.NOT_LOADED + 1,
                   lambda: len(model.NOT_LOADED), lambda: list(model.NOT_LOADED)):
        with pytest.raises(TypeError):
            misuse()


def test_public_names_are_sorted_and_exist() -> None:
    assert sorted(rtcompat.__all__) == list(rtcompat.__all__)
    for name in rtcompat.__all__:
        assert hasattr(rtcompat, name)
    setup = (ROOT / "setup.cfg").read_text("utf-8")
    assert f"version = {rtcompat.__version__}\n" in setup


def test_every_operation_error_and_command_stands_in_the_readme() -> None:
    program = pytest.importorskip("rtcompat.cli.program", reason="the extra [cli]")
    readme = " ".join((ROOT / "README.rst").read_text("utf-8").split())
    for name in (*OPERATIONS, *errors.__all__):
        assert re.search(rf"\b{name}\b", readme), name
    for command in program.program.commands:
        assert f"rtcompat {command}" in readme, command


def test_sizes_stay_liveable() -> None:
    long: Dict[str, int] = {}
    for path in modules():
        lines = len(path.read_text("utf-8").splitlines())
        if lines > 500:
            long[str(path.relative_to(ROOT))] = lines
    assert long == {}


def test_top_level_names() -> None:
    allowed = {"setup.cfg", "setup.py", "README.rst", "rtcompat", "tests", "fixtures",
               "CHANGELOG.md", ".ci", ".gitignore"}
    import subprocess
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True,
                            check=True).stdout.splitlines()
    assert {name.split("/")[0] for name in listed} <= allowed
