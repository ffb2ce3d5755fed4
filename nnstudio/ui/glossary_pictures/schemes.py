"""Pictures of how things are put together: networks, splits, searches, tokens."""

from __future__ import annotations

import numpy as np

from nnstudio.ui.glossary_pictures.sketch import WIDTH, Sketch

_OFF = {(1, 1), (1, 4), (2, 0), (2, 3)}
"""Units that the picture of dropout silences: (layer, unit)."""


def _net(s: Sketch, sizes: tuple[int, ...], off: set[tuple[int, int]], left: float, right: float) -> None:
    """Draw layers of units with all their connections."""
    step = (right - left) / (len(sizes) - 1)
    at = {
        (layer, unit): (left + layer * step, 92 + (unit - (size - 1) / 2) * 28)
        for layer, size in enumerate(sizes)
        for unit in range(size)
    }
    for layer, size in enumerate(sizes[:-1]):
        for a in range(size):
            for b in range(sizes[layer + 1]):
                if not {(layer, a), (layer + 1, b)} & off:
                    s.line([at[layer, a], at[layer + 1, b]], s.colours.grey_run, 0.7)
    for key, (x, y) in at.items():
        out = key in off
        s.dot(
            x, y, 8, s.colours.card if out else s.colours.train, s.colours.faint if out else s.colours.train
        )
        if out:
            s.text(x, y, "×", s.colours.bad, bold=True, size=14)


def network(s: Sketch) -> None:
    """Data enter at the left, hidden layers turn them into features, the prediction leaves at the right."""
    _net(s, (3, 5, 4, 2), set(), 90, 370)
    for x, words in ((90, "input"), (230, "hidden layers"), (370, "output")):
        s.text(x, 178, words, s.colours.text)


def unit(s: Sketch) -> None:
    """A unit: each input times its weight, all added up with a bias, then the activation."""
    for row, (value, weight) in enumerate((("x₁", "w₁"), ("x₂", "w₂"), ("x₃", "w₃"))):
        y = 45 + row * 45
        s.dot(70, y, 15, s.colours.card, s.colours.train)
        s.text(70, y, value, s.colours.text)
        s.arrow((86, y), (190, 90 + (row - 1) * 8))
        s.text(132, y + (1 - row) * 14 - 9, weight, s.colours.train, bold=True)
    s.dot(215, 90, 24, s.colours.card, s.colours.train)
    s.text(215, 90, "Σ + b", s.colours.text, bold=True)
    s.arrow((240, 90), (278, 90))
    s.box(280, 70, 66, 40, edge=s.colours.validation)
    s.text(313, 90, "activation", s.colours.validation)
    s.arrow((347, 90), (392, 90))
    s.text(398, 90, "output", s.colours.text, align="left")


def dropout(s: Sketch) -> None:
    """One training step with dropout: the crossed units are silent; at the next step it is others."""
    _net(s, (3, 5, 5, 2), _OFF, 90, 370)
    s.text(230, 178, "a random share of the units is switched off", s.colours.text)


def shapes(s: Sketch) -> None:
    """Funnel: every layer half as wide as the one before. Constant: all layers equally wide."""
    for left, title, heights in ((40, "Funnel", (128, 64, 32, 16)), (260, "Constant", (96, 96, 96))):
        s.text(left + 80, 12, title, s.colours.text, bold=True)
        for index, height in enumerate(heights):
            x = left + index * 44
            s.box(x, 98 - height / 2, 32, height, fill=s.colours.train, edge=s.colours.train, faint=0.3)
            s.text(x + 16, 172, str(height * 4 if title == "Funnel" else 256))


def convolution(s: Sketch) -> None:
    """The same small window of weights looks at every place and writes its answer into a map."""
    for row in range(6):
        for col in range(6):
            inside = 1 <= row <= 3 and 2 <= col <= 4
            tint = 0.45 if inside else 0.12
            s.box(50 + col * 24, 20 + row * 24, 22, 22, fill=s.colours.train, radius=2, faint=tint)
    s.arrow((206, 90), (262, 90))
    s.text(234, 78, "3×3 filter")
    for row in range(4):
        for col in range(4):
            hit = (row, col) == (1, 2)
            fill, tint = (s.colours.validation, 1.0) if hit else (s.colours.validation, 0.18)
            s.box(285 + col * 24, 44 + row * 24, 22, 22, fill=fill, radius=2, faint=tint)
    s.text(121, 178, "image", s.colours.text)
    s.text(332, 178, "feature map", s.colours.text)


