"""Look through data for what harms training, with the evidence and a remedy for each thing found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from nnstudio.catalog.preparations import (
    DropColumns,
    DropConstant,
    DropDoubtful,
    DropDuplicates,
    FillMissing,
    Outliers,
)
from nnstudio.catalog.preparations.doubt import MOST_ROWS
from nnstudio.catalog.preparations.outliers import is_constant, limits
from nnstudio.catalog.preparations.rows import missing
from nnstudio.core.dataset import Column, DataSpec, Examples, NoSampler, Prepared
from nnstudio.core.finding import Finding
from nnstudio.core.shape import FEATURES, TOKENS
from nnstudio.data import remedies
from nnstudio.data.drift import drifting
from nnstudio.data.relations import Correlations, correlations
from nnstudio.data.suspicion import GIVES_AWAY, doubtful_labels, knows_alone

TWINS = 0.98
"""Correlation from which two columns say the same."""
UNEVEN = 4
"""Times the smallest class from which classes count as uneven."""
MANY_GAPS = 0.5
IQR, Z = 1.5, 3.0
NAMED = 4
"""Columns or rows named in a sentence; the others are counted."""


@dataclass(frozen=True, slots=True)
class Extremes:
    """Values of one column beyond the limits of both rules, over the training rows."""

    column: str
    iqr: int
    z: int
    rows: int


@dataclass(frozen=True, slots=True)
class Quality:
    """All that was found."""

    findings: tuple[Finding, ...] = ()
    relations: Correlations | None = None
    extremes: tuple[Extremes, ...] = ()


@dataclass(frozen=True, slots=True)
class Looking:
    """What is being looked at now, and how far the work is, 0 to 1."""

    what: str
    share: float


@dataclass(slots=True)
class _Case:
    examples: Examples
    prepared: Prepared
    spec: DataSpec
    train: NDArray[np.bool_] = field(init=False)
    """Raw rows that train."""

    def __post_init__(self) -> None:
        self.train = ~missing(self.examples.target.values)
        held = [self.prepared.validation.rows, self.prepared.test.rows]
        if self.examples.windows is None:
            self.train[np.concatenate(held)] = False
        elif len(held[0]):
            self.train[held[0].min() :] = False

    def has(self, kind: type) -> bool:
        return any(isinstance(step, kind) for step in self.spec.preparation)

    @property
    def table(self) -> bool:
        return self.examples.windows is None and self.prepared.signature.input.is_a(FEATURES)


def inspect(examples: Examples, prepared: Prepared, spec: DataSpec) -> Quality:
    """Return everything that was found; may take some seconds."""
    *_, last = looking(examples, prepared, spec)
    assert isinstance(last, Quality)
    return last


def looking(examples: Examples, prepared: Prepared, spec: DataSpec) -> Iterator[Looking | Quality]:
    """Do the same in small pieces: yield what is being done, and at last the Quality."""
    examples = replace(examples, columns=_asked(examples, spec))
    case = _Case(examples, prepared, spec)
    columns = bool(examples.columns)
    yield Looking("Gaps, constants and copies" if columns else "Copies and classes", 0.0)
    found = [*_gaps(case), *_constants(case), *_copies(case), *_uneven(case)]
    if columns:
        yield Looking("Extreme values", 0.1)
    extremes = _extremes(case)
    found += _outliers(case, extremes)
    if columns:
        yield Looking("Correlations", 0.2)
    relations = correlations(examples, case.train) if columns else None
    found += [*_twins(relations), *drifting(examples, case.train, spec)]
    leaks: list[tuple[Column, float]] = []
    if case.table and spec.goal == "predict":
        for at, column in enumerate(examples.columns):
            leaks.append((column, _alone(case, column)))
            yield Looking(f"Does {column.name} give the answer away?", 0.3 + 0.3 * at / len(examples.columns))
    found += _leaking(leaks)
    if _has_labels(case):
        doubts: list[tuple[int, str, str, float]] = []
        for step, doubt in enumerate(doubtful_labels(prepared)):
            if doubt is None:
                yield Looking("Labels that look wrong", 0.6 + 0.07 * min(step, 5))
            else:
                doubts.append(doubt)
        found += _doubtful(case, doubts)
    order = ("error", "warning", "hint", "ok")
    found.sort(key=lambda finding: order.index(finding.severity))
    yield Quality(tuple(found), relations, extremes)


def _asked(examples: Examples, spec: DataSpec) -> tuple[Column, ...]:
    """Return the columns that no step leaves out by name."""
    out = {name for step in spec.preparation if isinstance(step, DropColumns) for name in step.listed}
    return tuple(column for column in examples.columns if column.name not in out)


# -- what the columns say ----------------------------------------------------------------------------


def _gaps(case: _Case) -> Iterator[Finding]:
    shares = {c.name: float(missing(c.values).mean()) for c in case.examples.columns}
    gaps = {name: share for name, share in sorted(shares.items(), key=lambda i: -i[1]) if share}
    if not gaps:
        if case.examples.columns:
            yield _fine("missing", "No values are missing")
        return
    many = tuple(name for name, share in gaps.items() if share > MANY_GAPS)
    fixes = [] if case.has(FillMissing) else [remedies.fill_missing()]
    if many and len(many) < len(case.examples.columns):
        fixes.append(remedies.leave_out(many, f"Leave out {named(many)}"))
    yield Finding(
        "missing", f"Values are missing in {named(tuple(gaps))}",
        {name: f"{share:.1%}" for name, share in list(gaps.items())[:NAMED]},
        "A network needs a number everywhere. Where most values are missing, what is filled in is mostly "
        "invented." + (" The step Missing values fills them." if case.has(FillMissing) else ""),
        "warning" if many or not case.has(FillMissing) else "hint", fixes=tuple(fixes),
    )  # fmt: skip


def _constants(case: _Case) -> Iterator[Finding]:
    same = tuple(c.name for c in case.examples.columns if is_constant(c, case.train))
    if not same or case.has(DropConstant):
        if case.examples.columns:
            yield _fine("constant", "No input column is constant")
        return
    yield Finding(
        "constant", f"Never changes: {named(same)}", {"constant columns": len(same)},
        "A column with one value in all training rows cannot tell any two of them apart: it costs weights "
        "and teaches nothing.", "warning", fixes=(remedies.drop_constant(),),
    )  # fmt: skip


def _copies(case: _Case) -> Iterator[Finding]:
    facts = case.prepared.facts
    fixes = (remedies.drop_duplicates(),) if case.table and not case.has(DropDuplicates) else ()
    if facts.leaked:
        yield Finding(
            "shared_rows", "Validation or test rows also stand among the training rows",
            {"rows": facts.leaked, "copies in all": facts.duplicates},
            "The network has seen their answers, so the validation score is better than the truth.",
            "error" if facts.leaked > 0.01 * (facts.validation.rows + facts.test.rows) else "warning",
            fixes=fixes,
        )  # fmt: skip
    elif facts.duplicates:
        yield Finding(
            "duplicates", "Rows repeat earlier rows exactly", {"copies": facts.duplicates},
            "Copies count twice in training. Real repeated measurements are worth keeping; look first.",
            "hint", fixes=fixes,
        )  # fmt: skip
    else:
        yield _fine("duplicates", "No row repeats another one")


def _uneven(case: _Case) -> Iterator[Finding]:
    target, counts = case.prepared.signature.target, case.prepared.facts.train.class_counts
    there = {name: n for name, n in zip(target.names, counts, strict=False) if n}
    if target.asks != "class" or target.column == "next token" or not there:
        return
    most, least = max(there, key=lambda k: there[k]), min(there, key=lambda k: there[k])
    times = there[most] / there[least]
    if times < UNEVEN or not isinstance(case.spec.sampler, NoSampler):
        yield _fine("uneven_classes", "The classes are balanced")
        return
    categories = any(c.type == "category" for c in case.examples.columns)
    yield Finding(
        "uneven_classes", f"{most} has {times:.0f} times as many training rows as {least}",
        {f"rows of {most}": there[most], f"rows of {least}": there[least]},
        "Always saying the common class already scores well, so the rare one is learnt last or never.",
        "warning", fixes=(remedies.balance(is_table=case.table, has_categories=categories),
                          remedies.weigh_classes()),
    )  # fmt: skip


def _extremes(case: _Case) -> tuple[Extremes, ...]:
    found = []
    for column in case.examples.columns:
        if column.type == "number":
            values = column.values[case.train]
            beyond = []
            for low, high in (limits(values, "IQR", IQR), limits(values, "z-score", Z)):
                beyond.append(int(((values < low) | (values > high)).sum()))
            found.append(Extremes(column.name, beyond[0], beyond[1], len(values)))
    return tuple(found)


def _outliers(case: _Case, extremes: tuple[Extremes, ...]) -> Iterator[Finding]:
    some = sorted((e for e in extremes if e.iqr and e.z), key=lambda e: -e.z)
    if not some or case.has(Outliers):
        if extremes:
            yield _fine("outliers", "No column has outliers by both rules")
        return
    yield Finding(
        "outliers", f"Extreme values in {named(tuple(e.column for e in some))}",
        {e.column: f"{e.iqr} by IQR, {e.z} by z-score" for e in some[:NAMED]},
        "A few values far from the rest stretch the scale, so that all the others crowd together. They may "
        "be mistakes, or the most telling rows of all: look before you clip.", "hint",
        fixes=(remedies.clip_outliers(),) if case.table else (),
    )  # fmt: skip


def _twins(relations: Correlations | None) -> Iterator[Finding]:
    if relations is None or len(relations.names) < 2:
        return
    upper = np.triu(np.nan_to_num(np.abs(relations.matrix)), 1)
    pairs = sorted(((float(upper[i, j]), i, j) for i, j in np.argwhere(upper >= TWINS)), reverse=True)
    if not pairs:
        yield _fine("twins", "No two columns say the same")
        return
    strength = np.nan_to_num(np.abs(relations.with_target))
    weaker = dict.fromkeys(relations.names[i if strength[i] < strength[j] else j] for _, i, j in pairs)
    yield Finding(
        "twins", "Columns that say nearly the same",
        {f"{relations.names[i]} and {relations.names[j]}": round(r, 3) for r, i, j in pairs[:NAMED]},
        "Two columns with a correlation near 1 or -1 bring one column's worth of knowledge. It does little "
        "harm to a network, but makes its weights hard to interpret.", "hint",
        fixes=(remedies.leave_out(tuple(weaker), f"Leave out {named(tuple(weaker))}"),),
    )  # fmt: skip


# -- what small models say ---------------------------------------------------------------------------


def _alone(case: _Case, column: Column) -> float:
    part = case.prepared.train
    rows = part.rows[:: max(1, len(part) // MOST_ROWS)]
    y = part.y[:: max(1, len(part) // MOST_ROWS)]
    few = Column(column.name, column.type, column.values[rows])
    asks = case.prepared.signature.target.asks
    return knows_alone(few, y[:, 0] if asks == "numbers" else y, asks)


def _leaking(known: list[tuple[Column, float]]) -> Iterator[Finding]:
    leaks = {column.name: score for column, score in known if score >= GIVES_AWAY}
    if not leaks:
        if known:
            yield _fine("leak", "No single column gives the answer away")
        return
    names = tuple(leaks)
    fixes = (remedies.leave_out(names, f"Leave out {named(names)}"),) if len(leaks) < len(known) else ()
    yield Finding(
        "leak", f"Knows the answer alone: {named(names)}", {n: round(leaks[n], 4) for n in names[:NAMED]},
        "Alone it predicts almost every row (AUC or R2 of at least 0.99). Often such a column was filled in "
        "after the answer was known, and it will be missing when the network is used.", "error", fixes=fixes,
    )  # fmt: skip


def _has_labels(case: _Case) -> bool:
    signature = case.prepared.signature
    labels = signature.target.asks == "class" and case.examples.windows is None
    return labels and not signature.input.is_a(TOKENS) and len(case.prepared.train) > 0


def _doubtful(case: _Case, doubts: list[tuple[int, str, str, float]]) -> Iterator[Finding]:
    parts = (case.prepared.train, case.prepared.validation, case.prepared.test)
    rows, has = sum(map(len, parts)), case.has(DropDoubtful)
    if not doubts:
        yield _fine("doubtful_labels", "No label left looks wrong" if has else "No label looks wrong")
        return
    train = set(case.prepared.train.rows.tolist())
    learnt = sum(row in train for row, *_ in doubts)
    fixes = (remedies.drop_doubtful(),) if learnt and not has else ()
    lines: dict[str, float | str] = {
        f"row {row + 1}": f"{own}, looks like {other} ({share:.0%})" for row, own, other, share in doubts
    }
    yield Finding(
        "doubtful_labels", f"Labels that look wrong: {len(doubts)} of {min(rows, MOST_ROWS)} rows",
        dict([("training rows", float(learnt)), *lines.items()][: 1 + 2 * NAMED]),
        "Two kinds of models that have not seen these rows both find another class far likelier. Look at "
        "them: a wrong label teaches the network a mistake, an odd but right one is worth a lot. Rows that "
        "judge the network are never left out: correct them in the data.",
        "warning", fixes=fixes,
    )  # fmt: skip


def named(names: tuple[str, ...]) -> str:
    """Return the first names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _fine(id: str, title: str) -> Finding:
    return Finding(id, title, {}, "", "ok")
