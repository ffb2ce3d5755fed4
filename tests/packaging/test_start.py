"""packaging/start.py: what it decides, without installing anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import start

Calls = list[tuple[list[str], dict[str, object]]]

STATE = "0f0f"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in start.DEFINES_SETUP:
        (tmp_path / name).write_text(name)
    return tmp_path


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Collect the commands that would be run, on a Linux where everything is set up."""
    made: Calls = []

    def note(command: list[str], *_: object, **environment: object) -> int:
        made.append((list(command), environment))
        return 0

    monkeypatch.setattr(start, "run", note)
    monkeypatch.setattr(start, "hand_over", note)
    monkeypatch.setattr(start, "set_up", lambda kind: made.append((["set up", kind], {})))
    monkeypatch.setattr(start, "provide_libraries", lambda names: made.append((["libraries", *names], {})))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return made


def test_fingerprint_is_stable(checkout: Path) -> None:
    assert start.fingerprint(checkout, (3, 11)) == start.fingerprint(checkout, (3, 11))


@pytest.mark.parametrize("name", start.DEFINES_SETUP)
def test_fingerprint_changes_with_each_file(checkout: Path, name: str) -> None:
    before = start.fingerprint(checkout, (3, 11))
    (checkout / name).write_text("something else")
    assert start.fingerprint(checkout, (3, 11)) != before


def test_fingerprint_changes_with_python(checkout: Path) -> None:
    assert start.fingerprint(checkout, (3, 11)) != start.fingerprint(checkout, (3, 12))


@pytest.mark.parametrize(
    ("stamp", "kind", "enough"),
    [
        (f"{STATE} run\n", "run", True),
        (f"{STATE} dev\n", "dev", True),
        (f"{STATE} dev\n", "run", True),
        (f"{STATE} run\n", "dev", False),
        ("older run\n", "run", False),
        ("", "run", False),
    ],
)
def test_stamp(stamp: str, kind: str, enough: bool) -> None:
    assert start.is_enough(stamp, STATE, kind) is enough


@pytest.mark.parametrize(
    ("platform", "environment", "screen"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_has_screen(platform: str, environment: dict[str, str], screen: bool) -> None:
    assert start.has_screen(platform, environment) is screen


def test_interpreter_of_the_environment() -> None:
    assert start.venv_python(Path("v"), windows=True) == Path("v/Scripts/python.exe")
    assert start.venv_python(Path("v"), windows=False) == Path("v/bin/python")


def test_missing_libraries_are_those_that_do_not_open() -> None:
    def load(name: str) -> None:
        if name != "libGL.so.1":
            raise OSError(name)

    assert start.missing_libraries(["libGL.so.1", "libEGL.so.1"], load) == ["libEGL.so.1"]


def test_missing_libraries_are_asked_for_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(start, "_succeeds", lambda command: True)
    monkeypatch.setattr(start, "missing_libraries", lambda names: ["libEGL.so.1", "libGL.so.1"])
    with pytest.raises(start.Stop, match="sudo apt-get install -y libegl1 libgl1\n"):
        start.provide_libraries(start.LIBRARIES)


def test_without_apt_the_libraries_are_named() -> None:
    sentence = start.how_to_install(["libEGL.so.1"], [])
    assert "libEGL.so.1" in sentence
    assert "apt" not in sentence


def test_root_installs_only_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def note(command: list[str], **_: object) -> int:
        commands.append(command)
        return 0

    answers = iter([["libEGL.so.1"], []])
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(start, "_succeeds", lambda command: True)
    monkeypatch.setattr(start, "missing_libraries", lambda names: next(answers))
    monkeypatch.setattr(start, "run", note)
    start.provide_libraries(start.LIBRARIES)
    assert commands[0][:2] == ["apt-get", "update"]
    assert "install" in commands[1]
    assert [word for word in commands[1] if word.startswith("lib")] == ["libegl1"]


def test_with_a_screen_the_window_opens(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    assert start.main(["mine.nnproj"]) == 0
    libraries, set_up, (command, _) = calls
    assert "libxcb-cursor.so.0" in libraries[0]
    assert set_up[0] == ["set up", "run"]
    assert command[1:] == ["-m", "nnstudio", "mine.nnproj"]


@pytest.mark.parametrize("words", [[], ["--headless"]])
def test_without_a_screen_an_example_is_trained(
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    words: list[str],
) -> None:
    if words:
        monkeypatch.setenv("DISPLAY", ":0")
    assert start.main([*words, "--out", str(tmp_path)]) == 0
    command, environment = calls[-1]
    assert command[1:] == ["-m", "nnstudio", "demo", "--out", str(tmp_path)]
    assert environment == {"QT_QPA_PLATFORM": "offscreen"}
    assert "libxcb-cursor.so.0" not in calls[0][0]
    assert "no screen" in capsys.readouterr().out


def test_without_a_screen_a_file_is_refused_in_words(
    calls: Calls, capsys: pytest.CaptureFixture[str]
) -> None:
    assert start.main(["mine.nnproj"]) == 1
    assert not calls
    assert "train mine.nnproj" in capsys.readouterr().err


def test_the_tests_run_offscreen(calls: Calls) -> None:
    assert start.main(["test", "-k", "shape"]) == 0
    command, environment = calls[-1]
    assert ["set up", "dev"] in [made for made, _ in calls]
    assert command[1:3] == ["-m", "pytest"]
    assert command[-2:] == ["-k", "shape"]
    assert environment["QT_QPA_PLATFORM"] == "offscreen"


def test_an_older_python_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "OLDEST_PYTHON", (99, 0))
    assert start.main([]) == 1
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


def test_a_failing_installation_ends_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(start, "provide_libraries", lambda names: None)
    monkeypatch.setattr(start, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(start, "_venv_fits", lambda: True)
    monkeypatch.setattr(start, "_pip", lambda: ["pip"])
    monkeypatch.setattr(start, "_install", lambda command: 1)
    assert start.main(["test"]) == 1
    assert "The setup failed" in capsys.readouterr().err
    assert not (tmp_path / "stamp").exists()


def test_interruption_ends_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(words: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(start, "start", interrupted)
    assert start.main([]) == 130
    assert "goes on from here" in capsys.readouterr().err


def test_check_fails_when_one_check_does(
    calls: Calls,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def tool(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        bad = Path(command[0]).stem == "mypy"
        return subprocess.CompletedProcess(
            command, int(bad), b"a.py:1: wrong\nFound 1 error\n" if bad else b"fine\n"
        )

    monkeypatch.setattr(subprocess, "run", tool)
    assert start.main(["check"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "a.py:1: wrong" in lines
    assert [line.split()[:2] for line in lines[-4:]] == [
        ["format", "ok"],
        ["lint", "ok"],
        ["types", "FAILED"],
        ["floors", "ok"],
    ]


def test_last_line_is_the_verdict() -> None:
    assert start.last_line("first\nverdict \n\n") == "verdict"
    assert start.last_line("Found 2 errors.\n[*] 1 fixable with `--fix`.\n") == "Found 2 errors."
    assert start.last_line("") == ""


def test_importing_does_nothing(tmp_path: Path) -> None:
    code = f"import sys; sys.path.insert(0, {str(Path(start.__file__).parent)!r}); import start"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout + done.stderr == b""
    assert not list(tmp_path.iterdir())
