"""Which key does what on the canvas; the keyboard can do all that the mouse can."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

if TYPE_CHECKING:
    from nnstudio.ui.canvas.view import CanvasView

Action = Callable[["CanvasView"], object]
_K, _M = Qt.Key, Qt.KeyboardModifier

_STANDARD: dict[QKeySequence.StandardKey, Action] = {
    QKeySequence.StandardKey.Copy: lambda view: view.copy(),
    QKeySequence.StandardKey.Cut: lambda view: view.cut(),
    QKeySequence.StandardKey.Paste: lambda view: view.paste(),
    QKeySequence.StandardKey.SelectAll: lambda view: view.select_all(),
}

_BOTH = _M.ControlModifier | _M.ShiftModifier
_WITH_CONTROL: dict[tuple[Qt.KeyboardModifier, int], Action] = {
    (_M.ControlModifier, _K.Key_D): lambda view: view.duplicate(),
    (_M.ControlModifier, _K.Key_G): lambda view: view.group(),
    (_BOTH, _K.Key_G): lambda view: view.ungroup(),
    (_BOTH, _K.Key_F): lambda view: view.fold_group(),
}

_ARROWS = {_K.Key_Left: (-1, 0), _K.Key_Right: (1, 0), _K.Key_Up: (0, -1), _K.Key_Down: (0, 1)}

_PLAIN: dict[int, Action] = {
    _K.Key_Delete: lambda view: view.delete(),
    _K.Key_Backspace: lambda view: view.delete(),
    _K.Key_Return: lambda view: view.edit_selected(),
    _K.Key_Enter: lambda view: view.edit_selected(),
    _K.Key_F2: lambda view: view.rename_selected(),
    _K.Key_Home: lambda view: view.fit(),
    _K.Key_0: lambda view: view.fit(),
    _K.Key_Plus: lambda view: view.raise_or_zoom(up=True),
    _K.Key_Equal: lambda view: view.raise_or_zoom(up=True),
    _K.Key_Minus: lambda view: view.raise_or_zoom(up=False),
    _K.Key_Escape: lambda view: view.escape(),
}


def handle(view: CanvasView, event: QKeyEvent) -> bool:
    """Do what a key press asks for; tells whether it meant anything here."""
    for standard, action in _STANDARD.items():
        if event.matches(standard):
            action(view)
            return True
    modifiers = event.modifiers() & ~_M.KeypadModifier
    if (modifiers, event.key()) in _WITH_CONTROL:
        _WITH_CONTROL[modifiers, event.key()](view)
        return True
    arrow = _ARROWS.get(_K(event.key())) if event.key() in _ARROWS else None
    if arrow is not None:
        return _arrow(view, arrow, modifiers)
    if modifiers & (_M.ControlModifier | _M.AltModifier | _M.MetaModifier):
        return False
    if event.key() in _PLAIN:
        _PLAIN[event.key()](view)
        return True
    if event.text().isalpha():
        view.open_search(event.text())
        return True
    return False


def is_ours(event: QKeyEvent) -> bool:
    """Tell whether the canvas wants a key before the menus' shortcuts get it (only without Ctrl and Alt)."""
    modifiers = event.modifiers() & ~(_M.KeypadModifier | _M.ShiftModifier)
    return modifiers == _M.NoModifier and (event.key() in _PLAIN or event.text().isalpha())


def _arrow(view: CanvasView, arrow: tuple[int, int], modifiers: Qt.KeyboardModifier) -> bool:
    columns, lanes = arrow
    if modifiers == _M.AltModifier and columns:
        view.shift(forward=columns > 0)
        return True
    if modifiers in (_M.NoModifier, _M.ShiftModifier):
        view.step(columns, lanes, extend=modifiers == _M.ShiftModifier)
        return True
    return False
