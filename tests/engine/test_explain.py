"""Explanations say what is known to be true of networks that were made to be understood."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nnstudio.engine.explain import tables
from nnstudio.engine.explain.explain import explain
from nnstudio.engine.explain.explanation import METHODS, CannotExplain, Explanation, methods_for
from nnstudio.engine.explain.subject import position_of
from tests.engine import explain_cases
from tests.engine.explain_cases import Case


def explained(case: Case, kind: str, position: int = 0, **details: object) -> Explanation:
    return explain(case.project, case.prepared, case.weights, kind, "validation", position, **details)  # type: ignore[arg-type]


def kinds(case: Case) -> list[str]:
    return [method.kind for method in methods_for(case.project.network, case.prepared.signature)]


def test_each_kind_of_data_has_its_methods() -> None:
    assert kinds(explain_cases.iris()) == ["shap", "lime", "importance"]
    assert kinds(explain_cases.digits()) == ["gradcam", "gradients", "occlusion"]
    assert kinds(explain_cases.opinions()) == ["gradients", "attention"]
    assert {method.kind for method in METHODS} == {
        "gradcam", "gradients", "occlusion", "shap", "lime", "importance", "attention",
        "rebuilt", "worst",
    }  # fmt: skip


def test_shap_shares_out_the_way_from_the_average_answer() -> None:
    for case in (explain_cases.iris(), explain_cases.prices()):
        found = explained(case, "shap", 3)
        assert found.start is not None
        assert found.answer == pytest.approx(found.start + found.values.sum(), abs=1e-3)


def test_shap_of_a_linear_network_is_weight_times_distance_from_the_mean() -> None:
    case = explain_cases.prices()
    found = explained(case, "shap", 3)
    background = np.random.default_rng(0).choice(len(case.prepared.train), tables.BACKGROUND, replace=False)
    rows = case.prepared.train.x[background]
    x, scale = case.prepared.validation.x[3], case.prepared.units.tail[1]
    from nnstudio.engine.checkpoint import unpack

    weights = unpack(case.weights)["n1.0.weight"].numpy()[0] * scale
    each = weights * (x - rows.mean(0))
    size, colours, idle = each[0], each[1:4].sum(), each[4]
    np.testing.assert_allclose(found.values, [size, colours, idle], atol=0.02)


def test_one_hot_columns_are_their_category_again_and_values_have_source_units() -> None:
    case = explain_cases.prices()
    groups = tables.groups_of(case.project, case.prepared)
    assert [(group.name, len(group.columns)) for group in groups] == [("size", 1), ("colour", 3), ("idle", 1)]
    found = explained(case, "lime", 3)
    assert found.names[1] in ("colour = red", "colour = green", "colour = blue")
    value = float(found.names[0].removeprefix("size = "))
    assert 10 < value < 90, "not the standardised value"
    assert abs(found.values[2]) < 0.1 * abs(found.values[1]), "an idle feature adds nothing"


def test_lime_agrees_with_shap_about_what_matters() -> None:
    case = explain_cases.iris()
    for position in range(4):
        shap, lime = (explained(case, kind, position).values for kind in ("shap", "lime"))
        assert np.corrcoef(shap, lime)[0, 1] > 0.8


def test_importance_is_the_score_lost_by_shuffling() -> None:
    found = explained(explain_cases.prices(), "importance")
    assert found.names == ("size", "colour", "idle")
    assert found.values[0] > found.values[1] > 3
    assert abs(found.values[2]) < 0.1
    assert found.spread is not None
    assert found.row == -1


def test_a_heat_map_lies_where_the_ink_is() -> None:
    case = explain_cases.digits()
    for kind in ("gradcam", "gradients", "occlusion"):
        found = explained(case, kind, 1)
        assert found.picture is not None
        assert found.values.shape == found.picture.shape[1:] == (8, 8)
        assert found.values.any()
    found = explained(case, "gradients", 1)
    ink = np.abs(found.values)
    assert found.picture is not None
    assert ink[found.picture[0] == 0].sum() < 0.2 * ink.sum(), "nothing is said of empty places"
    assert (explained(case, "gradcam", 1).values >= 0).all()


def test_integrated_gradients_add_up_to_the_change_of_the_score() -> None:
    from nnstudio.engine.explain.images import empty
    from nnstudio.engine.explain.subject import subject_of

    case = explain_cases.digits()
    found = explained(case, "gradients", 1)
    subject = subject_of(case.project, case.prepared, case.weights, lambda: None)
    answer = subject.answer(case.prepared.signature.target.names.index(found.asked), scores=True)
    with torch.no_grad():
        change = float(answer(subject.inputs("validation", 1)) - answer(empty(subject)))
    assert found.values.sum() == pytest.approx(change, rel=0.05)


def test_gradcam_of_any_convolution() -> None:
    case = explain_cases.digits()
    last, first = explained(case, "gradcam", 1), explained(case, "gradcam", 1, layer="n1")
    assert not np.array_equal(last.values, first.values)
    assert np.array_equal(last.values, explained(case, "gradcam", 1, layer="n2").values)
    with pytest.raises(CannotExplain, match="needs a convolution"):
        explained(case, "gradcam", 1, layer="n4")


def test_the_word_that_decides_is_found() -> None:
    case = explain_cases.opinions()
    found = explained(case, "gradients", 2)
    assert found.names[int(found.values.argmax())] in ("awful", "lovely")
    assert len(found.names) == len(found.values) == 7, "padding is left out"
    maps = explained(case, "attention", 2).values
    assert maps.shape == (7, 7)
    np.testing.assert_allclose(maps.sum(1), 1, atol=1e-5)


@pytest.mark.parametrize(("name", "kind"), [("iris", "shap"), ("iris", "lime"), ("iris", "importance")])
def test_the_same_result_twice_and_the_stream_of_numbers_untouched(name: str, kind: str) -> None:
    case = getattr(explain_cases, name)()
    before = torch.get_rng_state()
    first = explained(case, kind, 2)
    assert torch.equal(torch.get_rng_state(), before)
    np.testing.assert_array_equal(first.values, explained(case, kind, 2).values)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("iris", "shap"), ("digits", "occlusion"), ("opinions", "gradients"), ("iris", "importance")],
)
def test_it_can_be_stopped_at_any_computation(name: str, kind: str) -> None:
    class Enough(Exception):
        pass

    calls = []

    def check() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise Enough

    with pytest.raises(Enough):
        explained(getattr(explain_cases, name)(), kind, 1, check=check)


def test_another_class_can_be_asked_for() -> None:
    case = explain_cases.iris()
    found = explained(case, "shap", 0, asked=2)
    assert found.asked == "virginica"
    assert "“virginica”" in found.reading(classes=True)


def test_what_cannot_be_explained_is_said() -> None:
    case = explain_cases.iris()
    with pytest.raises(CannotExplain, match="does not fit"):
        explained(case, "gradcam")
    with pytest.raises(CannotExplain, match="no method 'magic'"):
        explained(case, "magic")
    with pytest.raises(CannotExplain, match="choose one of them"):
        explained(case, "shap", 10_000)
    with pytest.raises(CannotExplain, match="Row 9999"):
        position_of(case.prepared, 9998)
    row = int(case.prepared.test.rows[4])
    assert position_of(case.prepared, row) == ("test", 4)
