"""A declared field gets the editor that fits its type."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from nnstudio.core.param import Param, param
from nnstudio.core.registry import Frozen
from nnstudio.ui.widgets.choice import ChoiceBox, TextBox, Toggle
from nnstudio.ui.widgets.editor import Editor
from nnstudio.ui.widgets.editors import editor_for, editor_of_field
from nnstudio.ui.widgets.slider import ParamSlider


class Settings(Frozen):
    """One field of each sort."""

    rate: float = param(1e-3, "Rate", "Step size.", low=1e-6, high=1.0, scale="log")
    units: int = param(64, "Units", "Width.", low=1, high=4096, scale="power of two")
    clip: float | None = param(None, "Clip", "Longest gradient.", low=0.1, high=10.0, scale="log")
    bias: bool = param(True, "Bias", "A constant.")
    mode: Literal["same", "valid"] = param("same", "Padding", "At the border.")
    start: str = param("he", "Start", "First weights.", choices=("he", "glorot"))
    name: str = param("", "Name", "What to call it.")


KINDS: dict[str, type[Editor]] = {
    "rate": ParamSlider,
    "units": ParamSlider,
    "clip": ParamSlider,
    "bias": Toggle,
    "mode": ChoiceBox,
    "start": ChoiceBox,
    "name": TextBox,
}


@pytest.mark.parametrize("name", KINDS)
def test_each_field_gets_its_editor_showing_the_value(qtbot: QtBot, name: str) -> None:
    editor = editor_of_field(Settings(), name)
    qtbot.addWidget(editor)
    assert type(editor) is KINDS[name]
    assert editor.value() == getattr(Settings(), name)
    assert editor.accessibleName() == Settings.model_fields[name].json_schema_extra["param"].label  # type: ignore


def test_a_sliders_double_click_goes_back_to_the_fields_default(qtbot: QtBot) -> None:
    editor = editor_of_field(Settings(rate=0.5), "rate")
    qtbot.addWidget(editor)
    assert isinstance(editor, ParamSlider)
    assert editor.track is not None
    qtbot.mouseDClick(editor.track, Qt.MouseButton.LeftButton)
    assert editor.value() == 1e-3


def test_an_optional_choice_offers_none(qtbot: QtBot) -> None:
    editor = editor_for(Param("Monitor", ""), None, Literal["loss", "accuracy"] | None)
    qtbot.addWidget(editor)
    assert editor.value() is None
    editor.set_value("loss")
    assert editor.value() == "loss"


@pytest.mark.parametrize("annotation", [list[int], dict, int | str])
def test_a_type_without_an_editor_is_refused(qapp: Any, annotation: Any) -> None:
    with pytest.raises(TypeError, match="Odd: no editor for"):
        editor_for(Param("Odd", ""), 1, annotation)
