"""A model card as a page shows it: headings, lists, tables and text, nothing active.

A card may come from anywhere: everything in it is escaped, and pictures and links stay text, so
that looking at a card asks no other host.
"""

import re
from collections.abc import Callable

from artsim.app.widgets.texts import markup

MAX_CHARACTERS = 40_000
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(.*)")
_RULE = re.compile(r"\|?[\s:|-]+\|?")
_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")


def html_of(text: str) -> str:
    """The card as HTML; metadata between two lines ``---`` at its top are left out."""
    lines = text[:MAX_CHARACTERS].splitlines()
    if lines and lines[0].strip() == "---" and "---" in [line.strip() for line in lines[1:]]:
        lines = lines[[line.strip() for line in lines[1:]].index("---") + 2 :]
    parts: list[str] = []
    while lines:
        parts.append(_block(lines))
    return f"<div class='artsim-card'>{''.join(parts)}</div>"


def _block(lines: list[str]) -> str:
    """Take the next block off ``lines``."""
    line = lines.pop(0)
    if line.lstrip().startswith("```"):
        code = _take(lines, lambda text: not text.lstrip().startswith("```"))
        del lines[:1]
        return "<pre>" + "\n".join(markup(text) for text in code) + "</pre>"
    if heading := _HEADING.fullmatch(line):
        level = min(len(heading[1]) + 2, 6)
        return f"<h{level}>{_inline(heading[2])}</h{level}>"
    if line.lstrip().startswith("|"):
        return _table([line, *_take(lines, lambda text: text.lstrip().startswith("|"))])
    if _ITEM.fullmatch(line):
        items = [line, *_take(lines, lambda text: _ITEM.fullmatch(text) is not None)]
        told = "".join(f"<li>{_inline(m[1])}</li>" for i in items if (m := _ITEM.fullmatch(i)))
        return f"<ul>{told}</ul>"
    if not line.strip():
        return ""
    words = [line, *_take(lines, _is_text)]
    return f"<p>{_inline(' '.join(words))}</p>"


def _take(lines: list[str], while_true: Callable[[str], bool]) -> list[str]:
    taken = []
    while lines and while_true(lines[0]):
        taken.append(lines.pop(0))
    return taken


def _is_text(line: str) -> bool:
    starts = line.lstrip()[:1] in ("#", "|") or line.lstrip().startswith("```")
    return bool(line.strip()) and not starts and not _ITEM.fullmatch(line)


def _table(lines: list[str]) -> str:
    rows = [[c.strip() for c in line.strip().strip("|").split("|")] for line in lines]
    ruled = len(lines) > 1 and _RULE.fullmatch(lines[1].strip()) is not None
    head = "".join(f"<th scope='col'>{_inline(c)}</th>" for c in rows[0]) if ruled else ""
    body = "".join(
        "<tr>" + "".join(f"<td>{_inline(c)}</td>" for c in row) + "</tr>"
        for row in rows[2 if ruled else 0 :]
    )
    return (
        "<div class='artsim-figures' tabindex='0' role='region' aria-label='Table of the card'>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _inline(text: str) -> str:
    safe = _CODE.sub(r"<code>\1</code>", markup(text))
    return _STRONG.sub(r"<strong>\1</strong>", safe)
