"""Ways to vary the training examples a little every time they are seen; validation never is."""

from __future__ import annotations

from collections.abc import Sequence

from nnstudio.catalog.synonyms import continuing, interchangeable
from nnstudio.core.param import param
from nnstudio.core.registry import Call
from nnstudio.core.shape import FEATURES, IMAGE, SEQUENCE, TOKENS
from nnstudio.core.training import AUGMENTATIONS, Augmentation


class OfImages(Augmentation):
    """Base of what varies pictures."""

    family = "images"
    shape = IMAGE


@AUGMENTATIONS.entry
class Rotate(OfImages):
    """Turns every picture by a random angle.

    Right where a turned picture still shows the same thing: a leaf does, a 6 turned far is a 9.
    """

    kind = "rotate"
    title = "Rotate"

    degrees: float = param(
        20.0, "Up to", "Largest angle to either side.", low=1, high=180, step=1, unit="°", typical=(5, 30),
        too_high="Letters and digits change their meaning.",
    )  # fmt: skip

    def call(self) -> Call:
        return Call("Rotate", self.degrees)


@AUGMENTATIONS.entry
class Zoom(OfImages):
    """Shows every picture a little larger or smaller."""

    kind = "zoom"
    title = "Zoom"

    share: float = param(
        0.1, "Up to", "Largest change of size.", low=0.01, high=0.5, step=0.01, typical=(0.05, 0.2),
        too_high="What is to be recognised leaves the picture.",
    )  # fmt: skip

    def call(self) -> Call:
        return Call("Zoom", self.share)


@AUGMENTATIONS.entry
class Shift(OfImages):
    """Moves every picture sideways and up or down; the edge is drawn out."""

    kind = "shift"
    title = "Shift"

    share: float = param(
        0.1, "Up to", "Largest move, as a share of the side.", low=0.01, high=0.5, step=0.01,
        typical=(0.05, 0.15), too_high="What is to be recognised leaves the picture.",
    )  # fmt: skip

    def call(self) -> Call:
        return Call("Shift", self.share)


@AUGMENTATIONS.entry
class FlipHorizontally(OfImages):
    """Mirrors pictures left to right: right for animals and things, wrong for letters and digits."""

    kind = "flip_horizontal"
    title = "Flip left to right"
    caution = "Mirrored letters and digits are other signs or none: leave this out for writing."

    chance: float = param(0.5, "Chance", "Share of the pictures mirrored.", low=0.05, high=1.0, step=0.05)

    def call(self) -> Call:
        return Call("Flip", self.chance, vertical=False)


@AUGMENTATIONS.entry
class FlipVertically(OfImages):
    """Puts pictures on their head: right for what is seen from above, such as cells or fields."""

    kind = "flip_vertical"
    title = "Flip upside down"
    caution = "Hardly anything is met upside down: use it for pictures from above or through a microscope."

    chance: float = param(0.5, "Chance", "Share of the pictures turned over.", low=0.05, high=1.0, step=0.05)

    def call(self) -> Call:
        return Call("Flip", self.chance, vertical=True)


@AUGMENTATIONS.entry
class RandomCrop(OfImages):
    """Cuts a random part out of every picture and enlarges it to the whole."""

    kind = "crop"
    title = "Random crop"

    keep: float = param(
        0.8, "Keep at least", "Smallest share of the side that is kept.", low=0.3, high=0.99, step=0.01,
        typical=(0.7, 0.95), too_low="What is to be recognised is cut off.",
    )  # fmt: skip

    def call(self) -> Call:
        return Call("Crop", self.keep)


@AUGMENTATIONS.entry
class Brightness(OfImages):
    """Makes pictures lighter or darker, as under another light."""

    kind = "brightness"
    title = "Brightness"

    share: float = param(
        0.2, "Up to", "Largest change, as a share of the range from black to white.",
        low=0.01, high=0.8, step=0.01, typical=(0.1, 0.3), too_high="Only white or black is left.",
    )  # fmt: skip

    def call(self) -> Call:
        return Call("Brightness", self.share)


@AUGMENTATIONS.entry
class Contrast(OfImages):
    """Draws light and dark apart or together, around the mean of each picture."""

    kind = "contrast"
    title = "Contrast"

    share: float = param(0.2, "Up to", "Largest change.", low=0.01, high=0.9, step=0.01, typical=(0.1, 0.3))

    def call(self) -> Call:
        return Call("Contrast", self.share)


@AUGMENTATIONS.entry
class PixelNoise(OfImages):
    """Adds grain to every pixel, as a poor camera does in the dark."""

    kind = "pixel_noise"
    title = "Grain"

    share: float = param(
        0.05, "Strength", "Standard deviation, as a share of the range from black to white.",
        low=0.005, high=0.5, step=0.005, typical=(0.01, 0.1),
    )  # fmt: skip

    def call(self) -> Call:
        return Call("PixelNoise", self.share)


@AUGMENTATIONS.entry
class Erase(OfImages):
    """Covers a random square: the network must not rely on one detail alone."""

    kind = "erase"
    title = "Erase a part"

    share: float = param(
        0.25, "Side", "Side of the square, as a share of the picture's.", low=0.05, high=0.7, step=0.05,
        typical=(0.15, 0.35), too_high="What is to be recognised is covered.",
    )  # fmt: skip
    chance: float = param(0.5, "Chance", "Share of the pictures covered.", low=0.05, high=1.0, step=0.05)

    def call(self) -> Call:
        return Call("Erase", self.share, self.chance)


