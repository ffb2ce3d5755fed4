"""Examples before and after preparation, as plain numpy; and what a project says about its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from nnstudio.core.comparison import Giveaway, ReferenceFacts, SplitShift
from nnstudio.core.param import param
from nnstudio.core.registry import Entry, Frozen, Registry, one_of
from nnstudio.core.trace import ASKED, Asks, Signature, Task
from nnstudio.core.units import Change, Units

ColumnType = Literal["number", "category", "date", "text"]
LABEL_SIGN = ";"
"""Between the labels of one row."""
Goal = Literal["predict", "reconstruct"]
SplitName = Literal["train", "validation", "test"]
SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")


class DataProblem(ValueError):
    """The data cannot be used as they are: says what, where (file, row, column) and what to do."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    `values`: float64 with NaN for missing (number, and date as days since 1970), else object with
    None for missing.
    """

    name: str
    type: ColumnType
    values: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Windows:
    """How examples are cut from rows that follow each other: `size` rows are read, `horizon` foretold."""

    size: int = 0
    """0 where rows are lines of one text: the number of tokens decides."""
    horizon: int = 1
    step: int = 1
    """Rows (tokens in a text) from the start of one example to the start of the next."""
    season: int = 0
    """Rows after which a pattern repeats, 0 when there is none: the guess to beat looks back so far."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Raw examples as they come from their source, N of them.

    Tables have `columns`; texts are a single column of type text; images have `pixels`, N x channels x
    height x width, float32 in 0..1 (perhaps memory-mapped). `target` is one column: its type decides the
    task unless `task` says otherwise; of several labels it holds those that are true, joined by LABEL_SIGN,
    "" for none. With `windows` the rows follow each other in time: they are split in this order, and every
    example is a stretch of them (for one text, of its tokens), of the part that holds its answer.
    """

    title: str
    target: Column
    task: Task
    columns: tuple[Column, ...] = ()
    pixels: NDArray[np.float32] | None = None
    split: NDArray[np.object_] | None = None
    """Per row `train`, `validation` or `test`, when the data say so themselves."""
    notes: tuple[str, ...] = ()
    """What was noticed while reading, in words."""
    windows: Windows | None = None
    order: Column | None = None
    """When each row was (number or date), for the axis of a plot."""
    steps: bool = False
    """The pixels hold sequences: a feature is a channel, the height counts the steps, the width is 1."""
    answers: NDArray[np.float32] | None = None
    """Several numbers to be predicted at once, (N, D); `target` then holds the first of them."""
    names: tuple[str, ...] = ()
    """Of labels, of several numbers, or of classes from the lowest on, where the source knows them; else they
    are found out."""
    ids: int = 0
    """Texts are token ids as numbers, this many different ones; 0: they are words."""
    length: int = 0
    """Tokens of every example, where the source knows it."""

    @property
    def asks(self) -> Asks:
        """What is asked of every row."""
        return ASKED[self.task]

    def __len__(self) -> int:
        return len(self.target.values)

    def picture(self, row: int) -> NDArray[np.float32]:
        """Return the pixels of a row to be looked at: channels x height x width in 0..1.

        A sequence is one picture, features x steps; what goes beyond 0..1 is stretched into it.
        """
        assert self.pixels is not None
        shown: NDArray[np.float32] = self.pixels[row]
        shown = shown.transpose(2, 0, 1) if self.steps else shown
        low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
        if low >= 0 and high <= 1:
            return shown
        return np.asarray(np.nan_to_num((shown - low) / max(high - low, 1e-12)), np.float32)


class Source(Entry):
    """Base of everything data can come from; `load` may take long: call it off the GUI thread."""

    example: ClassVar[bool] = False
    """Bundled, ready to be picked on the welcome page."""

    def load(self) -> Examples:
        """Return the raw examples; raises DataProblem."""
        raise NotImplementedError

    def label(self) -> str:
        """Return what the data card calls these data."""
        return self.title


SOURCES: Registry[Source] = Registry("data source")


@dataclass(frozen=True, slots=True)
class TokenRows:
    """The texts of all rows as ids of a vocabulary, not yet padded."""

    ids: list[NDArray[np.int64]]
    length: int
    """Tokens that an example shall have."""
    vocabulary: tuple[str, ...]
    """What each id stands for; id 0 is padding, id 1 anything unknown."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows on their way through the preparation chain.

    `columns` become features in order, unless there are `tokens` or `pixels`; `train` marks the rows that
    may be fitted on.
    """

    columns: tuple[Column, ...]
    target: Column
    train: NDArray[np.bool_]
    keep: NDArray[np.bool_]
    """Rows a step has dropped are False."""
    tokens: TokenRows | None = None
    pixels: NDArray[np.float32] | None = None
    channels: tuple[tuple[float, float], ...] = ()
    """(shift, scale) per channel of the pixels, to be applied when they are copied; none: as they are."""
    series: bool = False
    """Rows are steps that follow each other in time, to be cut into windows."""
    gaps: bool = False
    """Missing values go on to the network instead of being refused."""
    parts: NDArray[np.object_] | None = None
    """To which part every row belongs; None for new rows, which belong to none."""


class Preparation(Entry):
    """Base of a preparation step: fitted on the training rows only, saved as JSON, then applied."""

    def fit(self, table: Table) -> dict[str, Any]:
        """Return the fitted state as plain JSON data."""
        raise NotImplementedError

    def apply(self, table: Table, state: Mapping[str, Any]) -> Table:
        """Return the table with this step done."""
        raise NotImplementedError

    def change(self, table: Table, state: Mapping[str, Any]) -> Change | None:
        """Return what this step does to the target of the table that it is applied to; None: nothing."""
        return None


PREPARATIONS: Registry[Preparation] = Registry("preparation step")


class Sampler(Entry):
    """Base of every way to balance classes; validation and test rows are never touched."""

    makes_rows: ClassVar[bool] = False
    """Makes rows that are in no source, which only a table of features allows."""

    def sample(self, part: Part, flags: tuple[tuple[int, ...], ...]) -> Balanced:
        """Return the training rows to learn from; `part.y` holds class numbers.

        `flags` are the features that hold 0 and 1, those of one category together.
        """
        raise NotImplementedError


SAMPLERS: Registry[Sampler] = Registry("sampler")


@SAMPLERS.entry
class NoSampler(Sampler):
    """Every training row is learnt from once per epoch, as it is."""

    kind = "none"
    title = "None"
    family = "balancing"

    def sample(self, part: Part, flags: tuple[tuple[int, ...], ...]) -> Balanced:
        return Balanced(part)


class Split(Frozen):
    """How rows are divided into training, validation and test rows."""

    train: float = param(
        0.7, "Training share", "The share of rows the network learns from.",
        low=0.05, high=0.95, step=0.01, typical=(0.7, 0.8),
        too_low="Little to learn from.", too_high="Validation becomes a coin toss.",
    )  # fmt: skip
    validation: float = param(
        0.15, "Validation share", "Rows that judge the network while you tune it; the rest is the test set.",
        low=0.05, high=0.9, step=0.01, typical=(0.1, 0.15),
        too_low="The validation curve is noise.", too_high="Rows are missing for training.",
    )  # fmt: skip
    seed: int = param(
        0, "Split seed", "Another seed draws other rows for each part.", low=0, high=9999, step=1
    )
    stratify: bool = param(
        True, "Stratified", "Keep the share of every class the same in all three parts (classification)."
    )

    @model_validator(mode="after")
    def _leaves_a_test_set(self) -> Self:
        if self.train + self.validation > 1.0 + 1e-9:
            raise ValueError("training and validation shares together cannot be more than 1")
        return self

    @property
    def test(self) -> float:
        """The share left for the test set."""
        return max(0.0, 1.0 - self.train - self.validation)


class DataSpec(Frozen):
    """The data of a project: where from, how split, how prepared."""

    source: one_of(SOURCES, Source)  # type: ignore[valid-type]
    split: Split = Split()
    goal: Goal = param(
        "predict", "Goal", "Predict the target, or reconstruct the input itself: an autoencoder, which needs "
        "no labels and learns to describe the inputs in few numbers.", choices=("predict", "reconstruct"),
    )  # fmt: skip
    preparation: tuple[one_of(PREPARATIONS, Preparation), ...] = ()  # type: ignore[valid-type]
    sampler: one_of(SAMPLERS, Sampler) = param(  # type: ignore[valid-type]
        NoSampler(), "Balance classes",
        "How rare classes get more weight among the training rows; the other rows stay as they are.",
    )  # fmt: skip


class SplitFacts(Frozen):
    """Numbers about one split."""

    rows: int
    class_counts: tuple[int, ...] = ()
    """Rows of each class, or rows for which each label is true."""
    target_mean: float | None = None
    target_std: float | None = None
    target_min: float | None = None
    target_max: float | None = None
    input_mean: float = 0.0
    input_std: float = 0.0


class DataFacts(Frozen):
    """What the diagnosis needs to know about the prepared data; targets as the network sees them."""

    train: SplitFacts
    validation: SplitFacts
    test: SplitFacts
    features: int
    feature_mean_max: float
    """Largest absolute mean of a feature over the training rows."""
    feature_std_min: float
    feature_std_max: float
    feature_abs_max: float
    constant_features: tuple[str, ...] = ()
    duplicates: int = 0
    """Rows that repeat an earlier row (features and target)."""
    leaked: int = 0
    """Validation or test rows that also stand in the training rows."""
    baseline_loss: dict[str, float] = Field(default_factory=dict)
    """Validation score of the best constant prediction: `accuracy` (majority), `rmse` (mean). For series
    also `naive_mse` and `naive_rmse`: the value of the last step (or season) said again."""
    shift: SplitShift | None = None
    giveaway: Giveaway | None = None
    reference: ReferenceFacts | None = None
    """Simple models on the same rows: worked out when a run leaves a doubt."""


@dataclass(frozen=True, slots=True)
class Part:
    """The prepared examples of one split: `x` (N, *input shape), float32, or int64 for tokens; `y` int64
    (N,) for classes, float32 (N, D) for numbers and, as 0 or 1, for labels."""

    x: NDArray[Any]
    y: NDArray[Any]
    rows: NDArray[np.int64]
    """Row numbers in the source, from 0; of a window, the first row that it foretells."""

    def __len__(self) -> int:
        return len(self.x)

    def at(self, position: int) -> Part:
        """Return one example."""
        one = slice(position, position + 1)
        return Part(self.x[one], self.y[one], self.rows[one])

    def every(self, step: int) -> Part:
        """Return every so manieth example."""
        return Part(self.x[::step], self.y[::step], self.rows[::step])


@dataclass(frozen=True, slots=True)
class Balanced:
    """Training rows after balancing (row -1: made, in no source), and what to know about them."""

    part: Part
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything training needs to know about the data."""

    signature: Signature
    train: Part
    validation: Part
    test: Part
    feature_names: tuple[str, ...]
    facts: DataFacts
    states: tuple[dict[str, Any], ...] = ()
    """Fitted state of every preparation step, in order."""
    units: Units = field(default_factory=Units)
    """The way from y back to the target's own units."""
    notes: tuple[str, ...] = ()
    raw: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Feature -> (shift, scale) back to source units, for axes of plots."""
    balanced: Part | None = None
    """The training rows after balancing, where the project asks for it."""
    worked_out: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was found out later about these rows, kept with them so that it is worked out once."""

    @property
    def learnt(self) -> Part:
        """The rows that training learns from: the training rows, balanced if so wished."""
        return self.train if self.balanced is None else self.balanced

    def own(self, part: Part) -> NDArray[np.float64]:
        """Return the numbers to be predicted in their own units; (N, D)."""
        return self.units.back(part.y.reshape(len(part), -1), part.rows)

    def part(self, name: SplitName) -> Part:
        """Return the rows of a split."""
        return {"train": self.train, "validation": self.validation, "test": self.test}[name]
