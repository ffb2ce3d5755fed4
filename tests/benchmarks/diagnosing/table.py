"""The figures of the benchmark: per problem, macro-averaged, beside other tools, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import mean

from tests.benchmarks.diagnosing.equivalents import accepted
from tests.benchmarks.diagnosing.others import TOOLS
from tests.benchmarks.diagnosing.rows import FAULTS, Row

ALARMING = ("error", "warning", "hint")


def figures(healthy: list[Row], faulty: list[Row]) -> dict[str, object]:
    """Return everything that the table shows as plain data."""
    per = {fault: _of(rows) for fault in FAULTS if (rows := [r for r in faulty if r.fault == fault])}
    others = {name: _tool(name, healthy, faulty) for name in TOOLS}
    return {
        "faulty": len(faulty), "healthy": len(healthy), "problems": per,
        "any": _macro(per, "any"), "primary": _macro(per, "primary"), "fix": _macro(per, "fix"),
        "offered": _macro(per, "offered"),
        "false_alarms": sum(bool(_serious(row)) for row in healthy),
        "false_hints": sum(bool(row.alarms) and not _serious(row) for row in healthy),
        "overhead": _overhead(healthy), "others": others,
    }  # fmt: skip


def tried(faulty: list[Row]) -> dict[str, tuple[int, int]]:
    """Return how often each finding/fix helped, of how many tries."""
    told = sorted((name, did == "better") for row in faulty for name, did in row.tried.items())
    names = dict.fromkeys(name for name, _ in told)
    return {n: (sum(did for name, did in told if name == n), [x for x, _ in told].count(n)) for n in names}


def _of(rows: list[Row]) -> dict[str, float | int | None]:
    looked = [row for row in rows if row.fix]
    tried = [row for row in looked if row.fix != "none"]
    return {
        "runs": len(rows),
        "any": mean(bool(row.alarms) for row in rows),
        "primary": mean(row.primary in accepted(row.fault) for row in rows),
        "named": mean(row.fault in [id for id, _ in row.alarms] for row in rows),
        "fix": mean(row.fix == "better" for row in looked) if looked else None,
        "offered": mean(row.fix == "better" for row in tried) if tried else None,
    }


def _macro(per: dict[str, dict[str, float | int | None]], name: str) -> float | None:
    found = [value for row in per.values() if (value := row[name]) is not None]
    return mean(found) if found else None


def _tool(name: str, healthy: list[Row], faulty: list[Row]) -> dict[str, float]:
    groups = [[row for row in faulty if row.fault == fault] for fault in FAULTS]
    known = [rows for rows in groups if rows]

    def right(row: Row) -> bool:
        return bool(row.others[name]) and row.others[name][0] in accepted(row.fault)

    return {
        "any": mean(mean(bool(row.others[name]) for row in rows) for rows in known) if known else 0.0,
        "primary": mean(mean(right(row) for row in rows) for rows in known) if known else 0.0,
        "false_alarms": sum(bool(row.others[name]) for row in healthy),
    }


def _serious(row: Row) -> list[str]:
    return [id for id, severity in row.alarms if severity in ALARMING[:2]]


def _overhead(rows: list[Row]) -> float:
    """Return the computing time that probes add, beside that of training without them."""
    return sum(row.seeing for row in rows) / max(1e-9, sum(row.blind for row in rows)) - 1


def lines(healthy: list[Row], faulty: list[Row], named: bool = True) -> Iterator[str]:
    """Yield the table as text, with `named` false alarms.

    `fix` is the share of all runs whose first fix helped, `offered` that of the runs with a fix at all.
    """
    found = figures(healthy, faulty)
    per = found["problems"]
    assert isinstance(per, dict)
    heads = f"{'any alarm':>11}{'primary':>9}{'named':>7}{'fix':>6}{'offered':>9}   primaries seen"
    yield f"{'problem':34}{'runs':>5}{heads}"
    for fault, row in per.items():
        seen = _counted(r.primary or "-" for r in faulty if r.fault == fault)
        yield f"{fault:34}{row['runs']:5}{_share(row['any'], 11)}{_share(row['primary'], 9)}" + (
            f"{_share(row['named'], 7)}{_share(row['fix'], 6)}{_share(row['offered'], 9)}   {seen}"
        )
    yield f"{'macro average':34}{len(faulty):5}{_share(found['any'], 11)}{_share(found['primary'], 9)}" + (
        f"{'':7}{_share(found['fix'], 6)}{_share(found['offered'], 9)}"
    )
    yield ""
    yield f"healthy runs: {len(healthy)}, false alarms: {found['false_alarms']}, only hints: " + (
        f"{found['false_hints']}; overhead of probes {found['overhead']:.1%}"
    )
    for bad in healthy:
        if named and bad.alarms:
            told = ", ".join(f"{id} ({severity})" for id, severity in bad.alarms)
            yield f"  seed {bad.seed} {bad.name}: {told}; test score {bad.score['value']:.3f}"
    yield ""
    yield f"{'tool':34}{'':5}{'any alarm':>11}{'primary':>9}   false alarms of {len(healthy)}"
    tools = found["others"]
    assert isinstance(tools, dict)
    for name, row in {"this studio": found, **tools}.items():
        yield f"{name:39}{_share(row['any'], 11)}{_share(row['primary'], 9)}   {row['false_alarms']}"


def misses(faulty: list[Row]) -> Iterator[str]:
    """Yield every faulty run whose primary finding is another one, or whose fix did not help."""
    for row in faulty:
        wrong = row.primary not in accepted(row.fault)
        if wrong or row.fix in ("no better", "fails"):
            told = ", ".join(id for id, _ in row.alarms) or "silent"
            fix = f"; fix {row.fix_id}: {row.fix}" if row.fix else ""
            yield (
                f"  {'MISS' if wrong else 'fix '} {row.fault} ({row.strength}), seed {row.seed}, {row.name}, "
                + (f"twin {row.twin['value']:.2f} -> {row.score['value']:.2f}: {told}{fix}")
            )


def _counted(names: Iterable[str]) -> str:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items(), key=lambda item: -item[1]))


def _share(value: object, width: int) -> str:
    return f"{value:{width}.2f}" if isinstance(value, float | int) else " " * (width - 1) + "-"
