"""The health table of the layers."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from nnstudio.ui.charts.health import HealthChart, LayerHealthRow, compact, tip

ROWS = [
    LayerHealthRow("Dense 64", 0.41, 0.03, None, 1.2e-3, "ok"),
    LayerHealthRow("Dense 32", 3e-7, None, 0.83, 2e-7, "bad", "the gradient has vanished"),
    LayerHealthRow("Dropout", None, None, None, None, "ok"),
]


def test_rows_are_found_named_and_written(qtbot: QtBot, tmp_path: Path) -> None:
    chart = HealthChart()
    qtbot.addWidget(chart)
    chart.show()
    assert chart.is_empty
    chart.set_rows(ROWS)
    assert not chart.is_empty
    height = chart.rows._row_height()
    assert chart.rows.row_at(height * 2.5) is ROWS[1]
    assert chart.rows.row_at(0) is None
    assert chart.rows.accessibleName() == "Dense 32: bad, the gradient has vanished"
    assert not chart.grab().isNull()
    chart.csv(tmp_path / "health.csv")
    lines = (tmp_path / "health.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "layer,gradient_norm,dead,saturated,update_ratio,status,hint"
    assert lines[2] == "Dense 32,3e-07,,0.83,2e-07,bad,the gradient has vanished"
    assert lines[3] == "Dropout,,,,,ok,"


def test_numbers_are_short_and_tips_complete() -> None:
    assert [compact(value) for value in (0.41, 3.2e-5, None, 0.0)] == ["0.41", "3e−5", "–", "0"]
    assert "saturated units 83 %" in tip(ROWS[1])
    assert "vanished" in tip(ROWS[1])
    assert "dead units 3 %" in tip(ROWS[0])
