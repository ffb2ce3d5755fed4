"""What the target column of a text table may ask for: several labels of a row, or classes in an order."""

from __future__ import annotations

from collections.abc import Sequence

from nnstudio.data.csv_file import CsvSource
from nnstudio.data.csv_types import Doubt
from nnstudio.data.csv_values import is_missing, missing_marks
from nnstudio.data.labels import labels_in, sign_of
from nnstudio.data.order import FEWEST, known_order

SEVERAL = 0.2
"""Share of the fields with more than one label from which a column looks like labels."""


def ask_about_tasks(
    source: CsvSource, names: Sequence[str], body: list[list[str]], doubts: list[Doubt]
) -> None:
    """Add a question for every column that, were it the target, looks like labels or classes in an order."""
    marks = missing_marks(source)
    for at, name in enumerate(names):
        if source.columns[at].type not in ("category", "text") or source.columns[at].role == "split":
            continue
        known = [text for row in body if not is_missing(text := row[at].strip(), marks)]
        doubt = _labels(name, known) or _order(name, known)
        doubts += [doubt] if doubt else []


def _labels(name: str, known: list[str]) -> Doubt | None:
    sign = sign_of(known)
    lists = [text for text in known if len(labels_in(text, sign)) > 1]
    every = {label for text in known for label in labels_in(text, sign)}
    # Sentences have commas too: real labels come again and again.
    if len(lists) < SEVERAL * max(1, len(known)) or len(every) > len(known) / 4:
        return None
    why = f"Some rows hold several, such as “{lists[0][:40]}”."
    question = f"Does '{name}' hold labels, several of which can be true for a row?"
    likely = "classification" if sign == "," else "multilabel"
    return Doubt("task", question, ("multilabel", "classification"), likely, why, name)


def _order(name: str, known: list[str]) -> Doubt | None:
    found = known_order(sorted(set(known)))
    if found is None or not FEWEST <= len(found) <= len(known) / 4:
        return None
    why = f"They can be put in an order: {' < '.join(found)}. Then a far miss counts more than a near one."
    question = f"Do the classes of '{name}' have an order?"
    return Doubt("task", question, ("classification", "ordinal"), "classification", why, name)
