"""The look of the studio: three sets of colours, the fonts and the one stylesheet."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict, dataclass
from functools import lru_cache
from string import Template
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from nnstudio.ui import resources

ThemeName = Literal["light", "dark", "contrast"]

_POINTS_PER_PIXEL = 1.0 if sys.platform == "darwin" else 0.75
"""macOS counts 72 points to the inch of 72 pixels, the others to one of 96."""
_BASE_PIXELS = 13
_NAME, _PERCENT = "nnstudio_theme", "nnstudio_text_percent"


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme's colours as `#rrggbb`; every text colour is readable on every `*_soft` and surface."""

    window: str
    card: str
    field: str
    """Background of value boxes, chips and tab strips."""
    hover: str
    border: str
    text: str
    muted: str
    faint: str
    accent: str
    on_accent: str
    accent_soft: str
    typical: str
    """Tint of a slider's typical range."""
    train: str
    validation: str
    test: str
    grey_run: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    canvas: str
    canvas_dot: str
    families: dict[str, str]
    """Colour by layer family in lower case; ask `family()` for one."""

    def family(self, name: str) -> str:
        """Return the colour of a layer family, grey for one without a colour of its own."""
        return self.families.get(name.lower(), self.muted)


def _families(
    core: str, convolution: str, sequence: str, regularise: str, merge: str, preset: str
) -> dict[str, str]:
    return {
        "core": core,
        "dense": core,
        "convolution": convolution,
        "blocks": convolution,
        "sequence": sequence,
        "attention": sequence,
        "regularise": regularise,
        "normalise": regularise,
        "merge": merge,
        "shape": merge,
        "preset": preset,
    }


LIGHT = Colours(
    window="#f4f6f9",
    card="#ffffff",
    field="#eef1f6",
    hover="#e4e9f1",
    border="#dfe4ec",
    text="#1c2430",
    muted="#566074",
    faint="#616c80",
    accent="#1a64d8",
    on_accent="#ffffff",
    accent_soft="#e3edfd",
    typical="#a9c8fb",
    train="#1f6feb",
    validation="#e8710a",
    test="#6e7781",
    grey_run="#a9b3c3",
    good="#1a7a35",
    good_soft="#f1faf4",
    warn="#a35200",
    warn_soft="#fff8ec",
    bad="#c11c28",
    bad_soft="#fff1f1",
    canvas="#fbfcfe",
    canvas_dot="#dde3ec",
    families=_families("#1f6feb", "#8250df", "#0f8f8c", "#bf3989", "#6e7781", "#e8710a"),
)

DARK = Colours(
    window="#11151c",
    card="#1a2029",
    field="#262e3a",
    hover="#313b4a",
    border="#343e4c",
    text="#e6eaf0",
    muted="#a9b4c4",
    faint="#98a4b5",
    accent="#5b9bff",
    on_accent="#08111f",
    accent_soft="#1d3150",
    typical="#33558c",
    train="#4d8dff",
    validation="#ff9440",
    test="#a0aab8",
    grey_run="#667285",
    good="#4fc273",
    good_soft="#15291c",
    warn="#f0a04a",
    warn_soft="#33270f",
    bad="#ff7b79",
    bad_soft="#381c1f",
    canvas="#141922",
    canvas_dot="#2a3340",
    families=_families("#4d8dff", "#a685f0", "#2fb5b1", "#e06cb2", "#9aa5b4", "#ff9440"),
)

CONTRAST = Colours(
    window="#000000",
    card="#000000",
    field="#1c1c1c",
    hover="#3a3a3a",
    border="#ffffff",
    text="#ffffff",
    muted="#f0f0f0",
    faint="#e0e0e0",
    accent="#ffd60a",
    on_accent="#000000",
    accent_soft="#3d3400",
    typical="#8a7a2a",
    train="#5cb3ff",
    validation="#ff9d2e",
    test="#d0d0d0",
    grey_run="#9a9a9a",
    good="#4dff88",
    good_soft="#00240d",
    warn="#ffb84d",
    warn_soft="#2e1c00",
    bad="#ff8a8a",
    bad_soft="#330000",
    canvas="#000000",
    canvas_dot="#4a4a4a",
    families=_families("#5cb3ff", "#c4a6ff", "#3fe0dc", "#ff8fd0", "#d0d0d0", "#ff9d2e"),
)

THEMES: dict[str, Colours] = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}


