"""Every preset writes networks that fit its data, says so when it cannot, and trains."""

from __future__ import annotations

import pytest

import nnstudio.catalog  # noqa: F401 - fills the registries
from nnstudio.core.project import PRESETS, Preset
from nnstudio.core.shape import features, image, sequence, tokens
from nnstudio.core.trace import Signature, Target, trace

CLASSES = Target(task="classification", names=("a", "b", "c"))
TWO = Target(task="classification", names=("no", "yes"))
NUMBER = Target(task="regression", names=("y",))
INPUTS = (features(13), image(1, 8, 8), image(3, 32, 48), image(1, 5, 7), sequence(12, 2), tokens(20, 100))
SIGNATURES = [
    *(Signature(input=shape, target=target) for shape in INPUTS for target in (CLASSES, TWO, NUMBER)),
    Signature(input=features(6), target=Target(task="regression", names=tuple("abcdef"))),
]


def extremes(cls: type[Preset]) -> list[Preset]:
    """The preset as it comes, and with all sliders at one end or the other."""
    numbers = {name: spec for name, spec in cls.params().items() if spec.low is not None}
    whole = {name for name in numbers if cls.model_fields[name].annotation is int}
    ends: list[Preset] = [cls()]
    for end in ("low", "high"):
        values = {name: getattr(spec, end) for name, spec in numbers.items()}
        # The widest and deepest networks are shown on paper only; eight of each are enough here.
        values = {n: min(v, 8) if n in whole and end == "high" else v for n, v in values.items()}
        ends.append(cls(**{n: max(v, numbers[n].low or 0) for n, v in values.items()}))
    return ends


@pytest.mark.parametrize("cls", list(PRESETS), ids=[cls.kind for cls in PRESETS])
def test_what_a_preset_writes_fits_its_data(cls: type[Preset]) -> None:
    fitted = 0
    for signature in SIGNATURES:
        for preset in extremes(cls):
            if reason := preset.unfit(signature):
                assert reason.endswith(("image.", "list of features.", "sequence.", "token ids.", "first."))
                continue
            table = trace(preset.build(signature), signature.input, signature.target)
            assert table.valid, (signature.input, preset, table.errors)
            fitted += 1
    assert fitted


@pytest.mark.parametrize("cls", list(PRESETS), ids=[cls.kind for cls in PRESETS])
def test_a_preset_is_explained(cls: type[Preset]) -> None:
    assert len(cls.about()) > 60
    assert cls.title
    assert cls.family
    assert all(spec.help for spec in cls.params().values())


@pytest.mark.parametrize("cls", list(PRESETS), ids=[cls.kind for cls in PRESETS])
def test_a_preset_can_be_built_and_gives_one_answer_per_unit(cls: type[Preset]) -> None:
    import torch

    from nnstudio.engine.build import build

    signature = next(s for s in SIGNATURES if not cls().unfit(s))
    module = build(cls().build(signature), signature.input, seed=0).eval()
    ids = signature.input.axes == ("tokens",)
    x = torch.randint(1, 100, (3, 20)) if ids else torch.randn(3, *signature.input.sizes)
    with torch.no_grad():
        assert module(x).shape[0] == 3
