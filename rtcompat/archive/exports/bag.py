"""Archives read by a Dask cluster; the extra ``[dask]`` (dask, distributed, fsspec).

Two stages, as the parts of a ticket may lie in several files:

1. Each partition reads some files into answers and says what each is about. From all that, one
   small step decides in which partition each ticket is, and what zone the dates are in.
2. Answers go to the partitions of the tickets that they are about (a shuffle). Each partition is
   then a small archive of its own, which gives its tickets as `rtcompat.archive.open` would.

A worker that is lost takes nothing with it: what it had read is read again elsewhere.
"""
from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import (IO, TYPE_CHECKING, Any, BinaryIO, Dict, FrozenSet, Iterable, Iterator, List,
                    Mapping, NamedTuple, Optional, Sequence, Tuple, Union, cast)

from rtcompat.archive.answers import Answer, Problem
from rtcompat.archive.archive import Archive
from rtcompat.archive.clock import Clocks, Evidence
from rtcompat.archive.exports import parquet
from rtcompat.archive.exports.exporting import Counted, Exported, joined, new_folder
from rtcompat.archive.exports.routing import Piece, Routes, pieces, routes
from rtcompat.archive.exports.whole import EVERYTHING, Whole, as_record, wholes
from rtcompat.archive.index import Index
from rtcompat.archive.manifest import MANIFEST, read_manifest
from rtcompat.archive.places import Extent, Store
from rtcompat.archive.reading import read
from rtcompat.archive.sources import nothing_in
from rtcompat.archive.unshown import parts_by_ticket
from rtcompat.errors import ConnectFailed, NotSaved, Unsupported, UsageError

if TYPE_CHECKING:
    import dask.bag
    import distributed

__all__ = ["bag", "export_by_dask", "available"]

#: Without ``npartitions``: files of a partition, where there are more than so many partitions.
_FILES, _FEWEST = 500, 16
#: What a task has not finished, within the folder that it writes to.
_UNFINISHED = ".part-"
#: A partition, and the answers sent to it.
_Group = Tuple[int, List[Tuple[int, Piece]]]


class _File(NamedTuple):
    """A file of a storage.

    Attributes:
        url: where it is.
        name: as it is called in problems, and as its address is guessed from.
    """

    number: int
    url: str
    name: str


@dataclass(frozen=True)
class _Named:
    """A stream under a name of ours."""

    stream: IO[bytes]
    name: str

    def read(self, size: int = -1) -> bytes:
        return self.stream.read(size)


#: A ticket, where its Created was printed (None: it is that of its first transaction), and it.
_Said = Tuple[int, Optional[Extent], str]


@dataclass(frozen=True)
class _Seen:
    """What a partition's answers tell all others."""

    marks: FrozenSet[FrozenSet[str]]
    tickets: FrozenSet[int]
    said: Tuple[_Said, ...]
    problems: FrozenSet[Problem]
    met: bool


@dataclass(frozen=True)
class _Plan:
    """What the second stage goes by."""

    routes: Routes
    clocks: Clocks
    problems: FrozenSet[Problem]
    met: bool


def available() -> None:
    """Raises: Unsupported without the extra."""
    try:
        import dask.bag  # noqa: F401
        import fsspec  # noqa: F401
    except ImportError as error:
        raise Unsupported("this needs dask and fsspec: install rtcompat with its extra, "
                          "'rtcompat[dask]'", operation="bag") from error


def bag(urlpaths: Union[str, Sequence[str]], *, timezone: Optional[str] = None,
        contents: bool = False, npartitions: Optional[int] = None,
        storage_options: Optional[Mapping[str, Any]] = None) -> dask.bag.Bag:
    """The tickets of an archive as a Dask bag of plain records.

    Args:
        urlpaths: files, folders, patterns (``s3://dumps/2019/*.gz``) of any storage that fsspec
            knows; what Dask's workers can open.
        timezone: IANA name of the zone in which dates were printed; None: learnt from all files.
        contents: also the attachments' headers and contents.
        npartitions: of the bag; None: as many as there are files, a few hundred small ones in
            one. Whatever the number, a file is read by one task.
        storage_options: for fsspec.
    Returns: a bag of dicts, one a ticket, as in the JSON Lines of `export`: ``type``, the
        ticket's attributes, ``transactions``, ``links`` …; in the order of their numbers within a
        partition. Partitions without a ticket come last, so that ``take(1)`` gives one. It is
        lazy; what is odd in the dump is told by an `Archive`'s ``problems`` alone.
    Raises: Unsupported without the extra; UsageError where there is no such file.
    """
    grouped, plan = _grouped(urlpaths, timezone, npartitions, storage_options)
    return grouped.map_partitions(_records, plan, contents)


