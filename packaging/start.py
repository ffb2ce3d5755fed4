"""Set up NN Studio in .venv and start, test or check it; needs Python and pip, nothing else.

python3 packaging/start.py [FILE]       set up, then open the window (without a screen: a demonstration)
python3 packaging/start.py test [...]   set up, then run the tests; what follows goes to pytest
python3 packaging/start.py check        set up, then run the linters and the types; --fix formats first
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "nnstudio-setup.txt"
DEFINES_SETUP = ("pyproject.toml", "setup.py", "constraints.txt")
OLDEST_PYTHON = (3, 11)
MOST_TEST_PROCESSES = 4

LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
"""What Qt opens on Linux, with the Debian package that brings it."""

SCREEN_LIBRARIES = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
"""What Qt opens besides on an X screen."""

CHECKS: dict[str, tuple[str, ...]] = {
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "types": ("mypy",),
    "floors": ("lint-imports", "--no-logo"),
}
FIXES = (("ruff", "check", "--fix", "--quiet", "."), ("ruff", "format", "--quiet", "."))


class Stop(Exception):
    """The end, with a sentence that says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if sys.version_info < OLDEST_PYTHON:
            raise Stop(f"NN Studio needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        if words[:1] == ["test"]:
            return test(words[1:])
        if words[:1] == ["check"]:
            return check(words[1:])
        return start(words)
    except Stop as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130


def start(words: Sequence[str]) -> int:
    """Open the window, or work through an example in the terminal where there is no screen."""
    options = _start_options(words)
    screen = not options.headless and has_screen(sys.platform, os.environ)
    if options.file and not screen:
        raise Stop(
            f"There is no screen to open {options.file} on. "
            f"Set up with `python3 packaging/start.py`, then train it in the terminal: "
            f"{venv_python()} -m nnstudio train {options.file}"
        )
    provide_libraries(LIBRARIES | (SCREEN_LIBRARIES if screen and os.environ.get("DISPLAY") else {}))
    set_up("run")
    if screen:
        return hand_over([str(venv_python()), "-m", "nnstudio", *([options.file] if options.file else [])])
    print("There is no screen here: training an example in the terminal instead.", flush=True)
    command = [str(venv_python()), "-m", "nnstudio", "demo", "--out", str(Path(options.out).resolve())]
    return hand_over(command, QT_QPA_PLATFORM="offscreen")


def _start_options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="start.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="a project to open")
    parser.add_argument("--headless", action="store_true", help="work in the terminal even with a screen")
    parser.add_argument(
        "--out", default=str(ROOT / "output"), metavar="DIR", help="where a demonstration writes its files"
    )
    return parser.parse_args(words)


def test(words: Sequence[str]) -> int:
    """Run the tests without a screen; return pytest's exit code."""
    provide_libraries(LIBRARIES)
    set_up("dev")
    processes = min(os.cpu_count() or 1, MOST_TEST_PROCESSES)
    # One thread each: test processes that all use every core only wait for one another.
    threads = os.environ.get("OMP_NUM_THREADS", "1")
    command = [str(venv_python()), "-m", "pytest", "-n", str(processes if processes > 1 else 0), *words]
    return run(command, QT_QPA_PLATFORM="offscreen", OMP_NUM_THREADS=threads)


def check(words: Sequence[str]) -> int:
    """Run every check, then print one line for each; return 1 when one fails."""
    parser = argparse.ArgumentParser(prog="start.py check", description="Run the linters and the types.")
    parser.add_argument("--fix", action="store_true", help="format and mend what can be mended first")
    fix = parser.parse_args(words).fix
    set_up("dev")
    for mend in FIXES if fix else ():
        run(_tool(mend))
    lines, code = [], 0
    for name, command in CHECKS.items():
        done = subprocess.run(_tool(command), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = done.stdout.decode(errors="replace").rstrip()
        if done.returncode:
            code = 1
            print(output, end="\n\n", flush=True)
        lines.append(f"{name:8}{'FAILED' if done.returncode else 'ok':8}{last_line(output)}")
    print("\n".join(lines), flush=True)
    return code


def _tool(command: Sequence[str]) -> list[str]:
    suffix = ".exe" if os.name == "nt" else ""
    return [str(venv_python().parent / (command[0] + suffix)), *command[1:]]


def last_line(output: str) -> str:
    """Return the last line that says something, where tools put their verdict (ruff adds a [*] remark)."""
    lines = [line.strip() for line in output.splitlines()]
    return next((line for line in reversed(lines) if line and not line.startswith("[*]")), "")


def has_screen(platform: str, environment: Mapping[str, str]) -> bool:
    """Tell whether a window can be shown; Windows and macOS always have a screen."""
    if platform in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def set_up(kind: str) -> None:
    """Bring .venv to the state that the project's files describe: "run", or "dev" with the tools too."""
    state = fingerprint(ROOT, sys.version_info[:2])
    if venv_python().exists() and STAMP.exists() and is_enough(STAMP.read_text(), state, kind):
        return
    print("Setting up NN Studio in .venv; the first time this takes some minutes.", flush=True)
    if not _venv_fits():
        _make_venv()
    STAMP.unlink(missing_ok=True)
    wanted = f"{ROOT}[dev]" if kind == "dev" else str(ROOT)
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    constraints = str(ROOT / "constraints.txt")
    if _install([*_pip(), "install", *quiet, "--constraint", constraints, "--editable", wanted]):
        raise Stop(
            "The setup failed; pip says why above. Check the network and the free space on the disk, "
            "then give the same command again: it goes on from here."
        )
    STAMP.write_text(f"{state} {kind}\n")


def _install(command: Sequence[str]) -> int:
    """Run pip out of reach of the terminal's Ctrl+C, which it would answer with pages of traceback."""
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        return process.wait()
    except KeyboardInterrupt:
        if os.name == "nt":
            process.terminate()
        else:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise


def fingerprint(root: Path, python: tuple[int, ...]) -> str:
    """Return a digest that changes when .venv has to be brought up to date."""
    digest = hashlib.sha256(f"{python} {root}".encode())
    for name in DEFINES_SETUP:
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def is_enough(stamp: str, state: str, kind: str) -> bool:
    """Tell whether a stamp of an earlier set-up covers `state` and `kind`; "dev" includes "run"."""
    return stamp.split() in ([state, kind], [state, "dev"])


def venv_python(venv: Path = VENV, windows: bool = os.name == "nt") -> Path:
    """Return the path of the environment's interpreter."""
    return venv / "Scripts" / "python.exe" if windows else venv / "bin" / "python"


def _venv_fits() -> bool:
    """Tell whether .venv holds an interpreter that runs and is of this version."""
    question = f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    return venv_python().exists() and _succeeds([str(venv_python()), "-c", question])


def _make_venv() -> None:
    try:
        from venv import EnvBuilder

        # Debian's Python cannot put pip inside without python3-venv, so the pip outside does the work.
        EnvBuilder(clear=True, symlinks=os.name != "nt", with_pip=False).create(VENV)
    except ImportError:
        raise Stop(
            "This Python lacks its module venv. On Debian: sudo apt-get install python3-venv"
        ) from None
    except (OSError, subprocess.CalledProcessError) as error:
        raise Stop(f"The environment {VENV} cannot be made: {error}") from None


def _pip() -> list[str]:
    """Return the command that starts a pip which installs into .venv, whichever there is."""
    inside = [str(venv_python()), "-m", "pip"]
    outside = [sys.executable, "-m", "pip", "--python", str(venv_python())]
    if _succeeds([*outside, "--version"]):
        return outside
    if _succeeds([*inside, "--version"]) or _succeeds([str(venv_python()), "-m", "ensurepip"]):
        return inside
    raise Stop(
        "pip is missing. On Debian: sudo apt-get install python3-pip; then give the same command again."
    )


def provide_libraries(libraries: Mapping[str, str]) -> None:
    """Make sure that Qt finds its system libraries on Linux: installed as root, else asked for in words."""
    if not sys.platform.startswith("linux") or not (missing := missing_libraries(libraries)):
        return
    packages = [libraries[name] for name in missing]
    apt = _succeeds(["apt-get", "--version"])
    if apt and os.geteuid() == 0:
        print(f"Installing the libraries Qt needs: {' '.join(packages)}", flush=True)
        _apt_install(packages)
        missing = missing_libraries(libraries)
    if missing:
        raise Stop(how_to_install(missing, packages if apt else []))


def missing_libraries(names: Iterable[str], load: Callable[[str], object] = ctypes.CDLL) -> list[str]:
    """Return the names of the shared libraries that cannot be opened."""
    missing = []
    for name in names:
        try:
            load(name)
        except OSError:
            missing.append(name)
    return missing


def how_to_install(missing: Sequence[str], packages: Sequence[str]) -> str:
    """Say which system libraries are missing, with the one line that installs the Debian `packages`."""
    reason = f"Qt needs system libraries that are missing here: {', '.join(missing)}."
    if not packages:
        return f"{reason} Install them with the system's package manager, then give the same command again."
    line = f"sudo apt-get install -y {' '.join(packages)}"
    return f"{reason} Install them once with\n  {line}\nthen give the same command again."


def _apt_install(packages: Sequence[str]) -> None:
    run(["apt-get", "update", "-qq"])
    install = ["apt-get", "-qq", "-y", "-oDpkg::Use-Pty=0", "install", "--no-install-recommends", *packages]
    run(install, silent=True, DEBIAN_FRONTEND="noninteractive")


def _succeeds(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def hand_over(command: Sequence[str], **environment: str) -> int:
    """Become `command`, in the person's own folder; where that cannot be (Windows), run it."""
    if os.name == "nt":
        return run(command, Path.cwd(), False, **environment)
    sys.stdout.flush()
    os.execve(command[0], list(command), {**os.environ, **environment})


def run(command: Sequence[str], folder: Path = ROOT, silent: bool = False, **environment: str) -> int:
    """Run `command` and return its exit code; Ctrl+C lets it end by itself before it ends this."""
    interrupted = False
    stdout = subprocess.DEVNULL if silent else None
    process = subprocess.Popen(command, cwd=folder, stdout=stdout, env={**os.environ, **environment})
    while process.poll() is None:
        try:
            process.wait()
        except KeyboardInterrupt:
            interrupted = True
    if interrupted:
        raise KeyboardInterrupt
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
