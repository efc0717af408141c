"""Write `rtcompat.aio.operations` anew from Tracker's signatures: ``python -m tests.write_aio``."""
from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple, Type

from rtcompat import tracker
from rtcompat.tracker import Tracker
from rtcompat.tracker.source import Source

__all__ = ["BY_HAND", "main", "written"]

FOLDER = Path(tracker.__file__).resolve().parent.parent / "aio" / "operations"
#: By hand in `AsyncClient`: they are no operations of a protocol.
OWN = ("server", "close")
#: By hand, too: what it returns is a class of its own.
BY_HAND = ("watch",)
WRITTEN = "Written by ``python -m tests.write_aio``."
WIDTH = 99


def subjects() -> Iterator[Tuple[Type[Any], ast.Module]]:
    """Each class of operations, with the module it stands in."""
    for subject in Tracker.__mro__[1:]:
        if subject not in (Source, object):
            module = sys.modules[subject.__module__]
            yield subject, ast.parse(inspect.getsource(module))


def methods(subject: Type[Any], module: ast.Module) -> List[ast.FunctionDef]:
    """The operations that a class defines."""
    found, = (node for node in module.body
              if isinstance(node, ast.ClassDef) and node.name == subject.__name__)
    return [node for node in found.body if isinstance(node, ast.FunctionDef)
            and not node.name.startswith("_") and node.name not in (*OWN, *BY_HAND)]


def kind(method: ast.FunctionDef) -> Optional[str]:
    """``_carried`` or ``_listed``: where the operation goes as it is; None for one that is made of
    others, or does more with their results."""
    last = method.body[-1]
    given = last.value if isinstance(last, ast.Return) else None
    if isinstance(given, ast.Name) and isinstance(method.body[-2], ast.AnnAssign):
        given = method.body[-2].value
    for name in ("_carried", "_listed"):
        call = ast.parse(f"self.{name}({method.name!r}, locals())", mode="eval").body
        if given is not None and ast.dump(given) == ast.dump(call):
            return name
    return None


def rewritten(subject: Type[Any], method: ast.FunctionDef) -> str:
    """The awaited twin of a method that is made of operations: each of them awaited."""
    lines = inspect.getsource(sys.modules[subject.__module__]).splitlines()
    places: List[Tuple[int, int]] = []
    for node in ast.walk(method):
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "self":
            asked = inspect.signature(getattr(Tracker, node.attr))
            # What is a listing would have to be looped over asynchronously: by hand, then.
            assert "Listing" not in str(asked.return_annotation), method.name
            places.append((node.lineno, node.col_offset))
    for line, column in sorted(places, reverse=True):
        lines[line - 1] = f"{lines[line - 1][:column]}await {lines[line - 1][column:]}"
    first = method.body[1] if ast.get_docstring(method) else method.body[0]
    returns = ast.unparse(method.returns) if method.returns is not None else "None"
    return "\n".join([signature(method, "async def", returns), summary(method),
                      *lines[first.lineno - 1:method.end_lineno]])


def signature(method: ast.FunctionDef, word: str, returns: str) -> str:
    """The first lines of the method, wrapped."""
    plain = ast.parse(f"def f({ast.unparse(method.args)}): pass").body[0]
    assert isinstance(plain, ast.FunctionDef)
    given, args = [], plain.args
    assert not (args.posonlyargs or args.vararg or args.kwarg), method.name
    defaults = [None] * (len(args.args) - len(args.defaults)) + list(args.defaults)
    for arg, default in zip(args.args, defaults):
        given.append(parameter(arg, default))
    if args.kwonlyargs:
        given.append("*")
    for arg, default in zip(args.kwonlyargs, args.kw_defaults):
        given.append(parameter(arg, default))
    begin, end = f"    {word} {method.name}(", f") -> {returns}:"
    lines = [""]
    for place, part in enumerate(given):
        last = place == len(given) - 1
        part += "" if last else ","
        room = WIDTH - len(begin) - (len(end) if last and len(part + end) <= WIDTH - len(begin)
                                     else 0)
        if lines[-1] and len(lines[-1]) + 1 + len(part) > room:
            lines.append(part)
        else:
            lines[-1] += (" " if lines[-1] else "") + part
    if len(begin + lines[-1] + end) > WIDTH:
        lines.append("")
    lines[-1] += end
    return begin + ("\n" + " " * len(begin)).join(lines)


def parameter(arg: ast.arg, default: Optional[ast.expr]) -> str:
    """One parameter as it stands in a signature."""
    text = arg.arg if arg.annotation is None else f"{arg.arg}: {ast.unparse(arg.annotation)}"
    if default is None:
        return text
    return text + (" = " if arg.annotation is not None else "=") + _quoted(default)