def sequence(s: Sketch) -> None:
    """A recurrent layer reads step by step and hands its memory on to the next step."""
    for index, word in enumerate(("The", "cat", "eats", "the", "mouse")):
        x = 60 + index * 85
        s.box(
            x - 28,
            62,
            56,
            38,
            fill=s.colours.family("sequence"),
            faint=0.25,
            edge=s.colours.family("sequence"),
        )
        s.text(x, 81, "layer", s.colours.text)
        s.text(x, 146, word, s.colours.text, bold=True)
        s.arrow((x, 134), (x, 103))
        if index < 4:
            s.arrow((x + 29, 81), (x + 56, 81), s.colours.family("sequence"))
    s.arrow((400, 60), (400, 34))
    s.text(400, 24, "answer", s.colours.text)
    s.text(102, 52, "memory", s.colours.family("sequence"))


def attention(s: Sketch) -> None:
    """How much each word (row) looks at every other (column): black looks at cat, grey at mouse."""
    words = ("the", "black", "cat", "eats", "grey", "mouse")
    looks = np.full((6, 6), 0.06)
    for row, col, much in (
        (0, 2, 0.5), (1, 2, 0.9), (1, 1, 0.4), (2, 2, 0.7), (2, 1, 0.5), (2, 3, 0.4), (3, 2, 0.8),
        (3, 5, 0.7), (4, 5, 0.9), (4, 4, 0.4), (5, 5, 0.7), (5, 4, 0.5), (5, 3, 0.4), (0, 0, 0.3),
    ):  # fmt: skip
        looks[row, col] = much
    for row in range(6):
        s.text(148, 40 + row * 24, words[row], s.colours.text, align="right")
        s.text(171 + row * 40, 18, words[row], s.colours.text)
        for col in range(6):
            tint = float(looks[row, col])
            s.box(154 + col * 40, 30 + row * 24, 36, 20, fill=s.colours.accent, radius=3, faint=tint)


def autoencoder(s: Sketch) -> None:
    """The input is squeezed through a narrow middle and has to come back."""
    names = {0: "input", 2: "short description", 4: "input again"}
    for index, height in enumerate((130, 80, 34, 80, 130)):
        x = 60 + index * 76
        colour = s.colours.validation if index == 2 else s.colours.train
        s.box(x, 85 - height / 2, 34, height, fill=colour, edge=colour, faint=0.3)
        if index in names:
            s.text(x + 17, 166, names[index], s.colours.text)
        if index < 4:
            s.arrow((x + 38, 85), (x + 70, 85))


def confusion(s: Sketch) -> None:
    """Rows are the truth, columns the prediction: the diagonal is right, the rest is of two kinds."""
    cells = (
        ("TP", "hit", s.colours.good), ("FN", "missed case", s.colours.bad),
        ("FP", "false alarm", s.colours.bad), ("TN", "rightly left alone", s.colours.good),
    )  # fmt: skip
    for index, (short, words, colour) in enumerate(cells):
        x, y = 150 + index % 2 * 130, 40 + index // 2 * 66
        s.box(x, y, 124, 60, fill=colour, edge=colour, faint=0.14)
        s.text(x + 62, y + 22, short, s.colours.text, bold=True, size=15)
        s.text(x + 62, y + 43, words, s.colours.text)
    for index, words in enumerate(("yes", "no")):
        s.text(212 + index * 130, 28, f"says {words}", s.colours.muted)
        s.text(142, 70 + index * 66, f"really {words}", s.colours.muted, align="right")


def split(s: Sketch) -> None:
    """Most rows to learn from, some to judge by while tuning, some to judge by once at the end."""
    parts = (
        ("training 70 %", "learn", 0.7, s.colours.train),
        ("validation 15 %", "tune", 0.15, s.colours.validation),
        ("test 15 %", "judge once", 0.15, s.colours.test),
    )
    left = 30.0
    for index, (name, use, share, colour) in enumerate(parts):
        width = 400 * share
        s.box(left, 70, width - 3, 36, fill=colour)
        middle = left + width / 2
        s.text(middle, 50 if index != 1 else 34, name, colour, bold=True)
        s.text(middle, 124, use, s.colours.text)
        left += width


def folds(s: Sketch) -> None:
    """Five folds: every row is a validation row once; report the mean and the spread of the five scores."""
    for row in range(5):
        s.text(88, 28 + row * 32, f"run {row + 1}", s.colours.text, align="right")
        for col in range(5):
            here = row == col
            colour = s.colours.validation if here else s.colours.train
            s.box(100 + col * 66, 16 + row * 32, 62, 24, fill=colour, faint=0.9 if here else 0.25)
    s.text(265, 180, "orange: validation fold")


