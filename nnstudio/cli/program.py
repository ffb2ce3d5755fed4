"""The network and the training of a program of one's own, given as JSON: in a file or on the line."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnstudio.cli.problem import Problem
from nnstudio.cli.projects import edited

if TYPE_CHECKING:
    from nnstudio.core.network import Layer, Network
    from nnstudio.core.project import Project

ABOUT = """\
A program of one's own, right or wrong:
  --network takes a list of layers, one table each: "kind" (dense, conv2d, dropout, flatten, lstm...; see
  nnstudio glossary) and any of its settings; "activation" is a kind or a table; "init" is auto, he, glorot,
  lecun, normal, uniform, zeros or constant with "init_value", "bias_value" what the biases start at, "bias":
  false for none. "id" names a layer and "inputs" lists the ids that it takes ("input": the data), for layers
  with several. --training takes a table such as
  {"loss": {"kind": "cross_entropy", "expects": "scores"}, "optimizer": {"kind": "sgd", "rate": 10},
  "batch_size": 32, "epochs": 30, "shuffle": false, "early_stopping": {"on": false}}; the rest stays.
  nnstudio inspect PROJECT --json prints both as they are. A network that does not fit is kept all the same:
  nnstudio diagnose says what is wrong with it.
"""


def add_program_arguments(group: argparse._ArgumentGroup) -> None:
    """Add `--network`, `--training` and `--set`."""
    group.add_argument("--network", metavar="JSON", help="the layers, as a file or as JSON itself")
    group.add_argument("--training", metavar="JSON", help="the settings of training, likewise")
    group.add_argument(
        "--set", action="extend", nargs="+", default=[], metavar="PATH=VALUE", dest="edits",
        help="single settings, for example training.optimizer.rate=10",
    )  # fmt: skip


def with_program(project: Project, arguments: argparse.Namespace) -> Project:
    """Return the project with the network and the training that were given; raises Problem."""
    if arguments.network:
        project = project.with_network(_given_network(arguments))
    if arguments.training:
        project = _trained_so(project, given_training(arguments))
    return edited(project, arguments.edits)


def first_layer(arguments: argparse.Namespace) -> Layer | None:
    """Return the first layer of the network that was given, None without; raises Problem."""
    nodes = _given_network(arguments).nodes if arguments.network else ()
    return nodes[0].layer if nodes else None


def last_layer(arguments: argparse.Namespace) -> Layer | None:
    """Return the last layer that has units, None without; raises Problem."""
    nodes = _given_network(arguments).nodes if arguments.network else ()
    return next((node.layer for node in reversed(nodes) if hasattr(node.layer, "units")), None)


def given_training(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the settings of training that were given; raises Problem."""
    settings = _json(arguments.training, "--training") if arguments.training else {}
    if not isinstance(settings, dict):
        raise Problem('--training takes a table of settings: {"epochs": 30, ...}.')
    return settings


def _given_network(arguments: argparse.Namespace) -> Network:
    from nnstudio.core.plain_network import NetworkProblem, network_from

    try:
        return network_from(_json(arguments.network, "--network"))
    except NetworkProblem as error:
        raise Problem(str(error)) from None


def program_json(project: Project) -> dict[str, Any]:
    """Return network and training in the form in which they can be given."""
    from nnstudio.core.plain_network import layers_of

    return {"network": layers_of(project.network), "training": project.training.model_dump(mode="json")}


def _trained_so(project: Project, settings: dict[str, Any]) -> Project:
    for name, value in settings.items():
        if isinstance(value, dict) and "kind" not in value:
            for inner, one in value.items():
                project = project.set(f"training.{name}.{inner}", one)
        else:
            project = project.set(f"training.{name}", value)
    return project


def _json(word: str, option: str) -> Any:
    """Return what a file or the word itself says."""
    inline = word.lstrip()[:1] in ("[", "{")
    try:
        text = word if inline else Path(word).read_text(encoding="utf-8")
        return json.loads(text)
    except UnicodeDecodeError:
        raise Problem(f"{option}: {word} is not a text file.") from None
    except ValueError as error:
        raise Problem(f"{option}: this is no valid JSON: {error}.") from None