def _quoted(node: ast.expr) -> str:
    """An expression, its texts in double quotes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return '"' + node.value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return ast.unparse(node)


def summary(method: ast.FunctionDef) -> str:
    """The first sentence of its contract, on one line."""
    said = (ast.get_docstring(method) or "").split("\n\n")[0].replace("\n", " ")
    first = said.split(". ")[0].rstrip(".")
    text = f'        """{first}. See `Tracker.{method.name}`."""'
    return text if len(text) <= WIDTH else f'        """See `Tracker.{method.name}`."""'


def operation(subject: Type[Any], method: ast.FunctionDef) -> str:
    """The awaited twin of an operation."""
    if kind(method) is None:
        return rewritten(subject, method)
    returns = ast.unparse(method.returns) if method.returns is not None else "None"
    if kind(method) == "_listed":
        assert returns.startswith("Listing["), method.name
        return "\n".join([signature(method, "def", f"Async{returns}"), summary(method),
                          f'        return self._listed("{method.name}", locals())'])
    begin, end = f"        result: {returns} = await self._carried(", f'"{method.name}", locals())'
    between = "" if len(begin + end) <= WIDTH else "\n            "
    return "\n".join([signature(method, "async def", returns), summary(method),
                      begin + between + end, "        return result"])


def names(nodes: List[ast.FunctionDef]) -> List[str]:
    """Every name that the signatures use."""
    found = set()
    for node in nodes:
        for part in (node.args, node.returns, *(node.body if kind(node) is None else ())):
            for inner in ast.walk(part) if part is not None else ():
                if isinstance(inner, ast.Name):
                    found.add(inner.id)
    return sorted(found)


def imported(subject: Type[Any], module: ast.Module, wanted: List[str]) -> List[str]:
    """The imports for these names, from where the contract has them."""
    places: Dict[str, List[str]] = {}
    for node in module.body:
        if isinstance(node, ast.ImportFrom) and node.module != "__future__":
            for alias in node.names:
                if alias.name in wanted and alias.name != "Listing":
                    places.setdefault(str(node.module), []).append(alias.name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id in wanted:
                places.setdefault(subject.__module__, []).append(node.targets[0].id)
    if "Listing" in wanted:
        places["rtcompat.aio.listing"] = ["AsyncListing"]
    for base in subject.__bases__:
        places.setdefault(_place(base), []).append(f"Async{base.__name__}")
    lines: List[str] = []
    ours = sorted(place for place in places if place.startswith("rtcompat"))
    for place in sorted(set(places) - set(ours)):
        lines.append(_import(place, places[place]))
    return [*lines, "", *(_import(place, places[place]) for place in ours)] if lines else [
        _import(place, places[place]) for place in ours]


def _place(kind: Type[Any]) -> str:
    """The module of a class's awaited twin."""
    name = kind.__module__.rpartition(".")[2]
    return f"rtcompat.aio.{name}" if kind is Source else f"rtcompat.aio.operations.{name}"


def _import(place: str, given: List[str]) -> str:
    line = f"from {place} import {', '.join(sorted(given))}"
    if len(line) <= WIDTH:
        return line
    begin = f"from {place} import ("
    return begin + ("\n" + " " * len(begin)).join(
        textwrap.wrap(", ".join(sorted(given)) + ")", WIDTH - len(begin)))


def written() -> Dict[str, str]:
    """Every file by name, as it should stand."""
    files: Dict[str, str] = {}
    classes: List[Tuple[str, str]] = []
    for subject, module in subjects():
        wanted = methods(subject, module)
        if not wanted:
            continue
        bases = ", ".join(f"Async{base.__name__}" for base in subject.__bases__)
        name = subject.__module__.rpartition(".")[2]
        about = (inspect.getdoc(subject) or "").split("\n")[0]
        files[f"{name}.py"] = "\n".join([
            f'"""`{subject.__module__}`, awaited. {WRITTEN}"""',
            "from __future__ import annotations", "", *imported(subject, module, names(wanted)), "",
            f'__all__ = ["Async{subject.__name__}"]', "", "",
            f"class Async{subject.__name__}({bases}):", f'    """{about}"""', "",
            "\n\n".join(operation(subject, one) for one in wanted), ""])
        classes.append((name, f"Async{subject.__name__}"))
    together = textwrap.wrap(", ".join(each for _, each in classes) + "):", WIDTH - 22)
    files["__init__.py"] = "\n".join([
        f'"""Every operation of `Tracker`, awaited. {WRITTEN}"""',
        "from __future__ import annotations", "",
        *(f"from rtcompat.aio.operations.{name} import {each}" for name, each in sorted(classes)),
        "", '__all__ = ["AsyncOperations"]', "", "",
        "class AsyncOperations(" + ("\n" + " " * 22).join(together),
        '    """Every operation, a class a subject; what each promises stands in `Tracker`."""',
        ""])
    return files


def main() -> int:
    """Write the files, and remove what is none of them."""
    FOLDER.mkdir(exist_ok=True)
    files = written()
    for old in FOLDER.glob("*.py"):
        if old.name not in files:
            old.unlink()
    for name, text in files.items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
