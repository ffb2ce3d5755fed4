"""Texts from tables, folders and a single file."""

from __future__ import annotations

from pathlib import Path

import pytest

from nnstudio.core.dataset import DataProblem
from nnstudio.data.prepare import default_spec, prepare
from nnstudio.data.text_files import PlainText, TextFolder, TextTable, read_text
from tests.data import files


def test_a_table_gives_its_texts_and_leaves_the_rest(tmp_path: Path) -> None:
    examples = TextTable(path=str(files.reviews(tmp_path / "r.csv")), column="review").load()
    assert [column.name for column in examples.columns] == ["review"]
    assert examples.columns[0].type == "text"
    assert examples.columns[0].values.tolist() == files.sentences(60)
    assert (examples.target.name, examples.task) == ("label", "classification")


def test_a_table_whose_text_column_is_called_otherwise_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="no column 'text'; there are: review, stars, label"):
        TextTable(path=str(files.reviews(tmp_path / "r.csv"))).load()


def test_folders_are_classes_and_empty_files_are_left_out(tmp_path: Path) -> None:
    folder = files.texts(tmp_path / "own")
    (folder / "calm" / "empty.txt").write_text(" \n")
    source = TextFolder(path=str(folder))
    examples = source.load()
    assert len(examples) == 30
    assert "Empty texts, left out: 1." in examples.notes
    assert prepare(examples, default_spec(source, examples)).signature.target.names == ("calm", "wild")


def test_pieces_of_a_text_make_up_the_text_again(tmp_path: Path) -> None:
    path = files.prose(tmp_path / "p.txt")
    pieces = PlainText(path=str(path)).load().columns[0].values
    assert "".join(pieces) == path.read_text(encoding="utf-8")
    assert max(map(len, pieces)) <= 121


def test_a_text_without_a_single_space_can_be_read_too(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("abcdefghij" * 400)
    source = PlainText(path=str(tmp_path / "p.txt"))
    prepared = prepare(source.load(), default_spec(source, source.load()))
    assert prepared.signature.input.vocabulary == 12


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_letters_with_accents_survive(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_bytes("Déjà vu\r\nnaïve".encode(encoding))
    assert read_text(path) == "Déjà vu\nnaïve"


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_bytes(b"\x00\x01\x02")
    with pytest.raises(DataProblem, match="holds binary data"):
        PlainText(path=str(path)).load()
    path.write_text("Too short.")
    with pytest.raises(DataProblem, match="10 characters, too few"):
        PlainText(path=str(path)).load()
    with pytest.raises(DataProblem, match="does not exist"):
        PlainText(path=str(tmp_path / "gone.txt")).load()