@AUGMENTATIONS.entry
class FeatureNoise(Augmentation):
    """Adds a little noise to every input: the answer should not hang on the last digit."""

    kind = "feature_noise"
    title = "Noise"
    family = "tables"
    shape = FEATURES

    share: float = param(
        0.05, "Strength", "Standard deviation, as a share of each input's own.", low=0.005, high=1.0,
        scale="log", typical=(0.01, 0.2), too_high="Drowns what the inputs say.",
    )  # fmt: skip

    def call(self) -> Call:
        return Call("FeatureNoise", self.share)


@AUGMENTATIONS.entry
class Mixup(Augmentation):
    """Blends each row with another one, and their answers in the same measure (Zhang and others, 2018).

    Between two examples the network then answers in between: smoother, and less sure of itself.
    """

    kind = "mixup"
    title = "Mixup"
    family = "tables"
    shape = FEATURES

    alpha: float = param(
        0.2, "Blend", "0.1 hardly blends, 1 blends in any measure.", low=0.05, high=2.0, step=0.05,
        typical=(0.1, 0.4), too_high="Every row is half another one: underfits.",
    )  # fmt: skip

    def call(self) -> Call:
        return Call("Mixup", self.alpha)


@AUGMENTATIONS.entry
class Jitter(Augmentation):
    """Adds a little noise to every step of a series."""

    kind = "jitter"
    title = "Jitter"
    family = "series"
    shape = SEQUENCE

    share: float = param(
        0.05, "Strength", "Standard deviation, as a share of each feature's own.", low=0.005, high=1.0,
        scale="log", typical=(0.01, 0.1),
    )  # fmt: skip

    def call(self) -> Call:
        return Call("Jitter", self.share)


@AUGMENTATIONS.entry
class Scaling(Augmentation):
    """Makes a whole series a little larger or smaller, as with another sensor."""

    kind = "scaling"
    title = "Scaling"
    family = "series"
    shape = SEQUENCE

    share: float = param(0.1, "Strength", "Standard deviation of the factor around 1.", low=0.01, high=0.5,
                         step=0.01, typical=(0.05, 0.2))  # fmt: skip

    def call(self) -> Call:
        return Call("Scaling", self.share)


@AUGMENTATIONS.entry
class WindowShift(Augmentation):
    """Moves the window some steps along; the first or last value fills what becomes free."""

    kind = "window_shift"
    title = "Window shift"
    family = "series"
    shape = SEQUENCE
    caution = "What is foretold does not move along: for forecasts keep the shift small."

    steps: int = param(2, "Up to", "Largest move to either side.", low=1, high=50, step=1, unit="steps")

    def call(self) -> Call:
        return Call("WindowShift", self.steps)


@AUGMENTATIONS.entry
class SwapTokens(Augmentation):
    """Changes the places of neighbouring words: what a text is about hangs little on their order."""

    kind = "swap_tokens"
    title = "Swap words"
    family = "texts"
    shape = TOKENS
    caution = "A moved “not” can turn the meaning round, and a text to be continued must keep its order."

    share: float = param(0.1, "Share", "Share of the words moved.", low=0.01, high=0.5, step=0.01,
                         typical=(0.05, 0.2))  # fmt: skip

    def call(self) -> Call:
        return Call("SwapTokens", self.share)


@AUGMENTATIONS.entry
class DeleteTokens(Augmentation):
    """Leaves some words of a text out; at least one always stays."""

    kind = "delete_tokens"
    title = "Leave words out"
    family = "texts"
    shape = TOKENS

    share: float = param(0.1, "Share", "Share of the words left out.", low=0.01, high=0.5, step=0.01,
                         typical=(0.05, 0.2))  # fmt: skip

    def call(self) -> Call:
        return Call("DeleteTokens", self.share)


@AUGMENTATIONS.entry
class InsertTokens(Augmentation):
    """Repeats some words of a text at random places in it; what no longer fits is cut off."""

    kind = "insert_tokens"
    title = "Insert words"
    family = "texts"
    shape = TOKENS

    share: float = param(0.1, "Share", "Share of the words repeated.", low=0.01, high=0.5, step=0.01,
                         typical=(0.05, 0.2))  # fmt: skip

    def call(self) -> Call:
        return Call("InsertTokens", self.share)


@AUGMENTATIONS.entry
class ReplaceTokens(Augmentation):
    """Puts other words of the same meaning in place of some: great for good, movie for film.

    The words come from a bundled English list. Only words that are single tokens, and whose synonyms
    the vocabulary knows too, are replaced.
    """

    kind = "replace_tokens"
    title = "Replace by synonyms"
    family = "texts"
    shape = TOKENS
    caution = "Synonyms are rarely quite the same: leave this out where the exact word is the answer."

    share: float = param(
        0.2, "Share", "Share of the words replaced, among those that have a synonym.", low=0.01, high=1.0,
        step=0.01, typical=(0.1, 0.3), too_low="Hardly any text changes.",
        too_high="Shades of meaning blur, and rare words are met too often.",
    )  # fmt: skip

    def call(self) -> Call:
        return self.call_on(())

    def call_on(self, words: Sequence[str]) -> Call:
        return Call("ReplaceTokens", self.share, interchangeable(words), continuing(words))

    def unfit(self, words: Sequence[str]) -> str:
        if interchangeable(words):
            return ""
        return (
            f"“{self.title}” finds no two synonyms among the {len(words)} tokens of this vocabulary: choose "
            "a tokeniser of whole words, or a larger vocabulary; the bundled list is English."
        )
