"""The commands on archives of saved REST 1.0 answers: ``rtcompat archive …`` and ``parse``.

What reads a server reads an archive by the same words: the commands are the same, opened with
``--from`` instead of ``--server``.
"""
from __future__ import annotations

import inspect
import sys
from collections import Counter
from contextlib import contextmanager
from typing import Any, Callable, FrozenSet, Iterator, Optional, Tuple

import click
from click.core import ParameterSource

from rtcompat import Client
from rtcompat import archive as archives
from rtcompat.archive import Archive, Problem, exports
from rtcompat.archive.exports import answers
from rtcompat.archive.exports.whole import EVERYTHING, wholes
from rtcompat.archive.index import of_rt
from rtcompat.cli import batch, messages, operations, reading, writing
from rtcompat.cli.invocation import Invocation, connection_options, invoked, note, reading_options
from rtcompat.cli.layout import counted, visible
from rtcompat.cli.opening import (archive_options, end, is_named, on_archives, opened,
                                  paths_named)
from rtcompat.cli.problems import Refusals, listed, told
from rtcompat.errors import NotSaved, Unsupported, UsageError
from rtcompat.rest1.kinds import Kind
from rtcompat.tracker import Tracker

__all__ = ["archive", "parse"]

#: Attributes of an operation's result that mark it as a write.
_WRITES = "Receipt"


def _offered(operation: str) -> bool:
    """Whether an archive can do it."""
    return operation not in Archive.UNSUPPORTED and not _writes(operation)


def _writes(operation: str) -> bool:
    contract = inspect.signature(getattr(Tracker, operation))
    return str(contract.return_annotation) == _WRITES


class _ReadOnly(click.Group):
    """Commands that read, and names of those that would write, which are refused as such."""

    writing: FrozenSet[str] = frozenset()

    def get_command(self, context: click.Context, name: str) -> Optional[click.Command]:
        found = super().get_command(context, name)
        if found is None and name in self.writing:
            raise Unsupported("an archive is read-only", operation=name,
                              advice="give the command without 'archive', and --server URL")
        return found


@click.group(cls=_ReadOnly)
def archive() -> None:
    """Read archives of saved REST 1.0 answers, and make them.

    Reading commands take --from PATH, or RTCOMPAT_ARCHIVE with paths between colons.
    """


for _command in (reading.show, reading.history, reading.attachments):
    archive.add_command(on_archives(_command))
archive.add_command(on_archives(reading.search, help=(
    "List the tickets that QUERY finds.\n\nQUERY is TicketSQL, read here as RT reads it: \"Queue = "
    "'General' AND Status = 'new'\". Without it all tickets are listed. A note names those of "
    "which only a history, attachments or links were saved, which no search finds.")))
archive.add_command(on_archives(writing.links, {
    "add": (), "remove": (), "replace": (), "no_read_back": False},
    "Show the links of a ticket."))
_writing = {_group.name: frozenset(_group.commands) for _group in operations.groups(_writes)}
for _group in operations.groups(_offered):
    _reading = _ReadOnly(_group.name, help=_group.help, commands={
        name: on_archives(each) for name, each in _group.commands.items()})
    _reading.writing = _writing.get(_group.name, frozenset())
    archive.add_command(_reading)
assert isinstance(archive, _ReadOnly)
archive.writing = frozenset(str(_command.name) for _command in (
    writing.create, writing.edit, writing.resolve, writing.merge, writing.take, writing.untake,
    writing.steal, messages.reply, messages.comment, batch.create_many))


