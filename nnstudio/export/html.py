"""The few pieces of HTML that a report is made of, understood by browsers and by Qt's rich text alike."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from html import escape

STYLE = """
body { font-family: 'Inter', 'Segoe UI', 'Helvetica Neue', sans-serif; font-size: 10pt; color: #1c2430;
       background-color: #ffffff; }
h1 { font-size: 19pt; font-weight: 600; margin-top: 0px; margin-bottom: 2px; }
h2 { font-size: 12pt; font-weight: 600; margin-top: 16px; margin-bottom: 5px; color: #1a64d8; }
p { margin-top: 2px; margin-bottom: 4px; }
th { text-align: left; font-weight: 600; color: #566074; background-color: #f4f6f9; }
h2.page { page-break-before: always; }
.muted { color: #566074; }
.number { text-align: right; }
"""
PAGE = (
    "@media screen { body { max-width: 52em; margin: 2.5em auto; padding: 0 1.5em; } table { width: 100%; } }"
)


def document(title: str, body: Sequence[str], screen: bool = True) -> str:
    """Return a whole document; `body` is HTML already. For paper, without `screen`, it has no margins."""
    head = (
        f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}{PAGE if screen else ""}</style>'
    )
    return f"<!DOCTYPE html>\n<html><head>{head}</head><body>{''.join(body)}</body></html>\n"


def section(title: str, content: str, page: bool = False) -> str:
    """Return a heading and what stands below it, on a new page of paper; the content is HTML already."""
    kind = ' class="page"' if page else ""
    return f"<h2{kind}>{escape(title)}</h2>{content}"


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: bool = False, diagonal: bool = False
) -> str:
    """Return a table; with `numbers` all columns but the first are aligned to the right."""
    right = ' align="right"' if numbers else ""
    top = "".join(f"<th{right if at else ''}>{escape(head)}</th>" for at, head in enumerate(heads))
    lines = []
    for y, row in enumerate(rows):
        cells = []
        for x, cell in enumerate(row):
            ground = ' bgcolor="#e3edfd"' if diagonal and x == y + 1 else ""
            cells.append(f"<td{right if x else ''}{ground}>{escape(cell)}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    look = 'width="100%" border="0" cellspacing="0" cellpadding="4"'
    return f"<table {look}><tr>{top}</tr>{''.join(lines)}</table>"


def images(shown: Mapping[str, str], names: Sequence[str]) -> str:
    """Return pictures side by side, those of `names` that are there; `shown` holds their addresses."""
    cells = [
        f'<td><img src="{shown[name]}" width="325" alt="{name}"></td>' for name in names if name in shown
    ]
    return f'<table width="100%" border="0" cellspacing="0" cellpadding="0"><tr>{"".join(cells)}</tr></table>'


def embedded(svg: str) -> str:
    """Return an address that holds the drawing itself."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def number(value: float) -> str:
    """Return a number with four digits, a dash where there is none."""
    return f"{value:.4g}" if math.isfinite(value) else "–"
