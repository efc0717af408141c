"""Parquet: a folder a table, each with files of rows; the extra ``[parquet]`` (pyarrow)."""
from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Tuple

from rtcompat.archive.exports.tables import TABLES, Table, rows
from rtcompat.archive.exports.whole import Whole
from rtcompat.errors import Unsupported

if TYPE_CHECKING:
    import pyarrow

__all__ = ["write", "put", "schema", "available"]

#: Rows held before they are written as a row group, and bytes of contents held at most.
_ROWS = 20_000
_BYTES = 32 * 1024 * 1024


def available() -> None:
    """Raises: Unsupported without pyarrow."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise Unsupported("Parquet needs pyarrow: install rtcompat with its extra, "
                          "'rtcompat[parquet]'", operation="export") from error


def schema(table: Table) -> pyarrow.Schema:
    """The table's columns as Parquet has them: the same whatever the rows hold."""
    import pyarrow as arrow
    types = {"int": arrow.int64(), "text": arrow.string(), "bool": arrow.bool_(),
             "time": arrow.timestamp("ms", tz="UTC"), "json": arrow.string(),
             "bytes": arrow.large_binary()}
    return arrow.schema([(column.name, types[column.kind]) for column in table.columns])


def write(found: Iterable[Whole], folder: Path, part: int = 0) -> None:
    """Write the tickets as ``folder/TABLE/part-NNNNN.parquet``, one file a table.

    Args:
        folder: it is made where it is not there.
        part: number of these files.
    Raises: Unsupported without pyarrow.
    """
    available()
    with ExitStack() as stack:
        writers = {table.name: stack.enter_context(_Writer(table, folder, part))
                   for table in TABLES}
        for whole in found:
            for table, values in rows(whole):
                writers[table].put(values)


def put(unfinished: Path, folder: Path) -> None:
    """Give files that are whole their places in a folder of the same file system."""
    for file in sorted(unfinished.glob("*/*.parquet")):
        place = folder / file.parent.name / file.name
        place.parent.mkdir(exist_ok=True)
        os.replace(file, place)


class _Writer:
    """The file of a table; rows are held until there are many."""

    def __init__(self, table: Table, folder: Path, part: int) -> None:
        import pyarrow.parquet as parquet
        place = folder / table.name
        place.mkdir(parents=True, exist_ok=True)
        self._schema = schema(table)
        self._file = parquet.ParquetWriter(str(place / f"part-{part:05}.parquet"), self._schema,
                                           compression="zstd")
        self._held: List[Tuple[Any, ...]] = []
        self._bytes = 0

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._file.close()

    def put(self, values: Tuple[Any, ...]) -> None:
        """Take a row."""
        self._held.append(values)
        self._bytes += sum(len(one) for one in values if isinstance(one, (str, bytes)))
        if len(self._held) >= _ROWS or self._bytes >= _BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            self._file.write_batch(_batch(self._held, self._schema))
        self._held, self._bytes = [], 0


def _batch(held: List[Tuple[Any, ...]], columns: pyarrow.Schema) -> pyarrow.RecordBatch:
    import pyarrow as arrow
    by_name: Dict[str, List[Any]] = {
        name: [one[place] for one in held] for place, name in enumerate(columns.names)}
    return arrow.RecordBatch.from_pydict(by_name, schema=columns)
