"""Explain one answer of a trained network, or all of them."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from nnstudio.core.answers import in_words
from nnstudio.core.dataset import Prepared, SplitName
from nnstudio.core.project import Project
from nnstudio.core.shape import SEQUENCE, TOKENS
from nnstudio.engine.checkpoint import Weights
from nnstudio.engine.explain import images, rebuilding, series, tables, texts
from nnstudio.engine.explain.explanation import (
    CannotExplain,
    Check,
    Explanation,
    Method,
    method_of,
    methods_for,
)
from nnstudio.engine.explain.subject import Subject, subject_of


def _go_on() -> None:
    """Never stop."""


def explain(
    project: Project, prepared: Prepared, weights: Weights, kind: str, split: SplitName = "validation",
    position: int = 0, *, asked: int | None = None, layer: str = "", check: Check = _go_on,
) -> Explanation:  # fmt: skip
    """Return why the network answers an example of a split as it does; the same every time.

    `asked` is the class or label to explain (default: the likeliest) or the number of several; `layer` the id
    of a convolution or attention layer (default: the last). `check` is called between computations and
    may raise to end them. Raises CannotExplain, WeightsProblem, CannotBuild in words.
    """
    method = method_of(kind)
    if method not in methods_for(project.network, prepared.signature):
        raise CannotExplain(f"{method.title} does not fit these data or this network.")
    subject = subject_of(project, prepared, weights, check)
    if method.is_global:
        return (rebuilding.worst if method.rebuilds else _of_all)(subject, method, split)
    part = prepared.part(split)
    if not 0 <= position < len(part):
        raise CannotExplain(f"There are {len(part)} {split} rows; choose one of them.")
    if method.rebuilds:
        return rebuilding.one(subject, method, split, position)
    x = subject.inputs(split, position)
    says, target = subject.says(x, int(part.rows[position])), prepared.signature.target
    classes = target.asks != "numbers"
    index = asked if asked is not None else int(says.argmax()) if classes else 0
    found = replace(
        _of_one(subject, method, x, index, layer),
        row=int(part.rows[position]),
        asked=target.names[index],
        answer=float(says[index]),
    )
    if classes:
        predicted = in_words(target, subject.answers(x)[0])
        return replace(found, true=in_words(target, part.y[position]), predicted=predicted)
    true_number = float(prepared.own(part.at(position))[0, index])
    return replace(found, true=f"{true_number:.4g}", predicted=f"{says[index]:.4g}")


def _of_one(subject: Subject, method: Method, x: Tensor, index: int, layer: str) -> Explanation:
    if method.kind in ("shap", "lime"):
        return _of_row(subject, method, x, index)
    if subject.prepared.signature.input.is_a(TOKENS):
        words = texts.tokens_of(subject, x)
        if method.kind == "attention":
            return Explanation(method, texts.attention(subject, x, layer), words)
        return Explanation(method, texts.gradients(subject, x, index), words)
    if subject.prepared.signature.input.is_a(SEQUENCE):
        return _of_window(subject, method, x, index)
    pixels = images.pixels_of(subject, x)
    if method.kind == "gradcam":
        values, averaged = images.gradcam(subject, x, index, layer)
        # Where nothing speaks for the class the map is empty: that is an answer too.
        note = "" if values.any() else "No place of this layer speaks for the class: try an earlier layer."
        if not (note or averaged):
            note = "The maps are flattened later, so each place has its own weight (HiResCAM)."
        return Explanation(method, values, picture=pixels, note=note)
    make = images.gradients if method.kind == "gradients" else images.occlusion
    return Explanation(method, make(subject, x, index), picture=pixels)


def _of_window(subject: Subject, method: Method, x: Tensor, index: int) -> Explanation:
    make = series.gradients if method.kind == "gradients" else series.occlusion
    curve, prepared = series.window_of(subject.prepared, x), subject.prepared
    note = ""
    if prepared.units.linear is None:
        note = "What is shared out is the number as the network foretells it, before its steps are undone."
    return Explanation(method, make(subject, x, index), prepared.feature_names, curve=curve, note=note)


def _of_row(subject: Subject, method: Method, x: Tensor, index: int) -> Explanation:
    groups = tables.groups_of(subject.project, subject.prepared)
    names = tuple(tables.value_words(group, x[0].numpy(), subject.prepared) for group in groups)
    if method.kind == "shap":
        values, start = tables.shap(subject, x, index)
        return Explanation(method, values, names, start=start)
    return Explanation(method, tables.lime(subject, x, index), names)


def _of_all(subject: Subject, method: Method, split: SplitName) -> Explanation:
    values, spread = tables.importance(subject, split)
    names = tuple(group.name for group in tables.groups_of(subject.project, subject.prepared))
    losses = {"class": "accuracy lost", "labels": "right labels lost", "numbers": "rise of the RMSE"}
    lost = losses[subject.target.asks]
    return Explanation(method, values, names, spread=spread, note=f"{lost} on the {split} rows")
