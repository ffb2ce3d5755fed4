"""Turns a page of the glossary into the HTML that a text browser shows."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from nnstudio.catalog.glossary import LINK, Page, Setting
from nnstudio.ui.glossary_pictures import PICTURES
from nnstudio.ui.theme import Colours

PICTURE = "picture:"
"""Scheme of the pictures inside a page."""
_BOLD, _CODE = re.compile(r"\*\*(.+?)\*\*"), re.compile(r"`(.+?)`")


def page_html(page: Page, title_of: Callable[[str], str], colours: Colours) -> str:
    """Return a page as HTML; links are `key` of another page, the picture is `picture:name`."""
    parts = [f"<p class='group'>{html.escape(page.group)}</p><h1>{html.escape(page.title)}</h1>"]
    for heading, text in page.sections():
        body = text_html(text)
        parts.append(f"<h2>{heading}</h2>{body}" if heading else body)
        if not heading and page.picture:
            caption = html.escape(PICTURES[page.picture][1])
            image = f"<img src='{PICTURE}{page.picture}'>"
            parts.append(f"<p style='line-height: 100%'>{image}</p><p class='hint'>{caption}</p>")
    if page.settings:
        parts.append("<h2>Settings</h2>" + "".join(_setting(s, title_of) for s in page.settings))
    if page.see:
        links = " · ".join(f"<a href='{key}'>{html.escape(title_of(key))}</a>" for key in page.see)
        parts.append(f"<h2>See also</h2><p>{links}</p>")
    return f"<style>{_style(colours)}</style>{''.join(parts)}"


def text_html(text: str) -> str:
    """Return paragraphs, lists, bold words and links as HTML."""
    blocks = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.splitlines()
        first = next((i for i, line in enumerate(lines) if line.startswith("- ")), len(lines))
        if first:
            blocks.append(f"<p>{_inline(' '.join(lines[:first]))}</p>")
        if first < len(lines):
            items = "".join(f"<li>{_inline(line.removeprefix('- '))}</li>" for line in lines[first:])
            blocks.append(f"<ul>{items}</ul>")
    return "".join(blocks)


def _inline(text: str) -> str:
    safe = html.escape(text, quote=False)
    safe = _BOLD.sub(r"<b>\1</b>", safe)
    safe = _CODE.sub(r"<code>\1</code>", safe)
    return LINK.sub(r"<a href='\2'>\1</a>", safe)


def _setting(setting: Setting, title_of: Callable[[str], str]) -> str:
    spec = setting.spec
    default = f" <span class='hint'>default {html.escape(setting.default)}</span>" if setting.default else ""
    words = [html.escape(spec.help, quote=False)]
    if setting.page:
        words.append(f"More: <a href='{setting.page}'>{html.escape(title_of(setting.page))}</a>.")
    else:
        words += [f"{name}: {html.escape(text, quote=False)}" for name, text in _sides(setting) if text]
    return f"<p><b>{html.escape(spec.label)}</b>{default}<br>{' '.join(words)}</p>"


def _sides(setting: Setting) -> tuple[tuple[str, str], ...]:
    spec = setting.spec
    typical = f"{spec.typical[0]:g} to {spec.typical[1]:g}." if spec.typical else ""
    return (("Too low", spec.too_low), ("Too high", spec.too_high), ("Typical", typical))


def _style(c: Colours) -> str:
    return (
        f"body {{ color: {c.text}; }} p, ul {{ line-height: 135%; margin-top: 0px; margin-bottom: 8px; }}"
        f"h1 {{ font-size: x-large; font-weight: 600; margin: 0px 0px 8px 0px; }}"
        f"h2 {{ font-size: small; font-weight: 600; color: {c.muted}; margin: 12px 0px 3px 0px; }}"
        f"a {{ color: {c.accent}; text-decoration: none; }} .hint {{ color: {c.faint}; font-size: small; }}"
        f".group {{ color: {c.faint}; font-size: small; margin-bottom: 2px; }}"
        f"ul {{ margin-left: 14px; -qt-list-indent: 0; }} li {{ margin-bottom: 3px; }}"
    )
