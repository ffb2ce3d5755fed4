"""Recognise files that are no projects, so that the refusal can say what they are."""

from __future__ import annotations

from collections.abc import Iterable

BEGINNINGS = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF", "an HDF5 file (Keras .h5, perhaps)"),
    (b"\x80", "a Python pickle (which NN Studio never opens)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"PAR1", "a Parquet table"),
    (b"{", "a JSON text"),
    (b"<", "an XML or HTML text"),
)

ZIP_PARTS = (
    ("[Content_Types].xml", "an Office document"),
    ("metadata.json", "a Keras model"),
    ("data.pkl", "a PyTorch file with pickled weights (which NN Studio never opens)"),
    (".npy", "an archive of NumPy arrays"),
    ("META-INF/MANIFEST.MF", "a Java archive"),
    ("mimetype", "a document of another program"),
)


def what_it_is(head: bytes, zip_names: Iterable[str] = ()) -> str:
    """Name the kind of a file by its first bytes, and by its parts where it is a zip."""
    names = list(zip_names)
    for part, kind in ZIP_PARTS:
        if any(name.endswith(part) for name in names):
            return kind
    if not head:
        return "an empty file"
    for beginning, kind in BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head.startswith(b"PK"):
        return "an ordinary zip archive"
    return "a plain text" if _is_text(head) else "a file of another kind"


def _is_text(head: bytes) -> bool:
    return b"\0" not in head and all(byte >= 32 or byte in b"\t\n\r\f" for byte in head)
