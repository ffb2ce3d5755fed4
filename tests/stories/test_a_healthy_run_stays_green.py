"""Healthy runs: not one warning from the design to the last epoch, and the window says what is fine."""

from __future__ import annotations

import pytest

from nnstudio.core.finding import Finding
from tests.stories.studio import Studio


@pytest.mark.parametrize("title", ["Two circles", "Iris", "Digits", "Diabetes"])
def test_nothing_is_alarmed_from_beginning_to_end(studio: Studio, title: str) -> None:
    seen: list[tuple[Finding, ...]] = []
    studio.window.session.findings_changed.connect(seen.append)
    studio.open_example(title)
    studio.train()
    panel = studio.window.design.diagnosis
    studio.wait(lambda: "The network is learning" in studio.labels(panel))
    studio.wait(lambda: studio.window.status.phase.text().startswith("phase 5 of 5"))
    alarms = {finding.title for told in seen for finding in told if finding.severity in ("warning", "error")}
    assert alarms == set()
    assert all(card.finding.severity == "ok" for card in panel.cards())
    sliders = studio.window.design.hyperparameters.sliders().values()
    assert all(slider.arrow.isHidden() for slider in sliders), "no advice where none is needed"
