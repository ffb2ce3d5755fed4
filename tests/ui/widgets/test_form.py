"""The form: one editor per setting, entries within entries, and never an echo."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from nnstudio.catalog.activations import ReLU, Sigmoid
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.optimizers import Adam, Momentum
from nnstudio.core.param import Param
from nnstudio.core.training import OPTIMIZERS, EarlyStopping
from nnstudio.ui.widgets.choice import ChoiceBox
from nnstudio.ui.widgets.form import DetailsEditor, EntryEditor, Form, readable
from nnstudio.ui.widgets.slider import ParamSlider


def heard(form: Any) -> list[tuple[str, Any, str]]:
    """Return the list in which a form's edits are noted."""
    edits: list[tuple[str, Any, str]] = []
    form.edited.connect(lambda path, value, drag: edits.append((path, value, drag)))
    return edits


def pick(box: ChoiceBox, value: str) -> None:
    """Pick an entry as a person does."""
    at = box.combo.findData(value)
    box.combo.setCurrentIndex(at)
    box.combo.activated.emit(at)


def slider(form: Form, name: str) -> ParamSlider:
    """Return the slider of a field."""
    found = form.editors[name]
    assert isinstance(found, ParamSlider)
    return found


@pytest.fixture
def dense(qtbot: QtBot) -> Form:
    """The form of a dense layer."""
    form = Form(Dense(units=8, activation=ReLU()))
    qtbot.addWidget(form)
    form.show()
    qtbot.waitActive(form)
    return form


def test_typing_a_number_emits_its_path_and_value(dense: Form) -> None:
    edits = heard(dense)
    box = slider(dense, "units").box
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "24")
    QTest.keyClick(box, Qt.Key.Key_Return)
    ((path, value, drag),) = edits
    assert (path, value) == ("units", 24)
    assert drag


def test_an_entry_within_is_picked_as_a_whole(dense: Form) -> None:
    edits = heard(dense)
    activation = dense.editors["activation"]
    assert isinstance(activation, EntryEditor)
    pick(activation.box, "sigmoid")
    assert edits[0][:2] == ("activation", Sigmoid())


def test_showing_another_value_emits_nothing(dense: Form) -> None:
    edits = heard(dense)
    dense.set_model(Dense(units=99, activation=Sigmoid()))
    assert slider(dense, "units").value() == 99
    activation = dense.editors["activation"]
    assert isinstance(activation, EntryEditor)
    assert activation.box.value() == "sigmoid"
    assert not edits


def test_a_value_that_was_refused_is_shown_as_it_is(dense: Form) -> None:
    model = dense.model
    box = slider(dense, "units").box
    box.setText("24")
    box.editingFinished.emit()
    assert slider(dense, "units").value() == 24
    dense.set_model(model)
    assert slider(dense, "units").value() == 8


def test_a_number_half_typed_survives_the_change_of_another_setting(dense: Form) -> None:
    box = slider(dense, "units").box
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "12")
    dense.set_model(Dense(units=8, activation=Sigmoid()))
    assert box.text() == "12"


def test_common_and_advanced_settings_are_two_forms(qtbot: QtBot) -> None:
    whole, common, details = (Form(Momentum(), advanced=choice) for choice in (None, False, True))
    for form in (whole, common, details):
        qtbot.addWidget(form)
    assert set(common.editors) | set(details.editors) == set(whole.editors)
    assert not set(common.editors) & set(details.editors)
    only = Form(Momentum(), only=("rate",))
    qtbot.addWidget(only)
    assert list(only.editors) == ["rate"]


def test_fixed_choices_are_shown_in_words(qtbot: QtBot) -> None:
    form = Form(EarlyStopping())
    qtbot.addWidget(form)
    monitor = form.editors["monitor"]
    assert isinstance(monitor, ChoiceBox)
    assert monitor.combo.itemText(0) == "validation loss"
    assert readable("train_loss") == "training loss"


@pytest.fixture
def optimizer(qtbot: QtBot) -> EntryEditor:
    """The choice of an optimizer with its common settings."""
    editor = EntryEditor(Param("Optimizer", "How weights change."), OPTIMIZERS, Adam())
    qtbot.addWidget(editor)
    editor.show()
    qtbot.waitActive(editor)
    return editor


def rate_of(editor: EntryEditor) -> ParamSlider:
    """Return the slider of the rate that is in sight."""
    return next(
        s for s in editor.findChildren(ParamSlider) if s.param.label == "Learning rate" and s.isVisible()
    )


def test_switching_the_optimizer_shows_its_own_settings(optimizer: EntryEditor) -> None:
    edits = heard(optimizer)
    pick(optimizer.box, "momentum")
    assert edits[0][:2] == ("", Momentum())
    optimizer.set_value(Momentum(rate=0.25))
    QApplication.processEvents()
    assert rate_of(optimizer).value() == 0.25
    labels = {s.param.label for s in optimizer.findChildren(ParamSlider) if s.isVisible()}
    assert "Momentum" in labels
    assert len(edits) == 1


def test_the_settings_of_the_optimizer_before_speak_no_more(optimizer: EntryEditor) -> None:
    edits = heard(optimizer)
    box = rate_of(optimizer).box
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "0.5")
    optimizer.set_value(Momentum())
    assert not edits


def test_a_choice_is_switched_back_when_it_was_refused(optimizer: EntryEditor) -> None:
    pick(optimizer.box, "momentum")
    optimizer.set_value(Adam())
    assert optimizer.box.value() == "adam"


def test_every_choice_explains_itself(optimizer: EntryEditor) -> None:
    for index, cls in enumerate(OPTIMIZERS):
        assert optimizer.box.combo.itemData(index, Qt.ItemDataRole.ToolTipRole) == cls.about()


def test_details_follow_the_entry(qtbot: QtBot) -> None:
    details = DetailsEditor(Adam())
    qtbot.addWidget(details)
    details.show()
    edits = heard(details)

    def labels() -> set[str]:
        return {s.param.label for s in details.findChildren(ParamSlider) if s.isVisible()}

    before = labels()
    details.set_value(Momentum())
    QApplication.processEvents()
    assert labels() != before
    assert not edits
