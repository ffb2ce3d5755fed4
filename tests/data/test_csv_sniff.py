"""Guesses about files: right where it is clear, asked where it is not, and settled by an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nnstudio.core.dataset import DataProblem
from nnstudio.data.csv_preview import preview
from nnstudio.data.csv_sniff import CsvGuess, sniff
from nnstudio.data.csv_types import Doubt
from nnstudio.data.inspect import summarise

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str | bytes, encoding: str = "utf-8") -> str:
        path = tmp_path / "table.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return str(path)

    return write


def doubt(guess: CsvGuess, about: str, column: str = "") -> Doubt:
    return next(d for d in guess.doubts if d.about == about and d.column == column)


def abouts(guess: CsvGuess) -> list[str]:
    return [d.about for d in guess.doubts]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(write: Write, delimiter: str) -> None:
    text = 'size,colour,kind\n1.5,red,a\n2.5,"blue, grey; | green",b\n'.replace(",", delimiter)
    guess = sniff(write(text.replace(f"blue{delimiter}", "blue,")))
    assert guess.source.delimiter == delimiter
    assert [(c.name, c.type) for c in guess.source.columns] == [
        ("size", "number"), ("colour", "category"), ("kind", "category"),
    ]  # fmt: skip
    assert abouts(guess) == ["target"]


def test_a_decimal_comma_beside_semicolons_is_no_delimiter(write: Write) -> None:
    guess = sniff(write("a;b\n1,5;2,5\n-3,25;4,0\n"))
    assert (guess.source.delimiter, guess.source.decimal) == (";", ",")
    assert [c.type for c in guess.source.columns] == ["number", "number"]
    assert abouts(guess) == ["target"]


def test_two_delimiters_that_both_fit_are_asked_about(write: Write) -> None:
    guess = sniff(write("a;b,c\nx;y,z\nu;v,w\n"))
    asked = doubt(guess, "delimiter")
    assert set(asked.choices) == {";", ","}
    assert guess.answered(asked, ",").source.columns[0].name == "a;b"


def test_thousands_or_decimals_are_asked_about(write: Write) -> None:
    guess = sniff(write("a;b\n1,234;x\n5,678;y\n"))
    asked = doubt(guess, "decimal")
    assert "thousands" in asked.why
    assert guess.answered(asked, ".").source.columns[0].type == "category"


def test_points_and_commas_together_are_asked_about(write: Write) -> None:
    assert "Both occur" in doubt(sniff(write("a;b\n1,5;x\n2.5;y\n")), "decimal").why


def test_an_encoding_that_is_not_utf8_is_asked_with_a_sample(write: Write) -> None:
    guess = sniff(write("a,city\n1,Köln\n2,Bonn\n", "cp1252"))
    asked = doubt(guess, "encoding")
    assert asked.chosen == guess.source.encoding == "cp1252"
    assert "1,Köln" in asked.why
    assert "encoding" not in abouts(guess.answered(asked, "latin-1"))


@pytest.mark.parametrize(
    ("encoding", "found"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16")]
)
def test_utf_files_are_certain(write: Write, encoding: str, found: str) -> None:
    guess = sniff(write("größe,city\n1,Köln\n2,Łódź\n", encoding))
    assert guess.source.encoding == found
    assert guess.source.columns[0].name == "größe"
    assert abouts(guess) == ["target"]


def test_numbers_in_the_first_row_mean_no_header(write: Write) -> None:
    guess = sniff(write("1,2\n3,4\n"))
    assert not guess.source.header
    assert [c.name for c in guess.source.columns] == ["column 1", "column 2"]
    assert abouts(guess) == ["target"]


def test_a_header_above_texts_is_asked_about(write: Write) -> None:
    guess = sniff(write("colour,kind\nred,a\nblue,b\n"))
    asked = doubt(guess, "header")
    assert asked.chosen == "yes"
    without = guess.answered(asked, "no")
    assert without.rows == 3
    assert doubt(sniff(write("red,a\nred,b\n")), "header").chosen == "no"


def test_nameless_and_repeated_names_are_made_up_and_said(write: Write) -> None:
    guess = sniff(write("x,x,\n1,2,3\n"))
    assert [c.name for c in guess.source.columns] == ["x", "x (2)", "column 3"]
    assert "x (2), column 3" in doubt(guess, "header").why


def test_rows_with_another_number_of_fields_are_asked_about(write: Write) -> None:
    guess = sniff(write("a,b\n1,x\n2,y,oops\n3,z\n"))
    asked = doubt(guess, "bad_rows")
    assert "Line 3 has 3 fields, but there are 2 columns" in asked.why
    assert guess.source.bad_rows == "stop"
    assert guess.answered(asked, "skip").source.load().target.values.tolist() == ["x", "z"]


def test_a_header_shorter_than_every_row_is_refused(write: Write) -> None:
    with pytest.raises(DataProblem, match="the first row has 2 names, but line 2 has 3 fields"):
        sniff(write("a,b\nx,1,2\ny,3,4\n"))


def test_mostly_numbers_are_asked_about(write: Write) -> None:
    guess = sniff(write("a,b\n" + "1,x\n" * 30 + "broken,y\n"))
    asked = doubt(guess, "type", "a")
    assert "1 of 31 values are none, such as 'broken'" in asked.why
    settled = guess.answered(asked, "number, others missing").source
    assert settled.bad_values == "missing"
    assert guess.answered(asked, "category").source.columns[0].type == "category"
    with pytest.raises(ValueError, match="none of"):
        guess.answered(asked, "whatever")


def test_many_different_texts_are_left_out_unless_told(write: Write) -> None:
    guess = sniff(write("n,name,b\n" + "".join(f"{i * i},person {i},x\n" for i in range(60))))
    asked = doubt(guess, "type", "name")
    assert guess.source.columns[1].role == "ignore"
    assert guess.answered(asked, "category").source.columns[1].role == "feature"


def test_row_numbers_and_empty_columns_are_left_out_unless_told(write: Write) -> None:
    guess = sniff(write("id,void,b\n1,,x\n2,NA,y\n3,?,x\n"))
    assert [c.role for c in guess.source.columns] == ["ignore", "ignore", "target"]
    assert guess.answered(doubt(guess, "role", "id"), "use").source.columns[0].role == "feature"


def test_a_column_that_says_the_split_is_recognised(write: Write) -> None:
    guess = sniff(write("v,part,b\n1.5,Train,x\n2,val,y\n3,TEST,x\n"))
    assert [c.role for c in guess.source.columns] == ["feature", "split", "target"]
    asked = doubt(guess, "role", "part")
    assert guess.answered(asked, "ignore").source.columns[1].role == "ignore"


@pytest.mark.parametrize(
    ("first", "second", "order", "certain"),
    [
        ("2024-01-31", "2024-02-28 12:30:00", "year first", True),
        ("31.01.2024", "01.02.2024", "day first", True),
        ("01/31/2024", "02/01/2024", "month first", True),
        ("01/02/2024", "03/04/2024", "day first", False),
    ],
)
def test_dates_are_recognised_and_asked_about_if_ambiguous(
    write: Write, first: str, second: str, order: str, certain: bool
) -> None:
    guess = sniff(write(f"when,b\n{first},1.5\n{second},2\n"))
    assert guess.source.columns[0].type == "date"
    assert guess.source.dates == order
    assert ("dates" not in abouts(guess)) == certain


def test_the_target_is_asked_with_a_proposal(write: Write) -> None:
    guess = sniff(write("species,size\na,1.5\nb,2\n"))
    assert doubt(guess, "target").chosen == "species"
    answered = guess.answered(doubt(guess, "target"), "size").source
    assert answered.target is not None
    assert answered.target.name == "size"
    assert doubt(sniff(write("u,v\n1.5,1\n2,3\n")), "target").chosen == "v"


@pytest.mark.parametrize("text", ["", "\ufeff", "a,b\n"])
def test_files_without_rows_are_refused(write: Write, text: str) -> None:
    with pytest.raises(DataProblem, match=r"is empty|no rows below"):
        sniff(write(text))


def test_the_preview_shows_texts_types_and_misfits(write: Write) -> None:
    guess = sniff(write("a,b\n1,x\noops\n2,y\nfour,?\n" + "5,z\n" * 30))
    shown = preview(guess.source, rows=5)
    assert shown.names == ("a", "b")
    assert shown.rows == (("1", "x"), ("2", "y"), ("four", "?"), ("5", "z"))
    assert shown.bad_lines == ((3, 1),)
    assert shown.unread == (1, 0)
    a, b = summarise(shown.columns)
    assert (a.missing, a.low, a.high) == (1, 1.0, 5.0)
    assert a.mean == pytest.approx(8 / 3)
    assert (b.missing, b.distinct, b.top[0]) == (1, 3, ("x", 1))