def _grouped(urlpaths: Union[str, Sequence[str]], timezone: Optional[str],
             npartitions: Optional[int], storage_options: Optional[Mapping[str, Any]]
             ) -> Tuple[dask.bag.Bag, Any]:
    """The answers by partition, as a bag of `_Group`, and the delayed `_Plan`."""
    available()
    import dask
    import dask.bag
    from dask.bag.core import groupby_tasks
    options = dict(storage_options or {})
    given = [urlpaths] if isinstance(urlpaths, str) else list(urlpaths)
    files, manifests = _files(given, options)
    count = npartitions or min(len(files), max(_FEWEST, len(files) // _FILES))
    answered = dask.bag.from_sequence(files, npartitions=count).map_partitions(_pieces, options)
    count = answered.npartitions
    seen = [dask.delayed(_seen)(part) for part in answered.to_delayed()]
    plan = dask.delayed(_plan)(seen, count, _zones(manifests, options), timezone)
    sent = answered.map_partitions(_sent, plan)
    # By the number itself: groupby's own hash puts several partitions into one and leaves others,
    # often the first, empty.
    return groupby_tasks(sent, _partition, hash=int), plan


def export_by_dask(urlpaths: Union[str, Sequence[str]], folder: Union[str, Path],
                   scheduler: str, *, timezone: Optional[str] = None, contents: bool = False,
                   npartitions: Optional[int] = None,
                   storage_options: Optional[Mapping[str, Any]] = None) -> Exported:
    """Write an archive as Parquet by the workers of a Dask cluster, a file a table and partition.

    Args:
        urlpaths, timezone, contents, npartitions, storage_options: as of `bag`.
        folder: a new or empty one, in a place that all workers and we share; it has its name when
            all is written. The same tables and rows as `export` writes.
        scheduler: address of the cluster's (``tcp://host:8786``).
    Raises: Unsupported without the extras; UsageError; ConnectFailed: no scheduler answers there,
        within the time that Dask's configuration gives it; NotSaved where there is no answer of RT
        at all: nothing is written.
    """
    available()
    parquet.available()
    grouped, plan = _grouped(urlpaths, timezone, npartitions, storage_options)
    from dask import delayed
    with new_folder(Path(folder)) as place, _cluster(scheduler) as client:
        # Columns are known even where nothing is found.
        parquet.write((), place, grouped.npartitions)
        parts = [delayed(_written)(part, plan, str(place), contents)
                 for part in grouped.to_delayed()]
        (known, met), *done = client.gather(
            client.compute([delayed(_problems)(plan), *parts]))
        if not met:
            given = [urlpaths] if isinstance(urlpaths, str) else urlpaths
            raise NotSaved(nothing_in(", ".join(given)).what)
        for left in place.glob(_UNFINISHED + "*"):  # by a worker that was killed
            shutil.rmtree(left)
    met_later: FrozenSet[Problem] = frozenset().union(*(one.problems for one in done))
    # what comes of the asking is one, though each partition says it of its own tickets
    own = {one for one in met_later if one.asked}
    count = len(known.union(met_later - own)) + bool(own)
    return joined(Path(folder), "parquet", [one.exported for one in done], count)


def _cluster(scheduler: str) -> distributed.Client:
    """Raises: UsageError for what is no address; ConnectFailed."""
    from distributed import Client
    try:
        return Client(scheduler)
    except ValueError as error:
        raise UsageError(str(error), argument="scheduler",
                         advice="name it as tcp://host:8786") from error
    except OSError as error:
        raise ConnectFailed(f"no Dask scheduler answers at {scheduler}: {error}",
                            advice="check its address, and that it runs") from error


def _problems(plan: _Plan) -> Tuple[FrozenSet[Problem], bool]:
    return plan.problems.union(plan.clocks.problems), plan.met


@dataclass(frozen=True)
class _Part:
    """What a task wrote."""

    exported: Exported
    problems: FrozenSet[Problem]


def _written(groups: Iterable[_Group], plan: _Plan, folder: str, contents: bool) -> _Part:
    """Write the partitions' tickets. A task that is done again writes the same files again."""
    done: List[Exported] = []
    problems: List[Problem] = []
    for partition, archive in _archives(groups, plan):
        with TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as unfinished:
            counted = Counted(_own(partition, archive, plan, contents))
            parquet.write(counted, Path(unfinished), partition)
            parquet.put(Path(unfinished), Path(folder))
            done.append(counted.told(Path(folder), "parquet"))
        problems += archive.problems
    return _Part(joined(Path(folder), "parquet", done), frozenset(problems))


# -- files ------------------------------------------------------------------------------------

def _files(urlpaths: Sequence[str], options: Mapping[str, Any]
           ) -> Tuple[List[_File], List[_File]]:
    """The files, in the order in which `archive.read` takes them; and manifests among them.

    Raises: UsageError where there are none.
    """
    import fsspec
    found: List[_File] = []
    for given in urlpaths:
        storage, path = fsspec.core.url_to_fs(given, **options)
        pattern = any(one in path for one in "*?[")
        for place in sorted(storage.glob(path)) if pattern else [path]:
            if not storage.exists(place):
                raise UsageError(f"there is no {given}", argument="urlpaths")
            # Called as it was given: the zones of folders are told apart by their first names.
            name = place if pattern else given.rstrip("/")
            under = sorted(storage.find(place), key=_as_walked) if storage.isdir(place) \
                else [place]
            found += [_File(0, storage.unstrip_protocol(one), name + one[len(place):])
                      for one in under]
    files = [one for one in found if not one.name.endswith("/" + MANIFEST)]
    if not files:
        raise UsageError("there are no files", argument="urlpaths")
    return ([one._replace(number=number) for number, one in enumerate(files)],
            [one for one in found if one.name.endswith("/" + MANIFEST)])


def _as_walked(path: str) -> List[str]:
    """Sorts as a walk does that takes each folder's names in order."""
    return path.split("/")


def _zones(manifests: Iterable[_File], options: Mapping[str, Any]) -> Dict[str, str]:
    """By file the zone that the manifest of `save` tells."""
    import fsspec
    found: Dict[str, str] = {}
    for one in manifests:
        with TemporaryDirectory(prefix="rtcompat-") as copy, \
                fsspec.open(one.url, "rb", **options) as stream:
            (Path(copy) / MANIFEST).write_bytes(stream.read())
            zones = read_manifest(Path(copy)).zones
        folder = one.name[:-len(MANIFEST)]
        found.update((folder + file, zone) for file, zone in zones.items())
    return found


def _pieces(files: Iterable[_File], options: Mapping[str, Any]) -> List[Piece]:
    """First stage: the answers of some files."""
    import fsspec
    found: List[Piece] = []
    for file in files:
        with fsspec.open(file.url, "rb", **options) as stream:
            found += pieces(file.number, read([cast(BinaryIO, _Named(stream, file.name))]))
    return found


# -- what all have to know --------------------------------------------------------------------

class _Heard(Evidence):
    """Keeps what it is told, so that it can be told to another."""

    def __init__(self) -> None:
        super().__init__()
        self.said: List[_Said] = []

    def printed(self, ticket: int, extent: Extent, text: str) -> None:
        self.said.append((ticket, extent, text))

    def created(self, ticket: int, text: str) -> None:
        self.said.append((ticket, None, text))


def _seen(part: Iterable[Piece]) -> _Seen:
    held = list(part)
    index = Index(Store())
    index.evidence = heard = _Heard()
    with closing(index.store):
        index.fill(_answers(held))
        return _Seen(frozenset(marks for piece in held for marks in piece.marks),
                     frozenset((*index.tickets, *parts_by_ticket(index))), tuple(heard.said),
                     frozenset(index.problems), index.met)


def _plan(seen: Sequence[_Seen], partitions: int, zones: Mapping[str, str],
          timezone: Optional[str]) -> _Plan:
    evidence = Evidence()
    for one in seen:
        for ticket, extent, text in one.said:
            if extent is None:
                evidence.created(ticket, text)
            else:
                evidence.printed(ticket, extent, text)
    return _Plan(routes((marks for one in seen for marks in one.marks),
                        (ticket for one in seen for ticket in one.tickets), partitions),
                 Clocks(evidence, timezone=timezone, told=zones),
                 frozenset(problem for one in seen for problem in one.problems),
                 any(one.met for one in seen))


# -- second stage -----------------------------------------------------------------------------

def _sent(part: Iterable[Piece], plan: _Plan) -> List[Tuple[int, Piece]]:
    """Each answer with the partition that it goes to."""
    return [(partition, piece) for piece in part for partition in plan.routes.of_piece(piece)]


def _partition(sent: Tuple[int, Piece]) -> int:
    return sent[0]


def _records(groups: Iterable[_Group], plan: _Plan, contents: bool) -> Iterator[Dict[str, Any]]:
    """The tickets of the partitions' answers."""
    for partition, archive in _archives(groups, plan):
        yield from map(as_record, _own(partition, archive, plan, contents))


def _archives(groups: Iterable[_Group], plan: _Plan) -> Iterator[Tuple[int, Archive]]:
    """Each partition's answers as an archive, which is closed when the next is asked for."""
    for partition, sent in sorted(groups, key=_number):
        index = Index(Store())
        with closing(index.store):
            index.fill(_answers(sorted((piece for _, piece in sent), key=_order)))
            yield partition, Archive(("a part of an archive",), index, plan.clocks, None, False,
                                     partial(plan.routes.owns, partition))


def _own(partition: int, archive: Archive, plan: _Plan, contents: bool) -> Iterator[Whole]:
    return (whole for whole in wholes(archive, EVERYTHING, contents=contents)
            if plan.routes.owns(partition, whole.ticket.id))


def _number(group: Tuple[int, Any]) -> int:
    return group[0]


def _order(piece: Piece) -> Tuple[int, int]:
    return piece.order


def _answers(held: Iterable[Piece]) -> Iterator[Answer]:
    return (answer for piece in held for answer in piece.answers)
