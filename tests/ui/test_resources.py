"""Bundled files are found from a checkout and a frozen app; every icon draws in the colour asked for."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication

from nnstudio.ui import resources

ICONS = sorted(file.stem for file in resources.path("icons").glob("*.svg"))
NEEDED = {
    "play",
    "pause",
    "stop",
    "reset",
    "step",
    "add",
    "delete",
    "undo",
    "redo",
    "fit",
    "zoom_in",
    "zoom_out",
    "more",
    "chevron_down",
    "check",
    "warning",
    "error",
    "info",
    "data",
    "network",
    "evaluate",
    "runs",
    "device",
    "save",
    "open",
    "export",
    "help",
    "app",
}


def test_a_checkout_has_the_resources_beside_the_package() -> None:
    assert resources.path("themes/studio.qss").is_file()


def test_a_frozen_app_looks_into_its_bundle_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled = tmp_path / "nnstudio" / "resources" / "icons" / "play.svg"
    bundled.parent.mkdir(parents=True)
    bundled.write_text("<svg/>")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resources.path("icons/play.svg") == bundled


def test_a_missing_file_names_the_places_searched() -> None:
    with pytest.raises(FileNotFoundError, match=r"no resource 'icons/nothing.svg'; searched: .*resources"):
        resources.path("icons/nothing.svg")


def test_the_set_of_icons_is_whole() -> None:
    assert not NEEDED.difference(ICONS)


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_draws_in_its_colour(qapp: QApplication, name: str) -> None:
    image = resources.icon(name, "#ff0000").pixmap(64, 64).toImage()
    seen = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    solid = [colour for colour in seen if colour.alpha() == 255]
    assert len(solid) > 20
    if name != "app":
        assert all(colour == QColor("#ff0000") for colour in solid)


def test_a_disabled_icon_has_its_own_colour(qapp: QApplication) -> None:
    image = resources.icon("stop", "#ff0000", "#00ff00").pixmap(32, 32, QIcon.Mode.Disabled).toImage()
    assert image.pixelColor(image.width() // 2, image.height() // 2) == QColor("#00ff00")


def test_an_icon_there_is_not_is_missed_at_once(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError, match="nothing"):
        resources.icon("nothing", "#ff0000")


def test_a_disabled_icon_without_a_colour_of_its_own_is_faded(qapp: QApplication) -> None:
    image = resources.icon("stop", "#ff0000").pixmap(32, 32, QIcon.Mode.Disabled).toImage()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    assert 0 < middle.alpha() < 200
    assert middle.red() > 200


def test_an_icon_is_as_sharp_as_it_is_large(qapp: QApplication) -> None:
    icon = resources.icon("play", "#ff0000")
    assert [icon.pixmap(side, side).width() for side in (16, 20, 100)] == [16, 20, 100]
