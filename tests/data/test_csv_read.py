"""Whole files: every field where it belongs, and every misfit named with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnstudio.core.dataset import DataProblem, Examples
from nnstudio.data.csv_file import ColumnSpec, CsvSource
from nnstudio.data.csv_read import read

Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str | bytes, encoding: str = "utf-8") -> str:
        path = tmp_path / "table.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return str(path)

    return write


def source(path: str, types: str, **options: object) -> CsvSource:
    """Return a source of columns a, b, c...: n number, c category, d date, t text, x ignored, s split.

    The last is the target.
    """
    kinds = {"n": "number", "c": "category", "d": "date", "t": "text", "x": "text", "s": "category"}
    roles = {"x": "ignore", "s": "split"}
    columns = [
        {"name": "abcdefgh"[i], "type": kinds[t], "role": roles.get(t, "feature")}
        for i, t in enumerate(types)
    ]
    columns[-1]["role"] = "target"
    return CsvSource.model_validate({"path": path, "columns": columns, **options})


def column(examples: Examples, name: str) -> list[Any]:
    every = {column.name: column for column in (*examples.columns, examples.target)}
    return list(every[name].values)


def test_all_types_at_once(write: Write) -> None:
    path = write('a,b,c,d,e,f\n1.5,red,2024-02-29,note,train,yes\n-2e3, "b, c" ,1969-12-31,,TEST,no\n')
    examples = read(source(path, "ncdxsc"))
    assert column(examples, "a") == [1.5, -2000.0]
    assert column(examples, "b") == ["red", "b, c"]
    assert column(examples, "c") == [19782.0, -1.0]
    assert [c.name for c in examples.columns] == ["a", "b", "c"]
    assert examples.split is not None
    assert examples.split.tolist() == ["train", "test"]
    assert examples.target.values.tolist() == ["yes", "no"]
    assert examples.title == "table"


def test_missing_values_in_every_spelling(write: Write) -> None:
    path = write("a,b\n,x\nNA,\n n/a ,?\nNull,-\n-,null\n7,nan\n")
    examples = read(source(path, "nc"))
    assert np.isnan(column(examples, "a")[:5]).all()
    assert column(examples, "a")[5] == 7
    assert column(examples, "b") == ["x", None, None, None, None, None]


def test_decimal_comma_semicolon_and_old_encoding(write: Write) -> None:
    path = write("a;b\n1,5;Köln\n-2,25;Łódź\n".replace("Łódź", "Zürich"), "cp1252")
    examples = read(source(path, "nc", delimiter=";", decimal=",", encoding="cp1252"))
    assert column(examples, "a") == [1.5, -2.25]
    assert column(examples, "b") == ["Köln", "Zürich"]
    with pytest.raises(DataProblem, match=r"no text in this encoding.*cp1252"):
        read(source(path, "nc", delimiter=";", decimal=","))


def test_quotes_keep_delimiters_quotes_and_line_breaks_inside(write: Write) -> None:
    path = write('a,b\r\n"one, ""two""\r\nthree",1\r\n5" pipe,2\r\n')
    examples = read(source(path, "cn"))
    assert column(examples, "a") == ['one, "two"\r\nthree', '5" pipe']
    assert column(examples, "b") == [1, 2]


@pytest.mark.parametrize("start", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_part_of_the_first_name(write: Write, start: str) -> None:
    path = write("a,b\n1,x\n", start)
    encoding = "utf-16" if start == "utf-16" else "utf-8"
    assert column(read(source(path, "nc", encoding=encoding)), "a") == [1]


def test_texts_that_look_like_numbers_stay_texts(write: Write) -> None:
    assert column(read(source(write("a,b\n007,1\n1.0,2\n"), "cn")), "a") == ["007", "1.0"]


def test_numbers_are_read_exactly(write: Write) -> None:
    values = (np.random.default_rng(0).normal(size=500) * 10.0 ** np.arange(-250, 250)).tolist()
    path = write("a,b\n" + "".join(f"{value!r},1\n" for value in values))
    assert column(read(source(path, "nn")), "a") == values


@pytest.mark.parametrize(("row", "count"), [("4,5,6,7", 4), ("4,5", 2), ("4", 1)])
def test_a_row_with_another_number_of_fields_is_never_shifted(write: Write, row: str, count: int) -> None:
    path = write(f"a,b,c\n1,2,x\n\n{row}\n8,9,y\n")
    with pytest.raises(
        DataProblem, match=rf"table.csv, line 4: {count} fields instead of 3, starting with '4'"
    ):
        read(source(path, "nnc"))
    examples = read(source(path, "nnc", bad_rows="skip"))
    assert column(examples, "a") == [1, 8]
    assert examples.target.values.tolist() == ["x", "y"]
    assert examples.notes == ("Rows skipped for having too many or too few fields: 1.",)


def test_rows_that_all_end_in_a_delimiter_are_not_shifted_into_an_index(write: Write) -> None:
    with pytest.raises(DataProblem, match="line 2: 3 fields instead of 2"):
        read(source(write("a,b\n1,x,\n2,y,\n"), "nc"))


def test_skipping_keeps_line_breaks_and_quotes_of_the_good_rows(write: Write) -> None:
    path = write('a,b\n1,"x\ny"\n2\n3,"say ""hi"""\n')
    assert column(read(source(path, "nc", bad_rows="skip")), "b") == ["x\ny", 'say "hi"']


