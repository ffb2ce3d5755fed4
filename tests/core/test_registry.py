"""Entries are picked by kind, saved with it, and refused in words."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from nnstudio.core.registry import Call, Entry, Frozen, Registry, one_of, problem_in_words


class Fruit(Entry):
    """Base of fruit."""

    grams: int = 100


FRUITS: Registry[Fruit] = Registry("fruit")


@FRUITS.entry
class Apple(Fruit):
    """Grows on
    trees."""

    kind = "apple"
    title = "Apple"
    family = "pome"


@FRUITS.entry
class Plum(Fruit):
    """Has a stone."""

    kind = "plum"
    title = "Plum"
    family = "stone"
    stone: float = 0.1


class Basket(Frozen):
    """Holds fruit."""

    fruit: one_of(FRUITS, Fruit)  # type: ignore[valid-type]
    more: tuple[one_of(FRUITS, Fruit), ...] = ()  # type: ignore[valid-type]


def test_the_table_keeps_its_order() -> None:
    assert list(FRUITS) == [Apple, Plum]
    assert len(FRUITS) == 2
    assert "plum" in FRUITS
    assert "pear" not in FRUITS
    assert FRUITS["plum"] is Plum
    assert FRUITS.families() == {"pome": [Apple], "stone": [Plum]}
    with pytest.raises(KeyError, match="unknown fruit 'pear'; there are: apple, plum"):
        FRUITS["pear"]


def test_a_kind_is_taken_once() -> None:
    class Twin(Fruit):
        kind = "apple"

    class Nameless(Fruit):
        pass

    for cls in (Twin, Nameless):
        with pytest.raises(ValueError, match="needs a kind of its own"):
            FRUITS.entry(cls)


@pytest.mark.parametrize("given", [Plum(grams=50), {"kind": "plum", "grams": 50}])
def test_an_entry_is_given_in_several_ways(given: object) -> None:
    assert Basket.model_validate({"fruit": given}).fruit == Plum(grams=50)
    assert Basket.model_validate({"fruit": "plum"}).fruit == Plum()


def test_round_trip_keeps_kind_and_settings() -> None:
    basket = Basket(fruit=Plum(stone=1 / 3), more=(Apple(grams=7), Plum()))
    assert Basket.model_validate_json(basket.model_dump_json()) == basket
    assert basket.model_dump()["fruit"] == {"kind": "plum", "grams": 100, "stone": 1 / 3}
    assert Basket(fruit=Apple()) != Basket(fruit=Plum())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "pear"}, "unknown fruit 'pear'; there are: apple, plum"),
        ({}, "unknown fruit 'None'"),
        ({"kind": "plum", "stone": "big"}, "stone"),
        ({"kind": "apple", "stone": 1}, "stone"),
        ({"kind": "plum", "stone": float("nan")}, "finite"),
        (5, "fruit"),
        (None, "fruit"),
    ],
)
def test_what_is_wrong_is_said(given: object, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Basket.model_validate({"fruit": given})
    text = problem_in_words(caught.value)
    assert said in text
    assert text.startswith("fruit")
    assert "\n" not in text


def test_values_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Apple().grams = 5  # type: ignore[misc]


def test_an_entry_explains_itself() -> None:
    assert Apple.about() == "Grows on\ntrees."


def test_a_call_prints_its_line() -> None:
    call = Call("Conv2d", 3, 32, 3, padding="same", bias=False)
    assert call.source() == "nn.Conv2d(3, 32, 3, padding='same', bias=False)"
    assert Call("Adam", lr=0.001).source("optim.") == "optim.Adam(lr=0.001)"
    assert call == Call("Conv2d", 3, 32, 3, padding="same", bias=False)
    assert hash(call) != hash(Call("Conv2d", 3, 32, 5))
