"""What any tracker holds, written to a file: JSON Lines, SQLite, Parquet."""
from __future__ import annotations

from rtcompat.archive.exports.exporting import FORMATS, Exported, export, format_of

__all__ = ["FORMATS", "Exported", "export", "format_of"]
