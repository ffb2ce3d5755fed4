"""From rules to a report: the cause first, its symptoms behind it or left out, then what is fine."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from nnstudio.core.advice import Advice, sureness
from nnstudio.core.finding import Evidence, Finding, Fix, Severity
from nnstudio.core.project import Project
from nnstudio.core.run import History
from nnstudio.diagnosis.health import healthy
from nnstudio.diagnosis.rule import Rule
from nnstudio.diagnosis.rules import RULES

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "hint", "ok")
ALWAYS_SAID = frozenset({"nan_or_exploding", "overfitting", "vanishing_gradient", "class_imbalance"})
"""Symptoms that stay on the list behind their cause: a person sees them and must find them again."""
DEMOTED = 0.6
"""How much of its confidence a symptom keeps once its cause is known."""


class NoSuchFix(ValueError):
    """No finding offers a fix of this name; the text lists those that are offered."""


def diagnose(evidence: Evidence) -> list[Finding]:
    """Return what is wrong, the cause first and marked primary, and then what is fine."""
    rules = RULES if evidence.history.epochs or evidence.status == "failed" else _DESIGN
    found = [(rule, finding) for rule in rules if (finding := rule.function(evidence)) is not None]
    problems = ranked(found)
    ids = frozenset(finding.id for _, finding in found)
    return [*problems, *healthy(evidence, ids)]


def check(evidence: Evidence) -> list[Finding]:
    """Return what the design alone shows, before any training."""
    return diagnose(replace(evidence, history=History(facts=evidence.history.facts), status="running"))


# The imbalance of the classes is known before training as well as seen in its predictions.
_DESIGN = tuple(rule for rule in RULES if rule.moment == "design" or rule.id == "class_imbalance")


def ranked(found: list[tuple[Rule, Finding]]) -> list[Finding]:
    """Return the findings sorted: causes before what they explain, then by severity, tier and certainty."""
    explained = _explained(found)
    rows = []
    for place, (rule, finding) in enumerate(found):
        if rule.id in explained:
            if rule.id not in ALWAYS_SAID:
                continue
            finding = replace(finding, confidence=round(finding.confidence * DEMOTED, 2))
            rows.append((1, 0, place, finding))
        else:
            accounts = rule.explains if finding.severity != "hint" else frozenset()
            symptoms = [f for r, f in found if r.id in accounts and r.id in explained]
            worst = min((SEVERITIES.index(f.severity) for f in (finding, *symptoms)), default=1)
            finding = replace(finding, severity=SEVERITIES[worst])
            rows.append((0, worst, place, finding))
    rows.sort(key=lambda row: row[:3])
    return [replace(row[3], primary=index == 0) for index, row in enumerate(rows)]


def _explained(found: list[tuple[Rule, Finding]]) -> set[str]:
    """Return the ids that another problem accounts for; the earlier of two that explain each other stays.

    What is only hinted at accounts for nothing.
    """
    rules = [rule for rule, _ in found]
    gone: set[str] = set()
    for rule in (rule for rule, finding in found if finding.severity != "hint"):
        if rule.id not in gone:
            gone |= {other.id for other in rules if other.id in rule.explains and other is not rule}
    return gone


def finding_json(finding: Finding, project: Project, advice: Advice | None = None) -> dict[str, Any]:
    """Return a finding as plain JSON data, with what each fix would change in `project`.

    `advice` is what the fixes were worth in this project: how sure the advice is follows from it.
    """
    score = advice or Advice()
    return {
        "id": finding.id,
        "primary": finding.primary,
        "since_epoch": finding.since_epoch,
        "evidence": {name: _plain(value) for name, value in finding.evidence.items()},
        "confidence": finding.confidence,
        "sureness": round(sureness(finding, score), 3),
        "severity": finding.severity,
        "title": finding.title,
        "why": finding.why,
        "layers": list(finding.layers),
        "fixes": [
            fix_json(fix, project) | {"score": score.of(finding.id, fix.id).model_dump()}
            for fix in finding.fixes
        ],
    }


def fix_json(fix: Fix, project: Project) -> dict[str, Any]:
    """Return a fix as plain JSON data."""
    changes = [{**asdict(change), "text": change.text()} for change in fix.preview(project)]
    return {"id": fix.id, "title": fix.title, "restart": fix.restart, "changes": changes}


def _plain(value: float | str) -> float | str | None:
    """Return a value that JSON can hold: no NaN, no infinity, no numpy."""
    if isinstance(value, str):
        return value
    return float(value) if math.isfinite(value) else None


def find_fix(findings: Sequence[Finding], name: str) -> Fix:
    """Return the fix called `finding/fix`, or plain `fix`: then of the worst finding that offers it.

    Raises NoSuchFix.
    """
    return find_offer(findings, name)[1]


def find_offer(findings: Sequence[Finding], name: str) -> tuple[Finding, Fix]:
    """Return a fix as `find_fix` does, with the finding that offers it; raises NoSuchFix."""
    wanted, _, id = name.rpartition("/")
    for finding in findings:
        for fix in finding.fixes:
            if fix.id == id and wanted in ("", finding.id):
                return finding, fix
    names = [f"{finding.id}/{fix.id}" for finding in findings for fix in finding.fixes]
    offered = f"there are: {', '.join(names)}" if names else "there is nothing to mend"
    raise NoSuchFix(f"no finding offers the fix {name!r}; {offered}")
