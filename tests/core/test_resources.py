"""Bundled files are found below every floor, not only by the window."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nnstudio.core import resources


def test_a_checkout_has_the_resources_beside_the_package() -> None:
    assert resources.path("texts/project_format.md").is_file()


def test_a_frozen_app_looks_into_its_bundle_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundled = tmp_path / "resources" / "texts" / "project_format.md"
    bundled.parent.mkdir(parents=True)
    bundled.write_text("")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resources.path("texts/project_format.md") == bundled


def test_a_missing_file_names_the_places_searched() -> None:
    with pytest.raises(FileNotFoundError, match=r"no resource 'texts/none.md'; searched: .*resources"):
        resources.path("texts/none.md")