def search(s: Sketch) -> None:
    """Nine runs each: the grid tries three values of the setting that matters, the random search nine."""
    rng = np.random.default_rng(5)
    for left, title in ((40.0, "grid"), (265.0, "random")):
        s.text(left + 75, 12, title, s.colours.text, bold=True)
        s.box(left, 26, 150, 128, edge=s.colours.grey_run)
        for index in range(9):
            x, y = (25 + index % 3 * 50, 22 + index // 3 * 42)
            if title == "random":
                x, y = 10 + index * 16, int(rng.integers(14, 116))
            s.dot(left + x, 26 + y, 4.5, s.colours.train)
            s.line([(left + x, 154), (left + x, 161)], s.colours.train, 2)
        s.text(left + 75, 176, "the setting that matters")


def smote(s: Sketch) -> None:
    """New rows of the rare class (rings) on the lines between a row and its near neighbours."""
    rng = np.random.default_rng(2)
    for x, y in rng.normal((150, 95), (58, 36), (44, 2)):
        s.dot(float(x), float(y), 3.5, s.colours.train)
    rare = [(310.0, 60.0), (352.0, 82.0), (330.0, 120.0), (384.0, 116.0)]
    for a, b in ((0, 1), (1, 2), (2, 3), (1, 3), (0, 2)):
        s.line([rare[a], rare[b]], s.colours.grey_run, 1, dashed=True)
        for share in (0.35, 0.65):
            x, y = (rare[a][i] * (1 - share) + rare[b][i] * share for i in (0, 1))
            s.dot(x, y, 4, s.colours.card, s.colours.validation)
    for x, y in rare:
        s.dot(x, y, 5, s.colours.validation)
    s.text(150, 178, "common class", s.colours.train)
    s.text(346, 178, "rare class", s.colours.validation)


def tokens(s: Sketch) -> None:
    """One sentence in four ways: words, characters, and subwords that spell rare words in parts."""
    rows = (
        ("words", ("the", "unbelievable", "cats")),
        ("WordPiece", ("the", "un", "##believ", "##able", "cat", "##s")),
        ("SentencePiece", ("▁the", "▁un", "believ", "able", "▁cat", "s")),
        ("characters", tuple("the unbelievable")),
    )
    for row, (name, pieces) in enumerate(rows):
        y, x = 18.0 + row * 42, 112.0
        s.text(104, y + 13, name, s.colours.text, align="right")
        for index, piece in enumerate(pieces):
            width = 12 + 7.0 * len(piece)
            tint = 0.4 if index % 2 else 0.2
            s.box(x, y, width, 26, fill=s.colours.accent, faint=tint)
            s.text(x + width / 2, y + 13, piece.replace(" ", "·"), s.colours.text)
            x += width + 2


def augmentation(s: Sketch) -> None:
    """One picture, and what rotation, zoom, flip and shift make of it: still the same thing."""
    changes = (
        ("original", 0.0, 1.0, 1, 0.0), ("rotated", 18.0, 1.0, 1, 0.0), ("zoomed", 0.0, 1.35, 1, 0.0),
        ("flipped", 0.0, 1.0, -1, 0.0), ("shifted", 0.0, 1.0, 1, 14.0),
    )  # fmt: skip
    for index, (name, turn, zoom, flip, shift) in enumerate(changes):
        left = 14 + index * 88
        s.box(left, 40, 80, 80, edge=s.colours.grey_run)
        painter = s.painter
        painter.save()
        painter.setClipRect(left, 40, 80, 80)
        painter.translate(left + 40 + shift, 80 - shift / 2)
        painter.rotate(turn)
        painter.scale(zoom * flip, zoom)
        s.line([(-22, 26), (-22, -8), (0, -26), (22, -8), (22, 26), (-22, 26)], s.colours.train, 2.4)
        s.line([(4, 26), (4, 8), (14, 8), (14, 26)], s.colours.train, 2.4)
        painter.restore()
        s.text(left + 40, 138, name, s.colours.text)


def phases(s: Sketch) -> None:
    """The road of a project: what the curves show decides whether it needs capacity or regularisation."""
    names = ("1 Data", "2 Baseline", "3 Capacity", "4 Regularise", "5 Fine-tune")
    hints = ("look, clean, split", "small and plain", "both curves poor", "wide gap", "last per cent")
    width = WIDTH / 5
    for index, (name, hint) in enumerate(zip(names, hints, strict=True)):
        x = index * width + 4
        s.box(x, 62, width - 14, 44, fill=s.colours.accent, edge=s.colours.accent, faint=0.12 + index * 0.07)
        s.text(x + (width - 14) / 2, 84, name, s.colours.text, bold=True)
        s.text(x + (width - 14) / 2, 124, hint, size=10)
        if index < 4:
            s.arrow((x + width - 13, 84), (x + width - 2, 84))
