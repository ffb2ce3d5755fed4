"""The way through a project: five phases, checklists, levels of regularisation, which knob to turn."""

from __future__ import annotations

from nnstudio.diagnosis.method.cheat_sheet import Arrow, arrows
from nnstudio.diagnosis.method.checklists import checklists
from nnstudio.diagnosis.method.phases import Advice, Journey, Phase, journey, journey_json
from nnstudio.diagnosis.method.standing import Checklist, Item, Standing

__all__ = [
    "Advice", "Arrow", "Checklist", "Item", "Journey", "Phase", "Standing", "arrows", "checklists",
    "journey", "journey_json",
]  # fmt: skip
