"""The container of a project file: a checked zip, written so that a failure never harms the old file."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import stat
import uuid
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import ValidationError

from nnstudio import __version__
from nnstudio.core.foreign import what_it_is
from nnstudio.core.registry import Frozen, problem_in_words

MIMETYPE = "application/x-nnstudio"
FORMAT = 1
"""The format written; what changed between formats stands in resources/texts/project_format.md."""

MOST_MEMBERS = 20_000
MOST_BYTES = 4 * 2**30
MOST_JSON = 64 * 2**20
MOST_RATIO = 200
"""Deflate reaches about 1000 on constant bytes: far more than any project packs."""
RATIO_FREE = 2**20
"""Members up to this size may be packed as tightly as they like: they cannot fill a memory."""
PACKED = (".json", ".npz")
"""Members worth deflating: weights and pictures are incompressible, and are stored as they are."""

PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,3}")


class FileProblem(ValueError):
    """A project file cannot be read or written: says which, why and what is left."""


class Stamp(Frozen):
    """Checksum and size of one member."""

    sha256: str
    size: int


class Manifest(Frozen):
    """What a project file says about itself."""

    format: int
    min_reader: int
    app: str
    version: str
    uuid: str
    members: dict[str, Stamp]


# -- writing -----------------------------------------------------------------------------------------


def write(path: Path, members: Mapping[str, bytes], project_uuid: str) -> None:
    """Write a project file in place of `path`, whole or not at all; raises FileProblem."""
    if sum(map(len, members.values())) > MOST_BYTES or len(members) > MOST_MEMBERS - 2:
        raise FileProblem(
            f"{path.name} was not saved: its runs hold more than {MOST_BYTES >> 30} GiB. Delete some of them."
        )
    stamps = {name: Stamp(sha256=_sha256(data), size=len(data)) for name, data in members.items()}
    manifest = Manifest(
        format=FORMAT,
        min_reader=FORMAT,
        app="NN Studio",
        version=__version__,
        uuid=project_uuid,
        members=stamps,
    )

    def fill(file: BinaryIO) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            _add(archive, "mimetype", MIMETYPE.encode())
            _add(archive, "manifest.json", manifest.model_dump_json(indent=1).encode())
            for name, data in members.items():
                _add(archive, name, data)

    _replace(Path(os.path.realpath(path)), fill)


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    # A fixed date: equal projects are equal files.
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    pack = name.endswith(PACKED) and len(data) < MOST_RATIO // 2 * len(zlib.compress(data, 1))
    archive.writestr(info, data, zipfile.ZIP_DEFLATED if pack else zipfile.ZIP_STORED)


def _replace(path: Path, fill: Any) -> None:
    """Put a file made by `fill` in the place of `path`: temp file beside it, fsync, rename."""
    temp = path.with_name(f".{path.name[:80]}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, "the file is read-only")
        with open(temp, "xb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            os.chmod(temp, stat.S_IMODE(path.stat().st_mode))
        os.replace(temp, path)
    except OSError as error:
        raise FileProblem(_not_saved(path, error)) from error
    finally:
        with contextlib.suppress(OSError):
            temp.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # Makes the rename itself durable; Windows and some network folders cannot, and need no telling.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _not_saved(path: Path, error: OSError) -> str:
    reasons = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "your disk quota is used up",
        errno.EFBIG: "the file would be larger than allowed here",
        errno.EACCES: "you may not write there",
        errno.EPERM: "you may not write there",
        errno.EROFS: "the disk is read-only",
        errno.ENOENT: f"there is no folder {path.parent}",
        errno.ENOTDIR: f"{path.parent} is not a folder",
        errno.EISDIR: "a folder has that name",
        errno.ENAMETOOLONG: "the name is too long",
    }
    reason = reasons.get(error.errno or 0, error.strerror or str(error))
    kept = " The file as last saved is unharmed." if path.is_file() else ""
    return f"{path.name} was not saved: {reason}.{kept}"


# -- reading -----------------------------------------------------------------------------------------


def read(path: Path) -> tuple[Manifest, dict[str, bytes]]:
    """Return the manifest and every member it lists, checked; raises FileProblem."""
    try:
        _must_be_file(path)
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(path, archive)
            return manifest, {name: _member(path, archive, name, manifest) for name in manifest.members}
    except FileProblem:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise FileProblem(_unreadable(path, error)) from error
    except OSError as error:
        raise FileProblem(f"{path.name} cannot be read: {error.strerror or error}.") from error


def project_uuid(path: Path) -> str:
    """Return the uuid that a project file names, empty when there is no readable one."""
    try:
        _must_be_file(path)
        with zipfile.ZipFile(path) as archive:
            return _manifest(path, archive).uuid
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        return ""


def _must_be_file(path: Path) -> None:
    if not path.exists():
        raise FileProblem(f"There is no file {path}.")
    if not path.is_file():
        raise FileProblem(
            f"{path} is a folder, not a project file." if path.is_dir() else f"{path} is not a file."
        )


def _unreadable(path: Path, error: Exception) -> str:
    with open(path, "rb") as file:
        head = file.read(512)
    if not head.startswith(b"PK"):
        return f"{path.name} is {what_it_is(head)}, not an NN Studio project."
    return f"{path.name} is damaged or cut off ({error}): use a backup, or copy it again."


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    infos = archive.infolist()
    names = [info.filename for info in infos]
    first = infos[0] if infos else None
    if first is None or first.filename != "mimetype" or _raw(path, archive, first, 100) != MIMETYPE.encode():
        raise FileProblem(f"{path.name} is {what_it_is(b'PK', names)}, not an NN Studio project.")
    _check_directory(path, infos)
    if "manifest.json" not in names:
        raise FileProblem(f"{path.name} is damaged: its table of contents is missing.")
    text = _raw(path, archive, archive.getinfo("manifest.json"), MOST_JSON)
    _check_version(path, text)
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise FileProblem(f"{path.name} is damaged: manifest.json: {problem_in_words(error)}.") from None
    differ = set(names) ^ {"mimetype", "manifest.json", *manifest.members}
    if differ:
        raise FileProblem(
            f"{path.name} is damaged: {sorted(differ)[0]} is missing or was added by something else."
        )
    return manifest


def _check_version(path: Path, text: bytes) -> None:
    try:
        found = json.loads(text)
        needs, made = int(found["min_reader"]), int(found["format"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FileProblem(f"{path.name} is damaged: its manifest names no format.") from None
    if needs > FORMAT:
        raise FileProblem(
            f"{path.name} was made by a newer NN Studio: format {made}, this one reads {FORMAT}. "
            f"Update NN Studio to open it."
        )


def _check_directory(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    """Refuse what no NN Studio writes, before anything is unpacked."""
    if len(infos) > MOST_MEMBERS:
        raise FileProblem(f"{path.name} is refused: {len(infos)} parts are more than a project has.")
    if sum(info.file_size for info in infos) > MOST_BYTES:
        raise FileProblem(f"{path.name} is refused: unpacked it would take more than {MOST_BYTES >> 30} GiB.")
    seen: set[str] = set()
    for info in infos:
        fault = _fault(info)
        if info.filename.lower() in seen:
            fault = "is there twice"
        if fault:
            raise FileProblem(f"{path.name} is refused: its part {info.filename[:80]!r} {fault}.")
        seen.add(info.filename.lower())


def _fault(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if not PATH.fullmatch(info.filename) or info.orig_filename != info.filename:
        return "has a path that no project has"
    if kind not in (0, stat.S_IFREG):
        return "is a link or no plain file"
    if info.flag_bits & 0x1:
        return "is encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in an unknown way"
    if info.file_size > RATIO_FREE and info.file_size > MOST_RATIO * max(1, info.compress_size):
        return "would unpack to more than 200 times its size"
    if info.filename.endswith(".json") and info.file_size > MOST_JSON:
        return "is larger than any text of a project"
    return ""


def _member(path: Path, archive: zipfile.ZipFile, name: str, manifest: Manifest) -> bytes:
    data = _raw(path, archive, archive.getinfo(name), MOST_BYTES)
    stamp = manifest.members[name]
    if len(data) != stamp.size or _sha256(data) != stamp.sha256:
        raise FileProblem(f"{path.name} is damaged: {name} does not match its checksum. Use a backup.")
    return data


def _raw(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    if info.file_size > most:
        raise FileProblem(f"{path.name} is refused: {info.filename[:80]!r} is too large.")
    with archive.open(info) as stream:
        return stream.read(info.file_size)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
