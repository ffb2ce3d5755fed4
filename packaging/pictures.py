"""Make the pictures of the main window that the README shows: during training, light and dark, two sizes.

`python packaging/pictures.py [FOLDER]` from the checkout, inside the environment that start.py made.
Needs no screen.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent
SIZES = ((1280, 800), (1920, 1080))
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
EXAMPLE = "digits_overfit"
EPOCHS = 70
"""Pictures are taken when this many epochs are done: the curves say something by then."""


def main(folder: Path) -> None:
    """Write window-THEME-WIDTHxHEIGHT.png for every theme and size, and name them."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(ROOT))
    from nnstudio.ui.app import application, make_window
    from nnstudio.ui.showing import settle, train_until

    app = application()
    folder.mkdir(parents=True, exist_ok=True)
    for theme in THEMES:
        for width, height in SIZES:
            window = make_window()
            window.appearance.show(theme)
            window.resize(width, height)
            window.show()
            train_until(window, app, EXAMPLE, EPOCHS)
            target = folder / f"window-{theme}-{width}x{height}.png"
            settle(app)
            window.picture(target)
            print(target)
            window.session.document.set_saved()
            window.session.reset()
            window.close()
            window.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "resources" / "pictures")