def apply_theme(app: QApplication, name: ThemeName, text_percent: int = 100) -> None:
    """Give the application one theme and a text size of 100 to 200 percent.

    Call it before the first window is made, and again for every switch.
    Raises KeyError for an unknown name and ValueError for a text size out of range.
    """
    palette = THEMES[name]
    if not 100 <= text_percent <= 200:
        raise ValueError(f"the text size must lie between 100 and 200 percent, not {text_percent}")
    first = app.property(_NAME) is None
    app.setProperty(_NAME, name)
    app.setProperty(_PERCENT, text_percent)
    if first:
        app.setStyle("Fusion")
    scheme = Qt.ColorScheme.Light if name == "light" else Qt.ColorScheme.Dark
    app.styleHints().setColorScheme(scheme)
    app.setPalette(_qt_palette(palette))
    app.setFont(_text_font(text_percent))
    app.setStyleSheet(_stylesheet(name, text_percent))


def colours(widget: QWidget | None = None) -> Colours:
    """Return the current theme's colours, the light ones before any theme was applied.

    Painters pass themselves and ask at paint time, so that a switch of theme needs no registry.
    """
    app = QApplication.instance()
    return THEMES.get(str(app.property(_NAME)), LIGHT) if app else LIGHT


def text_percent() -> int:
    """Return the current text size in percent."""
    app = QApplication.instance()
    return int((app.property(_PERCENT) if app else None) or 100)


def scaled(pixels: float) -> int:
    """Return a length designed for 100 percent text, grown with the text size."""
    return round(pixels * text_percent() / 100)


def sized_font(widget: QWidget, pixels: float, *, bold: bool = False, mono: bool = False) -> QFont:
    """Return a font for painting: `pixels` high in the design, grown with the text size."""
    font = QFont(_mono_family()) if mono else QFont(widget.font())
    font.setPointSizeF(pixels * _POINTS_PER_PIXEL * text_percent() / 100)
    font.setBold(bold)
    return font


def set_role(widget: QWidget, role: str, tone: str = "") -> None:
    """Style a widget by what it is (`card`, `heading`...) and how it stands (`good`, `warn`, `bad`)."""
    if (widget.property("role") or "", widget.property("tone") or "") == (role, tone):
        return
    widget.setProperty("role", role)
    widget.setProperty("tone", tone)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def _text_font(percent: int) -> QFont:
    inter = "Inter" in QFontDatabase.families()
    font = QFont("Inter") if inter else QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPointSizeF(_BASE_PIXELS * _POINTS_PER_PIXEL * percent / 100)
    return font


def _mono_family() -> str:
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()


def _stylesheet(name: str, percent: int) -> str:
    values = {key: value for key, value in asdict(THEMES[name]).items() if isinstance(value, str)}
    values["icons"] = resources.path("icons").as_posix()
    values["mono"] = _mono_family()
    light_tick = QColor(values["on_accent"]).lightnessF() > 0.5
    values["tick"] = resources.path(f"themes/tick_{'light' if light_tick else 'dark'}.svg").as_posix()
    sheet = Template(_sheet_source()).substitute(values)
    scale = percent / 100
    sheet = re.sub(
        r"font-size: (\d+)px",
        lambda m: f"font-size: {int(m[1]) * _POINTS_PER_PIXEL * scale:.2f}pt",
        sheet,
    )
    return re.sub(r"\b([3-9]|\d\d+)px", lambda m: f"{round(int(m[1]) * scale)}px", sheet)


@lru_cache(maxsize=1)
def _sheet_source() -> str:
    return resources.path("themes/studio.qss").read_text(encoding="utf-8")


def _qt_palette(c: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for key, value in {
        role.Window: c.window,
        role.WindowText: c.text,
        role.Base: c.card,
        role.AlternateBase: c.window,
        role.Text: c.text,
        role.PlaceholderText: c.faint,
        role.Button: c.card,
        role.ButtonText: c.text,
        role.BrightText: c.bad,
        role.Highlight: c.accent,
        role.HighlightedText: c.on_accent,
        role.Accent: c.accent,
        role.Link: c.accent,
        role.LinkVisited: c.accent,
        role.ToolTipBase: c.card,
        role.ToolTipText: c.text,
        role.Light: c.card,
        role.Midlight: c.field,
        role.Mid: c.border,
        role.Dark: c.faint,
        role.Shadow: c.border,
    }.items():
        palette.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(c.grey_run))
    return palette
