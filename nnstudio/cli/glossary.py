"""Explain a term: a layer, a setting, a problem that the diagnosis names, or a word of the field."""

from __future__ import annotations

import argparse
import textwrap
from typing import TYPE_CHECKING, Any

from nnstudio.cli.door import Door
from nnstudio.cli.output import Output, add_output_arguments, output
from nnstudio.cli.problem import OK, Problem

if TYPE_CHECKING:
    from nnstudio.catalog.glossary import Glossary, Page

NAME = "glossary"
HELP = "explain a layer, a setting, a problem or a term"
EPILOG = "Without a term, all pages are listed. Example: nnstudio glossary 'learning rate'"
WIDTH = 92


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("term", nargs="*", metavar="TERM", help="title, key or other name of a page")
    add_output_arguments(parser)


def run(arguments: argparse.Namespace, _door: Door | None) -> int:
    """Print one page, or the list of all."""
    import nnstudio.data  # noqa: F401  (sources that read files have pages too)
    from nnstudio.catalog.glossary import Glossary

    out, glossary = output(arguments), Glossary.load()
    term = " ".join(arguments.term)
    if not term:
        _say_list(out, glossary)
        out.give({"pages": [_json(page) for page in glossary]})
        return OK
    page = glossary[_key(glossary, term)]
    _say_page(out, glossary, page)
    out.give(_json(page))
    return OK


def _key(glossary: Glossary, term: str) -> str:
    """Return the page that is meant; raises Problem with what there is instead."""
    if key := glossary.named(term):
        return key
    found = glossary.found(term)
    if len(found) == 1:
        return found[0].key
    titles = [page.title for page in found[:8]] or glossary.near(term)
    hint = f"There are: {', '.join(titles)}." if titles else "See nnstudio glossary for all pages."
    raise Problem(f"There is no page {term!r}. {hint}")


def _say_list(out: Output, glossary: Glossary) -> None:
    for group, pages in glossary.groups().items():
        out.say(group)
        for page in pages:
            out.say(f"  {page.key:34}{page.title}")
        out.say()


def _say_page(out: Output, glossary: Glossary, page: Page) -> None:
    out.say(f"{page.title} ({page.group})")
    out.say()
    for heading, text in page.sections():
        if heading:
            out.say(f"{heading}:")
        _say_text(out, text, "  " if heading else "")
        out.say()
    for setting in page.settings:
        default = f" (default {setting.default})" if setting.default else ""
        _say_text(out, f"{setting.spec.label}{default}: {setting.spec.help}", "  ")
    if page.settings:
        out.say()
    if page.see:
        _say_text(out, "See also: " + ", ".join(glossary[key].title for key in page.see), "")


def _say_text(out: Output, text: str, indent: str) -> None:
    from nnstudio.catalog.glossary import plain

    for paragraph in plain(text).split("\n\n"):
        items = "\n- " in f"\n{paragraph}"
        for line in paragraph.splitlines() if items else [" ".join(paragraph.split())]:
            hanging = indent + ("  " if line.startswith("- ") else "")
            out.say(textwrap.fill(line, WIDTH, initial_indent=indent, subsequent_indent=hanging))


def _json(page: Page) -> dict[str, Any]:
    from nnstudio.catalog.glossary import plain

    names = ("what", "why", "too_low", "too_high", "typical", "when")
    settings = [
        {"name": s.name, "label": s.spec.label, "default": s.default, "help": s.spec.help, "page": s.page}
        for s in page.settings
    ]
    return {
        "key": page.key,
        "title": page.title,
        "group": page.group,
        **{name: plain(getattr(page, name)) for name in names},
        "rule_of_thumb": plain(page.source),
        "settings": settings,
        "see_also": list(page.see),
    }
