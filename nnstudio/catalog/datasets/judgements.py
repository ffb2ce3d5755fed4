"""Made-up judgements by an audience: labels that may be true together, and grades in an order."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from nnstudio.core.dataset import LABEL_SIGN, SOURCES, Column, Examples, Source
from nnstudio.core.param import param


class Judged(Source):
    """Base of generated tables about which people agree, but for some noise."""

    family = "tables"
    example = True

    samples: int = param(
        600, "Rows", "How many rows are drawn.", low=100, high=5000, scale="log", step=10,
        typical=(300, 2000), too_low="The validation curve is noise.",
    )  # fmt: skip
    noise: float = param(
        0.05, "Noise", "How much the judgements stray from the rule behind them.", low=0.0, high=0.5,
        step=0.01, typical=(0.0, 0.2), too_high="No network can be right often.",
    )  # fmt: skip
    seed: int = param(0, "Data seed", "Another seed draws other rows.", low=0, high=9999, step=1)


@SOURCES.entry
class SongMoods(Judged):
    """Songs by tempo, loudness, key and voice, and the moods that listeners hear: any number of four.

    A song can be danceable and sad at once, or nothing of all. Made up for this program.
    """

    kind = "song_moods"
    title = "Moods of songs"

    def load(self) -> Examples:
        rng = np.random.default_rng(self.seed)
        tempo, loudness, major, voice = rng.uniform(0, 1, (4, self.samples))
        moods = {
            "danceable": tempo + 0.5 * loudness - 0.8,
            "sad": 0.55 - major - 0.4 * (tempo - 0.5),
            "calm": 0.9 - tempo - loudness,
            "romantic": voice * (1 - loudness) - 0.35,
        }
        heard = {name: value + rng.normal(0, self.noise, self.samples) > 0 for name, value in moods.items()}
        texts = [LABEL_SIGN.join(name for name in heard if heard[name][row]) for row in range(self.samples)]
        features = {
            "tempo": 60 + 120 * tempo,
            "loudness": -20 + 20 * loudness,
            "major": major,
            "voice": voice,
        }
        columns = tuple(Column(name, "number", values) for name, values in features.items())
        target = Column("moods", "category", np.array(texts, dtype=object))
        return Examples(self.title, target, "multilabel", columns, names=tuple(heard))


@SOURCES.entry
class FruitRipeness(Judged):
    """Fruit by colour, firmness, sugar and days after picking, and how ripe they are: four steps in order.

    Taking a green one for overripe is worse than for nearly ripe. Made up for this program.
    """

    kind = "fruit_ripeness"
    title = "Ripeness of fruit"
    steps: ClassVar[tuple[str, ...]] = ("green", "turning", "ripe", "overripe")

    def load(self) -> Examples:
        rng = np.random.default_rng(self.seed)
        ripe = rng.uniform(0, 1, self.samples)
        features = {
            "redness": ripe + rng.normal(0, 0.15, self.samples),
            "firmness": 9 - 7 * ripe**2 + rng.normal(0, 0.8, self.samples),
            "sugar": 8 + 6 * np.sqrt(ripe) + rng.normal(0, 0.8, self.samples),
            "days": np.round(12 * ripe + rng.normal(0, 1.5, self.samples)).clip(0),
        }
        step = np.digitize(ripe + rng.normal(0, self.noise, self.samples), (0.3, 0.55, 0.85))
        columns = tuple(Column(name, "number", values) for name, values in features.items())
        target = Column("ripeness", "category", np.array(self.steps, dtype=object)[step])
        return Examples(self.title, target, "ordinal", columns, names=self.steps)
