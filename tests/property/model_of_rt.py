"""A model of RT's reader and writer of the text format, to test ours against.

Written from the observed behaviour of 3.4.6 to 6.0.0 and independent of the package: nothing is
imported from it. `tests/live/test_forms_live.py` holds this model against RT's own Perl.
"""
from __future__ import annotations

import re
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

Value = Union[None, str, List[str]]

_BLANK = "[\t\n\x0b\x0c\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
_BLANKS = "".join(chr(code) for code in range(0x3001) if re.match(_BLANK, chr(code)))


_SPELLINGS = [r"CF\.\{{{}\}}", r"C(?:ustom)?F(?:ield)?-{}"]


class ModelForm(NamedTuple):
    """What RT's handlers and its writer pass on: order None is a comment alone."""

    comment: str
    order: Optional[List[str]]
    values: Dict[str, Value]
    error: str


# -- the writer -------------------------------------------------------------------------------

def compose(forms: List[ModelForm]) -> str:
    """The text of several forms."""
    return "\n--\n\n".join(_compose_one(form) for form in forms)


def _compose_one(form: ModelForm) -> str:
    text = ""
    if form.comment:
        text = form.comment.rstrip("\n") + "\n\n"
        if form.order is None and not form.error:
            return text[:-1]
    if form.error:
        return text + form.error
    written = ""
    for key in form.order or []:
        for block in _blocks(key, form.values.get(key)):
            if "\n" in block[:-1] and written and not written.endswith("\n\n"):
                written += "\n"
            written += block
    return text + written


def _blocks(key: str, value: Value) -> List[str]:
    """One block for a value or a list; one for each run where an item spans lines."""
    pad = " " * (len(key) + 2 if len(key) + 2 <= 16 else 4)
    if isinstance(value, list) and not value:
        return [f"{key}:\n"]
    blocks: List[str] = []
    open_line = ""
    for text in value if isinstance(value, list) else [value or ""]:
        if "\n" in text:
            if open_line:
                blocks.append(open_line + "\n\n")
            lines = text.split("\n")
            padded = [pad + each for each in lines[1:]]
            if lines[-1] == "":
                padded[-1] = ""
            blocks.append("\n".join([f"{key}: {lines[0]}", *padded]) + "\n\n")
            open_line = ""
        elif not open_line:
            open_line = f"{key}: {text}"
        elif len(open_line.rpartition("\n")[2]) + 1 + len(text) >= 70:
            open_line += f",\n{pad}{text}"
        else:
            open_line += f", {text}"
    if open_line:
        blocks.append(open_line + ("\n\n" if "\n" in open_line else "\n"))
    return blocks


# -- the reader -------------------------------------------------------------------------------

def parse(text: str, version: Tuple[int, ...]) -> List[ModelForm]:
    """The forms in a posted text, as the server of this version reads it."""
    lines = text.split("\n")
    while lines and lines[-1] == "":
        lines.pop()
    forms: List[ModelForm] = []
    current = ModelForm("", [], {}, "")
    broken = fresh = False
    fresh = True
    while lines:
        line = lines.pop(0)
        if line == "":
            continue
        if line == "--":
            if current.error or current.comment or current.order:
                forms.append(current)
                current = ModelForm("", [], {}, "")
            broken, fresh = False, True
        elif broken:
            current = current._replace(error=current.error + line + "\n")
        elif fresh and line[0] == "#":
            said = [line]
            while lines and lines[0][:1] == "#":
                said.append(lines.pop(0))
            current, fresh = current._replace(comment="\n".join(said) + "\n"), False
        else:
            found = _key_line(line, version)
            if found is not None:
                fresh = False
                _take(current, found[0], found[1], lines, version)
            elif (line[0] == "#") == (version >= (3, 8, 2)):
                broken = True
                so_far = compose([ModelForm("", current.order, dict(current.values), "")])
                mark = "" if line.startswith(">>") else ">> "
                current = current._replace(error=f"{so_far}{mark}{line}\n")
    if current.error or current.comment or current.order:
        forms.append(current)
    for key, value in current.values.items():
        if isinstance(value, list):
            current.values[key] = [word for each in value
                                   for word in words(each, version, strip=False)]
    return forms


def _key_line(line: str, version: Tuple[int, ...]) -> Optional[Tuple[str, str]]:
    """Key and the rest of the line; custom fields reach to the last colon that will do."""
    simple = re.match(rf"([A-Za-z][A-Za-z0-9_-]*):(?:{_BLANK}+(.*))?\Z", line, re.S)
    if simple:
        return simple.group(1), simple.group(2) or ""
    if version < (3, 6):
        return None
    if version < (3, 8):
        names, spellings = "[A-Za-z0-9_ -]+", [r"CF-{}"]
    elif version < (4, 0, 9):
        names, spellings = rf"(?:{_BLANK}|[A-Za-z0-9_ :()/-])+", _SPELLINGS
    else:
        names, spellings = "[^,]+", _SPELLINGS
    for spelling in spellings:
        custom = re.match(rf"({spelling.format(names)}):(?:{_BLANK}+(.*))?\Z", line, re.S | re.I)
        if custom:
            return custom.group(1), custom.group(2) or ""
    return None


def _take(form: ModelForm, key: str, first: str, lines: List[str], version: Tuple[int, ...]
          ) -> None:
    old = version < (3, 6, 7)
    taken = [] if old and first in ("", "0") else [first]
    while lines and (lines[0] == "" or lines[0][0] in _BLANKS):
        taken.append(lines.pop(0))
    while taken and taken[-1] == "":
        taken.pop()
    indents = [each[:len(each) - len(each.lstrip(_BLANKS))] for each in taken[1:]]
    indents = [each for each in indents if each]
    shortest = min(indents, key=len) if indents else ""
    taken = [each[len(shortest):] if each.startswith(shortest) else each for each in taken]
    while not old and taken and taken[0] == "":
        taken.pop(0)
    text = "\n".join(taken)
    assert form.order is not None
    held = form.values.get(key)
    if key not in form.values:
        form.order.append(key)
        form.values[key] = text
    elif isinstance(held, list):
        held.append(text)
    else:
        form.values[key] = [held, text] if held else [text]


def words(text: str, version: Tuple[int, ...], *, strip: bool) -> List[str]:
    """The items of a list, lines first, then commas; quoted ones (4.2.11 and later) whole."""
    found: List[str] = []
    lines = text.split("\n")
    for line in lines:
        if version < (4, 2, 11):
            items = [each.strip(_BLANKS) for each in line.split(",")]
            while items and items[-1] == "":
                items.pop()
            found.extend(items)
            continue
        while line.strip(_BLANKS):
            line = line.lstrip(_BLANKS)
            for pattern in (r'"((?:[^\\"]|\\.)*)"', r"'((?:[^\\']|\\.)*)'", r"q\{(.*?)\}",
                            r"(.*?)"):
                match = re.match(rf"{pattern}{_BLANK}*(?:\Z|,)", line, re.S)
                if match:
                    break
            assert match is not None
            quote = line[0] if pattern[0] in "\"'" else ""
            inside = match.group(1)
            if pattern[0] == "q":
                quote = "'" if inside not in ("", "0") else ""
                inside = re.sub(r"([\\'])", r"\\\1", inside) if quote else ""
            line = line[match.end():]
            if strip and quote:
                inside = re.sub(rf"\\([\\{quote}])", r"\1", inside)
            found.append(inside if strip else quote + inside + quote)
    return found
