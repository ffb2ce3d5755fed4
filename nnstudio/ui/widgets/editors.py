"""Chooses the right editor for a field of a pydantic model."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from PySide6.QtWidgets import QWidget

from nnstudio.core.param import Param, params
from nnstudio.ui.widgets.choice import ChoiceBox, TextBox, Toggle
from nnstudio.ui.widgets.editor import Editor
from nnstudio.ui.widgets.slider import ParamSlider


def editor_for(
    param: Param, value: Any, annotation: Any, *, default: Any = None, parent: QWidget | None = None
) -> Editor:
    """Return an editor showing `value`: slider, choice, switch or text, by the field's annotation.

    `X | None` makes a slider or a choice that can be off. `default` is what a double click on a
    slider's track restores. Raises TypeError for an annotation without an editor.
    """
    kinds = [kind for kind in _alternatives(annotation) if kind is not NoneType]
    optional = len(kinds) < len(_alternatives(annotation))
    options = _choices(param, kinds)
    if options:
        return ChoiceBox(param, value, ([None, *options] if optional else options), parent=parent)
    if kinds == [bool]:
        return Toggle(param, value, parent=parent)
    if kinds == [str]:
        return TextBox(param, value, parent=parent)
    if set(kinds) in ({int}, {float}, {int, float}):
        whole = kinds == [int]
        return ParamSlider(param, value, integer=whole, optional=optional, default=default, parent=parent)
    raise TypeError(f"{param.label}: no editor for {annotation!r}")


def editor_of_field(model: BaseModel, name: str, parent: QWidget | None = None) -> Editor:
    """Return the editor of one declared field, showing the model's value; KeyError if it has no `Param`."""
    field = type(model).model_fields[name]
    default = None if field.is_required() or field.default_factory else field.default
    return editor_for(
        params(model)[name], getattr(model, name), field.annotation, default=default, parent=parent
    )


def _alternatives(annotation: Any) -> list[Any]:
    if get_origin(annotation) in (Union, UnionType):
        return list(get_args(annotation))
    return [annotation]


def _choices(param: Param, kinds: list[Any]) -> tuple[str, ...]:
    literal = next((get_args(kind) for kind in kinds if get_origin(kind) is Literal), ())
    return param.choices or literal
