"""Single fields as values: which are missing, which are numbers, which are dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import isfinite

from nnstudio.data.csv_file import CsvSource, DateOrder

DAY = 86_400.0
FORMATS: dict[DateOrder, tuple[str, ...]] = {
    "year first": ("%Y/%m/%d", "%Y.%m.%d"),
    "day first": ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y", "%d/%m/%y"),
    "month first": ("%m/%d/%Y", "%m-%d-%Y", "%m.%d.%Y", "%m/%d/%y"),
}
TIMES = ("", " %H:%M", " %H:%M:%S")


def missing_marks(source: CsvSource) -> frozenset[str]:
    """Return the texts that stand for a missing value, in lower case."""
    return frozenset(mark.strip().casefold() for mark in source.missing)


def is_missing(text: str, marks: frozenset[str]) -> bool:
    """Tell whether a field stands for a missing value."""
    return text.strip().casefold() in marks


def number(text: str, decimal: str = ".") -> float | None:
    """Return the number a field holds, or None when it holds none or an infinite one."""
    text = text.strip()
    if decimal == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        return None
    # Python reads 1_000; no table means that.
    return value if isfinite(value) and "_" not in text else None


def date(text: str, order: DateOrder) -> float | None:
    """Return the date a field holds as days since 1970, or None. Times without zone count as UTC."""
    text = text.strip()
    moment = _iso(text) if order == "year first" else None
    if moment is None:
        moment = _by_format(text, order)
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp() / DAY


def date_orders(texts: Iterable[str]) -> list[DateOrder]:
    """Return the orders of day, month and year in which every text is a date."""
    orders: list[DateOrder] = list(FORMATS)
    for text in texts:
        orders = [order for order in orders if date(text, order) is not None]
        if not orders:
            break
    return orders


def date_text(days: float) -> str:
    """Return days since 1970 as a date to read, e.g. `2024-02-29`."""
    # Windows refuses fromtimestamp before 1970.
    moment = datetime(1970, 1, 1) + timedelta(days=days)
    return moment.strftime("%Y-%m-%d" if days % 1 == 0 else "%Y-%m-%d %H:%M")


def _iso(text: str) -> datetime | None:
    # fromisoformat also reads 20240229; eight digits are more likely a number.
    if len(text) < 8 or text.isdigit():
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _by_format(text: str, order: DateOrder) -> datetime | None:
    if not text[:1].isdigit():
        return None
    for format in FORMATS[order]:
        if format[2] not in text:
            continue
        for time in TIMES[text.count(":") : text.count(":") + 1]:
            try:
                return datetime.strptime(text, format + time)
            except ValueError:
                continue
    return None
