"""What any tracker holds, written to a file: JSON Lines, SQLite, Parquet; archives read by Dask."""
from __future__ import annotations

from rtcompat.archive.exports.bag import bag, export_by_dask
from rtcompat.archive.exports.exporting import (FORMATS, Exported, export, export_lines,
                                                format_of)

__all__ = ["FORMATS", "Exported", "bag", "export", "export_by_dask", "export_lines",
           "format_of"]