@pytest.mark.parametrize("odd", ["abc", "1.2.3", "inf", "-Infinity", "1_000", "1,5", "1e999", "True"])
def test_what_is_no_number_is_named_with_its_line_and_column(write: Write, odd: str) -> None:
    path = write(f'a,b\n"1\n",x\n"{odd}",y\n3,z\n')
    with pytest.raises(DataProblem, match=rf"table.csv, line 4, column 'a': '{odd}' is not a number"):
        read(source(path, "nc"))
    examples = read(source(path, "nc", bad_values="missing"))
    np.testing.assert_array_equal(column(examples, "a"), [1, np.nan, 3])
    assert examples.notes == ("Values of 'a' that could not be read and count as missing: 1.",)


def test_what_is_no_date_is_named_with_its_line(write: Write) -> None:
    path = write("a,b\n31.12.2023,x\n12/31/2023,y\n,z\n12/31/2023,z\n")
    with pytest.raises(DataProblem, match="line 3, column 'a': '12/31/2023' is not a date"):
        read(source(path, "dc", dates="day first"))
    examples = read(source(path, "dc", dates="day first", bad_values="missing"))
    np.testing.assert_array_equal(column(examples, "a"), [19722.0, np.nan, np.nan, np.nan])
    assert "missing: 2." in examples.notes[0]


@pytest.mark.parametrize("odd", ["hold out", ""])
def test_an_unknown_word_in_the_split_column_is_named_with_its_line(write: Write, odd: str) -> None:
    with pytest.raises(DataProblem, match=f"line 3, column 'a': '{odd}' must be train, validation or test"):
        read(source(write(f"a,b\nVal,x\n{odd},y\n"), "sc"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"a,b\n", "no rows below its header"),
        (b"PK\x03\x04rest", "a zip archive or an Excel workbook"),
        (b"\x1f\x8brest", "gzip"),
        (b"a,b\n1,\0\n", "binary data"),
        (b'a,b\n1,"x\n2,y\n', "line 2: a quotation mark is opened and never closed"),
        (b"a,other\n1,2\n", "'b' is gone"),
        (b"b,a\n1,2\n", "their order has changed"),
        (b"a,b,c\n1,2,3\n", "'c' is new"),
        (b"a;b\n1;2\n", "'a' is gone"),
    ],
)
def test_a_file_that_cannot_be_this_table_is_refused_in_words(
    write: Write, text: bytes, sentence: str
) -> None:
    with pytest.raises(DataProblem, match=sentence):
        read(source(write(text), "nc"))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="does not exist"):
        read(source(str(tmp_path / "gone.csv"), "nc"))
    with pytest.raises(DataProblem, match=r"is a folder|cannot be opened"):
        read(source(str(tmp_path), "nc"))


def test_without_a_target_nothing_is_read(write: Write) -> None:
    path = write("a\n1\n")
    with pytest.raises(DataProblem, match="choose the column that is to be predicted"):
        read(CsvSource(path=path, columns=(ColumnSpec(name="a", type="number"),)))


def test_few_whole_numbers_are_taken_as_classes_and_that_is_said(write: Write) -> None:
    rows = "".join(f"{i},{i % 3}\n" for i in range(30))
    examples = read(source(write("a,b\n" + rows), "nn"))
    assert examples.task == "classification"
    assert "only 3 different whole numbers" in examples.notes[0]
    assert read(source(write("a,b\n" + rows), "nn", task="regression")).task == "regression"


def test_many_or_broken_numbers_are_predicted_as_numbers(write: Write) -> None:
    assert read(source(write("a,b\n" + "".join(f"1,{i}\n" for i in range(40))), "nn")).task == "regression"
    assert read(source(write("a,b\n" + "1,0.5\n2,1\n" * 20), "nn")).task == "regression"
