"""How a text table shall be read, while a person still decides; every change returns a new draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nnstudio.core.dataset import ColumnType
from nnstudio.data.csv_file import CsvSource, Role
from nnstudio.data.csv_sniff import CsvGuess, sniff
from nnstudio.data.csv_types import Doubt

FORMAT = ("delimiter", "encoding", "header", "decimal", "dates")
"""Settings that change how the whole file is read: it has to be looked at again."""
KEPT = ("missing", "bad_rows", "bad_values", "task", "order", "between")

Place = tuple[str, str]
"""What a doubt is about, and its column."""
Asked = tuple[tuple[Doubt, str], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A file, what a person has decided about it, and the source that follows."""

    path: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    """Decided parts of the format."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[Place, str] = field(default_factory=dict)
    edits: Mapping[str, tuple[ColumnType, Role]] = field(default_factory=dict)
    """Columns that were changed by hand."""
    source: CsvSource | None = None
    asked: Asked = ()
    """Every question with its present answer, the one about the target first."""

    @classmethod
    def of(cls, source: CsvSource) -> Draft:
        """Return the draft that leads to this source again, so that it can be changed."""
        return cls(
            source.path,
            answers={name: getattr(source, name) for name in FORMAT},
            settings={name: getattr(source, name) for name in KEPT},
            edits={column.name: (column.type, column.role) for column in source.columns},
        )

    def looked(self) -> Draft:
        """Look at the file and return the draft with its source; raises DataProblem. May take a second."""
        guess = sniff(self.path, **self.answers)
        asked = [(doubt, self.choices.get(_place(doubt), doubt.chosen)) for doubt in guess.doubts]
        for doubt, choice in asked:
            if doubt.about not in FORMAT and choice in doubt.choices:
                guess = replace(guess.answered(doubt, choice), doubts=guess.doubts)
        source = guess.source.model_copy(update=dict(self.settings))
        for name, (type, role) in self._edits_of(source):
            source = source.with_column(name, type, role)
        settled = [(doubt, choice) for doubt, choice in self.asked if doubt.about in self.answers]
        known = {_place(doubt) for doubt, _ in settled}
        new = [(doubt, choice) for doubt, choice in asked if _place(doubt) not in known]
        every = sorted([*settled, *new], key=lambda pair: pair[0].about != "target")
        return replace(self, source=source, asked=_renewed(tuple(every), source))

    def formatted(self, name: str, value: Any) -> Draft:
        """Return the draft with one part of the format decided; it must be `looked` at again."""
        choice = ("yes" if value else "no") if name == "header" else value
        asked = tuple((doubt, choice if doubt.about == name else old) for doubt, old in self.asked)
        return replace(self, answers={**self.answers, name: value}, asked=asked)

    def with_setting(self, name: str, value: Any) -> Draft:
        """Return the draft with a setting that leaves the columns as they are."""
        source = self.source.model_copy(update={name: value}) if self.source is not None else None
        if source is not None and len(source.targets) > 1 and source.task not in ("auto", "multilabel"):
            source = source.with_target(source.targets[0].name)
        asked = tuple((doubt, value if doubt.about == name else old) for doubt, old in self.asked)
        chosen = replace(self, settings={**self.settings, name: value}, asked=asked)
        return chosen if source is None else replace(chosen._with_source(source), source=source)

    def with_column(self, name: str, type: ColumnType | None = None, role: Role | None = None) -> Draft:
        """Return the draft with a column's type or role changed by hand; KeyError if there is none."""
        assert self.source is not None
        if role == "target" and type is None:
            several = self.source.task == "multilabel" and _is_flag(self.source)
            before = (column.name for column in self.source.targets) if several else ()
            source = self.source.with_target(*before, name)
        else:
            source = self.source.with_column(name, type, role)
        return self._with_source(source)

    def answered(self, doubt: Doubt, choice: str) -> Draft:
        """Return the draft with a question answered; for the format it must be `looked` at again."""
        assert self.source is not None
        if doubt.about == "task":
            return self.with_setting("task", choice)
        if doubt.about in FORMAT:
            return self.formatted(doubt.about, choice == "yes" if doubt.about == "header" else choice)
        guess = CsvGuess(self.source, (doubt,), 0).answered(doubt, choice)
        changed = {
            name: getattr(guess.source, name)
            for name in KEPT
            if getattr(guess.source, name) != getattr(self.source, name)
        }
        chosen = replace(
            self,
            settings={**self.settings, **changed},
            choices={**self.choices, _place(doubt): choice},
            asked=tuple((one, choice if one is doubt else old) for one, old in self.asked),
        )
        return chosen._with_source(guess.source)

    @property
    def questions(self) -> Asked:
        """The questions that matter now: one about the task only for the column that is predicted."""
        names = [column.name for column in self.source.targets] if self.source is not None else []
        return tuple(pair for pair in self.asked if pair[0].about != "task" or names == [pair[0].column])

    def reason(self) -> str:
        """Return why the file cannot be used yet, "" when it can."""
        if self.source is None:
            return "The file has not been read yet."
        if self.source.target is None:
            return "Choose the column that is to be predicted."
        inputs = [column for column in self.source.columns if column.role == "feature"]
        if not inputs:
            return "Choose at least one column as an input."
        text = [column.name for column in inputs if column.type == "text"]
        if text:
            return f"“{text[0]}” holds free text: make it a category, or do not use it."
        return ""

    def _with_source(self, source: CsvSource) -> Draft:
        before = {column.name: column for column in self.source.columns} if self.source is not None else {}
        if self.source is not None and len(source.targets) == 1 and source.target != self.source.target:
            likely = {doubt.column: choice for doubt, choice in self.asked if doubt.about == "task"}
            task = likely.get(source.targets[0].name, "auto")
            source = source.model_copy(update={"task": task})
            settings = {name: value for name, value in self.settings.items() if name != "task"}
            self = replace(self, settings=settings)
        touched = {c.name: (c.type, c.role) for c in source.columns if before.get(c.name) != c}
        edits = {**self.edits, **touched}
        return replace(self, source=source, edits=edits, asked=_renewed(self.asked, source))

    def _edits_of(self, source: CsvSource) -> list[tuple[str, tuple[ColumnType, Role]]]:
        """Return the edits of columns that are there; roles that move come last."""
        names = {column.name for column in source.columns}
        found = [(name, edit) for name, edit in self.edits.items() if name in names]
        return sorted(found, key=lambda pair: pair[1][1] in ("target", "split"))


def _is_flag(source: CsvSource) -> bool:
    """Tell whether the target so far is a column of numbers: then more of them can stand beside it."""
    return all(column.type == "number" for column in source.targets)


def _place(doubt: Doubt) -> Place:
    return doubt.about, doubt.column


def _renewed(asked: Asked, source: CsvSource) -> Asked:
    """Return the questions with the answers that the source has, however it came to them."""
    return tuple((doubt, _present(doubt, choice, source)) for doubt, choice in asked)


def _present(doubt: Doubt, choice: str, source: CsvSource) -> str:
    if doubt.about == "target":
        return source.target.name if source.target is not None else ""
    if doubt.about == "task":
        asked = source.target is not None and source.target.name == doubt.column
        return source.task if asked and source.task != "auto" else choice
    column = next((column for column in source.columns if column.name == doubt.column), None)
    if column is None:
        return choice
    if column.role == "ignore":
        return "ignore"
    if doubt.about == "role":
        return "use" if column.role == doubt.role_if_used else ""
    return next((one for one in doubt.choices if one.startswith(column.type)), "")
