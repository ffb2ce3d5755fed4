"""Small files of every kind, written where a test wants them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

WORDS = ("river", "stone", "cloud", "meadow", "lantern", "window", "silver", "evening")


def images(folder: Path, classes: Sequence[str] = ("dark", "light"), each: int = 12, size: int = 10) -> Path:
    """Write a folder of PNG pictures for each class; the later the class, the brighter."""
    rng = np.random.default_rng(0)
    for number, name in enumerate(classes):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for i in range(each):
            shade = 60 + 120 * number + rng.integers(0, 60, (size, size + 4, 3))
            Image.fromarray(shade.astype(np.uint8)).save(folder / name / f"{i}.png")
    return folder


def sentences(count: int, seed: int = 0) -> list[str]:
    """Return short sentences of a few words."""
    rng = np.random.default_rng(seed)
    return [f"The {' '.join(rng.choice(WORDS, rng.integers(2, 9)))}." for _ in range(count)]


def table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def reviews(path: Path, count: int = 60) -> Path:
    """Write a table of texts and two labels."""
    labels = ("good", "bad")
    return table(path, ("review", "stars", "label"), [
        (text, i % 5, labels[i % 2]) for i, text in enumerate(sentences(count))
    ])  # fmt: skip


def months(path: Path, count: int = 60, gap: int | None = None) -> Path:
    """Write a series with a date, two variables and rows in the wrong order."""
    rows = []
    for i in range(count):
        sales = "" if i == gap else round(100 + i + 10 * np.sin(i / 2), 3)
        rows.append((f"{2015 + i // 12}-{i % 12 + 1:02d}-01", sales, i % 7, "north"))
    return table(path, ("month", "sales", "visits", "region"), rows[::-1])


def image_table(folder: Path) -> Path:
    """Write pictures, and a table of their paths and classes beside them."""
    folder.mkdir(exist_ok=True)
    images(folder / "pictures")
    rows = [(f"pictures/{name}/{i}.png", name) for name in ("dark", "light") for i in range(12)]
    return table(folder / "pictures.csv", ("file", "kind"), rows)


def texts(folder: Path, classes: Sequence[str] = ("calm", "wild"), each: int = 15) -> Path:
    """Write a folder of texts for each class."""
    for number, name in enumerate(classes):
        (folder / name).mkdir(parents=True)
        for i, sentence in enumerate(sentences(each, number)):
            (folder / name / f"{i}.txt").write_text(sentence, encoding="utf-8")
    return folder


def prose(path: Path, count: int = 120) -> Path:
    """Write a text of many sentences."""
    path.write_text("\n".join(sentences(count)), encoding="utf-8")
    return path


def arrays(path: Path, rows: int = 40) -> Path:
    """Write a numpy file of three features and two classes, its splits given."""
    path.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(rows, 3)), np.arange(rows) % 2
    cut = rows * 3 // 4
    np.savez(path / "rows.npz", x_train=x[:cut], y_train=y[:cut], x_val=x[cut:], y_val=y[cut:],
             x_test=x[:5] + 1, y_test=y[:5])  # fmt: skip
    return path / "rows.npz"
