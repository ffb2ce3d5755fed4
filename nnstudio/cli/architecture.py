"""Choose an architecture preset on the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from nnstudio.cli.problem import Problem, sentence

if TYPE_CHECKING:
    from nnstudio.core.project import Project


def add_preset_arguments(group: argparse._ArgumentGroup) -> None:
    """Add `--preset` and `--with`."""
    group.add_argument(
        "--preset", metavar="NAME", help="an architecture: lenet, vgg, resnet, vit, lstm, gru, bert, gpt..."
    )
    group.add_argument(
        "--with", dest="preset_settings", action="append", default=[], metavar="NAME=VALUE",
        help="a setting of the architecture, for example blocks=3",
    )  # fmt: skip


def with_architecture(project: Project, arguments: argparse.Namespace) -> Project:
    """Return the project with the network of the chosen preset; raises Problem."""
    from pydantic import ValidationError

    from nnstudio.core.project import PRESETS
    from nnstudio.core.registry import problem_in_words

    if not arguments.preset:
        if arguments.preset_settings:
            raise Problem("--with goes with --preset NAME.")
        return project
    try:
        cls = PRESETS[arguments.preset]
        preset = cls(**dict(_pair(word) for word in arguments.preset_settings))
    except KeyError as error:
        raise Problem(sentence(error)) from None
    except ValidationError as error:
        raise Problem(f"{cls.title}: {problem_in_words(error)}.") from None
    if project.signature is not None and (reason := preset.unfit(project.signature)):
        raise Problem(reason)
    return project.with_preset(preset)


def _pair(word: str) -> tuple[str, str]:
    name, sign, value = word.partition("=")
    if not sign:
        raise Problem(f"--with {word}: write it as NAME=VALUE, for example --with blocks=3.")
    return name, value
