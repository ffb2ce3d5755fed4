"""A text of one's own is learnt, and the network writes from its first epoch on; another starts from it."""

from __future__ import annotations

from pathlib import Path

from nnstudio.catalog.presets.sequences import GRUStyle
from nnstudio.data.text_files import PlainText
from nnstudio.engine.checkpoint import unpack
from nnstudio.ui.pages.start_from import show_start_from
from tests.stories.studio import Studio

SONG = "one two three four five, once I caught a fish alive. "


def open_text(studio: Studio, folder: Path) -> None:
    """Start a project on a short song, read by a small recurrent network."""
    file = folder / "song.txt"
    file.write_text(SONG * 40, encoding="utf-8")
    studio.window.beginner.source(PlainText(path=str(file), step=3))
    session = studio.window.session
    studio.wait(lambda: studio.window.page == "design" and session.loaded is not None and not studio.runs)
    project = studio.project.with_preset(GRUStyle(units=32, dropout=0))
    project = project.set("training.optimizer.rate", 0.01).set("training.epochs", 12)
    session.document.edit(project, "Read step by step")


def test_the_network_writes_while_it_learns(studio: Studio, tmp_path: Path) -> None:
    open_text(studio, tmp_path)
    board = studio.window.design.board
    sample = board.sample
    assert board.slot.current == "sample"
    assert sample.is_empty
    sample.prompt.setText("one two ")
    sample.temperature.set_value(0.0)
    studio.click("Train")
    studio.wait(lambda: not sample.is_empty)
    assert sample.text.toPlainText().startswith("one two ")
    studio.wait(lambda: studio.state == "finished")
    studio.wait(lambda: sample.text.toPlainText().startswith("one two three four five, once I caught"))
    sample.temperature.set_value(4.0)  # So sure of its song it otherwise writes the same again.
    before = sample.text.toPlainText()
    studio.click("Write", sample)
    studio.wait(lambda: sample.text.toPlainText() not in ("", before))
    assert sample.text.toPlainText().startswith("one two ")
    assert len(studio.runs) == 1


def test_another_project_starts_from_what_was_learnt(studio: Studio, tmp_path: Path) -> None:
    open_text(studio, tmp_path)
    studio.train()
    studio.wait(lambda: studio.runs)
    assert studio.window.files.save_to(tmp_path / "learnt.nnproj")
    learnt = unpack(studio.runs[0].weights["best"])
    open_text(studio, tmp_path)
    before = studio.project
    dialog = show_start_from(studio.window)
    assert dialog is not None
    assert not dialog.use.isEnabled()
    dialog.open_file(str(tmp_path / "nowhere.nnproj"))
    assert "There is no file" in dialog.told.text()
    dialog.open_file(str(tmp_path / "learnt.nnproj"))
    assert dialog.told.text().startswith("Every layer takes over its weights")
    dialog.freeze.setChecked(True)
    dialog.use.click()
    assert studio.project.start_from is not None
    table = studio.project.trace()
    assert table is not None
    learning = [node for node in studio.project.network.nodes if table[node.id].learnables]
    assert len(learning) == 3
    assert all(node.frozen for node in learning)
    studio.window.actions_by_name["undo"].trigger()
    assert studio.project == before
    studio.window.actions_by_name["redo"].trigger()
    last = studio.project.network.ids[-1]
    thawed = studio.project.set(f"network.{last}.frozen", False).set("training.epochs", 2)
    studio.window.session.document.edit(thawed, "Fine-tune")
    studio.train()
    studio.wait(lambda: studio.runs)
    tuned = unpack(studio.runs[0].weights["last"])
    same = {name for name, value in tuned.items() if value.equal(learnt[name])}
    assert same == {name for name in tuned if not name.startswith(f"{last}.")}
    again = show_start_from(studio.window)
    assert again is not None
    again.random.click()
    assert studio.project.start_from is None
    assert not any(node.frozen for node in studio.project.network.nodes)
