"""The glossary says what the founding documents say, reads its texts, and finds what is looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnstudio.catalog.activations import ReLU
from nnstudio.catalog.glossary import Glossary, plain
from nnstudio.catalog.glossary.texts import TextProblem, read
from nnstudio.catalog.layers.dense import Dense
from nnstudio.catalog.optimizers import SGD, Adam
from nnstudio.core.param import params
from nnstudio.core.training import EarlyStopping, Training

GLOSSARY = Glossary.load()

FIGURES = {
    "learning_rate": ("0.1", "0.01", "0.001", "0.0001", "0.00001", "Divide by 10", "Multiply by 2 to 5"),
    "batch_size": ("32 or 64", "16 to 512", "8 to 32", "128 to 512", "8 GB 32 to 64", "16 GB 64 to 128"),
    "epochs": ("100 to 500", "50 to 200", "10 to 50", "20 to 50"),
    "depth": ("1 or 2", "20 to 100", "12 to 96"),
    "width": ("64, 128, 256 and 512", "50 to 200", "512 to 2048", "32 to 64"),
    "dropout_rate": ("0.1 to 0.5", "0.2 to 0.3", "0.4 to 0.5", "0.6", "512"),
    "weight_decay": ("0.01 is moderate", "0.001 light", "0.1 strong", "1e-4", "1e-5"),
    "patience": ("10 to 15", "15 to 20"),
    "schedule.plateau": ("0.5", "5 to 10", "1e-7"),
    "regularisation_levels": ("15 to 20", "0.2 to 0.3", "0.4 to 0.5", "0.01", "0.05 to 0.1", "0.6"),
    "split_sets": ("70 to 80", "10 to 15"),
    "phases": ("64 to 128", "0.001", "batch 32", "50 to 100", "0.3 to 0.5"),
    "roc_auc": ("0.9 to 1.0 excellent", "0.8 to 0.9 good", "0.7 to 0.8 acceptable", "0.5 to 0.7 weak"),
    "metric.r2": ("1 perfect", "0.9 excellent", "0.7 good", "0.5 medium"),
    "metric.f1": ("18 %", "85"),
    "overfitting": ("98", "70 to 75", "0.3 to 0.5", "0.01"),
    "underfitting": ("60 %", "58 %"),
    "activation.softmax": ("[0.66, 0.24, 0.10]",),
    "activation.relu": ("[2, 0, 0.5, 0]",),
    "augmentation": ("-20 to 20", "10 000"),
    "default_configuration": (
        "2 or 3",
        "128 to 256",
        "0.001",
        "32",
        "100 to 200",
        "patience 15",
        "0.3 to 0.5",
    ),
    "normalisation_layers": ("2 to 3 times", "10 layers"),
    "sequence_choice": ("under 50", "100 000"),
    "precision_recall_dilemma": ("95 %", "50 %", "40 %", "98 %"),
    "metric.mae": ("11.67",),
}


@pytest.mark.parametrize("key", FIGURES)
def test_figures_are_those_of_the_founding_documents(key: str) -> None:
    page = GLOSSARY[key]
    said = plain(" ".join(" ".join(text for _, text in page.sections()).split()))
    assert [figure for figure in FIGURES[key] if figure not in said] == []


def test_an_entrys_page_is_its_docstring_and_its_settings() -> None:
    page = GLOSSARY["layer.dense"]
    assert page.what.startswith(Dense.about())
    assert {setting.name for setting in page.settings} == set(Dense.params())


def test_a_problem_says_why_it_happens_and_what_helps() -> None:
    assert [heading for heading, _ in GLOSSARY["lr_too_high"].sections()] == [
        "",
        "Why it happens",
        "What helps",
    ]
    assert "When to use it" in dict(GLOSSARY["activation.relu"].sections())


def test_settings_lead_to_the_page_about_them() -> None:
    assert GLOSSARY.key_of(Adam, "rate") == GLOSSARY.key_of(SGD, "rate") == "learning_rate"
    assert GLOSSARY.key_of(Training, "batch_size") == "batch_size"
    assert GLOSSARY.key_of(Training, "seed") == "training.seed"
    assert GLOSSARY.key_of(EarlyStopping) == "early_stopping"
    assert GLOSSARY.key_of(EarlyStopping, "patience") == "patience"
    assert GLOSSARY.key_of(ReLU) == "activation.relu"
    assert GLOSSARY["batch_size"].title == "Batch size"


def test_the_words_of_a_param_are_not_written_twice() -> None:
    assert GLOSSARY["batch_size"].source == params(Training)["batch_size"].source


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("learning rate", "learning_rate"), ("lr", "learning_rate"), ("Overfitting", "overfitting"),
        ("dense", "layer.dense"), ("auc", "roc_auc"), ("false positive", "confusion_matrix"),
        ("L2", "weight_decay"), ("drop", "dropout_rate"), ("NaN", "nan_or_exploding"),
    ],
)  # fmt: skip
def test_a_search_finds_by_title_other_name_and_beginning(words: str, first: str) -> None:
    assert GLOSSARY.found(words)[0].key == first


def test_a_search_looks_into_the_texts_too() -> None:
    assert "learning_rate" in [page.key for page in GLOSSARY.found("mountain fog")]
    assert GLOSSARY.found("xyzzy") == []
    assert "Overfitting" in GLOSSARY.near("overfiting")


def test_an_unknown_page_is_refused_in_words() -> None:
    with pytest.raises(KeyError, match="no page 'nothing'"):
        GLOSSARY["nothing"]


def test_a_teacher_may_write_a_page(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text(
        "# My lesson\n## owl: Owl\nAlso: night bird\nSee: batch_size\nSits\nand [waits](batch_size).\n\n"
        "- sees\n- hears\n\nWhy: It eats mice.\nWhen: At night.\n",
        encoding="utf-8",
    )
    page = Glossary.load(tmp_path)["owl"]
    assert (page.title, page.group, page.why, page.when) == ("Owl", "My lesson", "It eats mice.", "At night.")
    assert page.what == "Sits\nand [waits](batch_size).\n\n- sees\n- hears"
    assert page.see == ("batch_size",)
    assert page.links() == ("batch_size",)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("## owl: Owl\n", "line 1"),
        ("# Birds\n## an owl: Owl\n", "line 2"),
        ("# Birds\n## owl: Owl\nWhy: a\nWhy: b\n", "owl: Why stands there twice"),
    ],
)
def test_what_cannot_be_read_names_its_place(text: str, complaint: str) -> None:
    with pytest.raises(TextProblem, match=complaint):
        list(read(text))