@contextmanager
def _bar(label: str) -> Iterator[Optional[Callable[[int, Optional[int]], None]]]:
    """A progress bar on standard error, and what moves it; None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    bar: Any = click.progressbar(length=0, label=label, file=sys.stderr, show_pos=True)

    def moved(done: int, total: Optional[int]) -> None:
        bar.length = max(done, total or 0)
        bar.update(done - bar.pos)
    with bar:
        yield moved


def _refuse_from(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value:
        raise UsageError("save reads a server", argument="from",
                         advice="give --server URL in place of --from; 'archive export' reads an "
                                "archive")


def _refuse_dry_run(invocation: Invocation, verb: str) -> None:
    """The option shows a write to the server that would be sent, and there is none here."""
    if invocation.options.dry_run:
        raise UsageError(f"{verb} writes nothing to a server that --dry-run could show",
                         argument="dry_run", advice="leave it out")


@archive.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False))
@click.option("--from", "unwanted", multiple=True, hidden=True, expose_value=False,
              callback=_refuse_from)
@click.option("--moved", metavar="URL", help="The server's URL when DIR was saved, where it has "
              "another one now.")
@click.option("--query", metavar="TICKETSQL", default=EVERYTHING, show_default=True,
              help="The tickets that this finds.")
@click.option("--jobs", type=click.IntRange(min=1), default=4, metavar="N", show_default=True,
              help="Requests under way at the same time.")
@connection_options
@click.pass_context
def save(context: click.Context, folder: str, moved: Optional[str], query: str,
         jobs: int) -> None:
    """Save tickets of a server into DIR, as REST 1.0 answers that the other commands read.

    Histories, attachments with contents and links come along. What DIR holds already is asked
    for again only where it changed, and a save that broke off is gone on with. The exit code is
    1 where something could not be saved; 'archive verify' tells it later, too.
    """
    invocation = invoked(context)
    _refuse_dry_run(invocation, "save")
    if context.get_parameter_source("query") is ParameterSource.DEFAULT:
        note("all tickets are saved, as there is no --query")
    with invocation.tracker() as tracker:
        if not isinstance(tracker, Client):
            raise Unsupported("only a server can be saved", operation="save")
        with _bar("saving") as shown:
            done = archives.save(tracker, query, folder, jobs=jobs, progress=shown,
                                 moved_from=moved)
    for failure in done.failures:
        invocation.complain(failure.error, about=failure.what)
    for problem in done.problems:
        note(told(problem))
    if invocation.options.json:
        invocation.emit({"folder": str(done.folder), "found": done.found,
                         "tickets": done.tickets, "files": done.files, "bytes": done.bytes,
                         "composed": done.composed, "failures": len(done.failures),
                         "problems": len(done.problems)})
    else:
        invocation.show([visible(
            f"{done.folder}: {counted(done.found, 'ticket')} found, {done.tickets:,} asked for, "
            f"{done.files:,} files written ({done.bytes:,} bytes)"
            + ", composed from REST2" * done.composed)])
    context.exit(1 if done.failures else 0)


@archive.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False))
@reading_options
@click.pass_context
def verify(context: click.Context, folder: str) -> None:
    """Check DIR, made by 'archive save', against its manifest; exit code 1 where it is damaged,
    something could not be saved, or the save did not come to its end."""
    invocation = invoked(context)
    found = archives.verify(folder)
    listed(invocation, found)
    if not found and not invocation.options.json:
        invocation.show([visible(f"{folder}: whole")])
    context.exit(1 if found else 0)


@archive.command()
@click.option("--to", required=True, metavar="FILE", type=click.Path(),
              help="Where to; with --dask-scheduler and for Parquet a new folder; - for JSON Lines "
              "on standard output.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there; Parquet's "
              "folder never.")
@click.option("--format", type=click.Choice(list(exports.FORMATS)),
              help="Else as FILE's name ends: .jsonl, .sqlite or .db, .parquet.")
@click.option("--query", metavar="TICKETSQL", default=EVERYTHING, show_default=True,
              help="The tickets that this finds.")
@click.option("--contents", is_flag=True, help="With the attachments' headers and contents.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", show_default=True,
              help="Cores, or requests under way, at the same time.")
@click.option("--dask-scheduler", metavar="ADDRESS",
              help="Write Parquet by the workers of a Dask cluster (tcp://host:8786); they read "
                   "PATH by themselves, which may be a URL of any storage.")
@archive_options
@connection_options
@click.pass_context
def export(context: click.Context, to: str, force: bool, format: Optional[str], query: str,
           contents: bool, jobs: int, dask_scheduler: Optional[str]) -> None:
    """Write tickets with all that belongs to them: JSON Lines, SQLite or Parquet.

    From an archive (--from), or from a server (--server). Without --query, an archive's tickets of
    which only a history, attachments or links were saved are written, too, with their number alone.
    Where there is no answer of RT at all, no file is written and the exit code is 1.
    """
    invocation = invoked(context)
    _refuse_dry_run(invocation, "export")
    if to == "-" and (dask_scheduler is not None or (format or "jsonl") != "jsonl"):
        raise UsageError("on standard output there is JSON Lines only", argument="to",
                         advice="give --to FILE")
    if dask_scheduler is not None:
        if query != EVERYTHING or (format or "parquet") != "parquet":
            raise UsageError("with --dask-scheduler everything is written, as Parquet",
                             argument="dask_scheduler")
        _tell_exported(invocation, _by_dask(context, to, dask_scheduler, contents))
        return
    with _source(context) as tracker:
        if isinstance(tracker, Archive) and tracker.empty:
            end(context)
        if to == "-":
            done = exports.export_lines(tracker, sys.stdout.buffer, query, jobs,
                                        contents=contents)
        else:
            with _bar("exporting") as moved:
                done = exports.export(tracker, to, format, query, jobs, moved,
                                      contents=contents, replace=force)
    _tell_exported(invocation, done)
    end(context)


def _by_dask(context: click.Context, to: str, scheduler: str, contents: bool
             ) -> exports.Exported:
    invocation = invoked(context)
    try:
        return exports.export_by_dask(paths_named(context, invocation), to, scheduler,
                                      contents=contents, timezone=invocation.options.timezone)
    except NotSaved as error:  # no answer of RT: ends as an export by one process does
        note(visible(error.what))
        context.exit(1)


def _source(context: click.Context) -> Tracker:
    """The archive, or the server where one is named and no archive is."""
    invocation = invoked(context)
    if invocation.options.server is None:
        return opened(context, otherwise="--server URL, ")
    if is_named(context):
        raise UsageError("--from and --server do not go together", argument="from")
    return invocation.tracker()


def _tell_exported(invocation: Invocation, done: exports.Exported) -> None:
    if str(done.path) == "-":
        pass  # standard output holds the tickets alone
    elif invocation.options.json:
        invocation.emit({"path": str(done.path), "format": done.format, "tickets": done.tickets,
                         "transactions": done.transactions, "attachments": done.attachments,
                         "lacking": done.lacking, "problems": done.problems})
    else:
        invocation.show([visible(
            f"{done.path}: {counted(done.tickets, 'ticket')}, "
            f"{counted(done.transactions, 'transaction')}, "
            f"{counted(done.attachments, 'attachment')}")])
    if done.problems:
        note(f"{counted(done.problems, 'problem')}: rtcompat archive problems lists them")
    if done.lacking:
        note("not all could be had, as the column or key 'lacking' tells: "
             + ", ".join(f"{part} of {count:,}" for part, count in done.lacking.items()))


@archive.command()
@archive_options
@reading_options
@click.option("--opening-only", is_flag=True, help="Without those that only reading every ticket "
              "and attachment shows.")
@click.pass_context
def problems(context: click.Context, opening_only: bool) -> None:
    """List what is odd in an archive: file, line and what it is.

    The exit code is 1 where there is no answer of RT, or a PATH cannot be read.
    """
    invocation = invoked(context)
    with opened(context, tells=False) as tracker:
        assert isinstance(tracker, Archive)
        if not opening_only:
            for _ in wholes(tracker, EVERYTHING, contents=True):
                pass
        listed(invocation, tracker.problems)
        refusals = Refusals(paths_named(context, invocation), not tracker.empty)
        for problem in tracker.problems:
            refusals.see(problem)
    context.exit(refusals.end())


@archive.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@reading_options
@click.pass_context
def kinds(context: click.Context, paths: Tuple[str, ...]) -> None:
    """Count the saved answers of each kind in files, folders, tars and zips.

    The exit code is 1 where none of them is RT's, or a PATH cannot be read.
    """
    invocation = invoked(context)
    found: "Counter[str]" = Counter()
    refusals = Refusals(paths)
    for one in archives.read(paths):
        refusals.met = refusals.met or of_rt(one)
        if one.kind is Kind.UNKNOWN and not one.raw:  # what could not be read at all
            for problem in one.problems:
                refusals.see(problem)
                note(told(problem))
        elif not one.continued:
            found[one.kind.value] += 1
    if invocation.options.json:
        for name, number in sorted(found.items()):
            invocation.emit({"kind": name, "answers": number})
    else:
        invocation.show(f"{number:>9,}  {name}" for name, number in sorted(found.items()))
    context.exit(refusals.end())


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--strict", is_flag=True, help="End with 1 where there is a problem.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, metavar="N", show_default=True,
              help="Processes that read at the same time.")
@reading_options
@click.pass_context
def parse(context: click.Context, files: Tuple[str, ...], strict: bool, jobs: int) -> None:
    """Print saved REST 1.0 answers as JSON Lines, with problems on standard error.

    FILE is a file, a folder, a tar or zip, or - for standard input. Nothing is put together:
    'archive show' and the others do that. The exit code is 1 where no answer is RT's, or a FILE
    cannot be read.
    """
    refusals = Refusals(files)

    def tell(problem: Problem) -> None:
        refusals.see(problem)
        click.echo(told(problem), err=True)
    done = answers.parse(files, sys.stdout.buffer, jobs=jobs, tell=tell)
    sys.stdout.buffer.flush()
    refusals.met = done.met
    code = refusals.end()
    context.exit(1 if strict and done.problems else code)
