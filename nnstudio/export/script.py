"""A project as a Python script that stands alone and trains to the same curve."""

from __future__ import annotations

import platform
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nnstudio import __version__
from nnstudio.core.arrays import pack
from nnstudio.core.dataset import Prepared
from nnstudio.core.project import Project
from nnstudio.engine.device import GPU_PAYS_FROM
from nnstudio.engine.objective import class_weights
from nnstudio.engine.step import GeneralStep
from nnstudio.engine.threads import threads
from nnstudio.export import script_augment, script_network, script_training, script_update
from nnstudio.export.plan import Plan, planned
from nnstudio.export.problem import CannotExport
from nnstudio.export.written import write

ALWAYS = (
    "from pathlib import Path", "import numpy as np", "import torch", "from torch import nn",
)  # fmt: skip
WIDE = 100


def write_script(path: Path, project: Project, prepared: Prepared) -> tuple[Path, ...]:
    """Write the script and, beside it, the prepared rows that it reads; returns both paths.

    Raises CannotExport, CannotBuild or OSError.
    """
    rows = path.with_suffix(".npz")
    plan = _checked(planned(project, prepared, rows.name))
    write(rows, pack(_arrays(plan)))
    write(path, _text(plan).encode())
    return path, rows


def script(project: Project, prepared: Prepared, data_file: str = "data.npz") -> str:
    """Return the script, which reads `data_file`; raises CannotExport or CannotBuild."""
    return _text(_checked(planned(project, prepared, data_file)))


def arrays(project: Project, prepared: Prepared) -> dict[str, NDArray[Any]]:
    """Return what the script reads: rows as the network takes them and targets as the loss takes them."""
    return _arrays(planned(project, prepared, ""))


def _checked(plan: Plan) -> Plan:
    """Refuse what no line of the script would carry out."""
    if plan.prepared.units.linear is None and script_training.watched(plan):
        raise CannotExport(
            "A script cannot watch a metric of a number that was logged or differenced: let early stopping "
            "and the schedule watch the loss."
        )
    return plan


def _arrays(plan: Plan) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {}
    prepared, weighs = plan.prepared, script_update.weighs(plan)
    for name, part in (("train", prepared.learnt), ("val", prepared.validation)):
        found[f"x_{name}"] = np.asarray(part.x)
        found[f"y_{name}"] = plan.parts.objective.targets(part.y, part.x).numpy()
        if weighs:
            found[f"w_{name}"] = class_weights(prepared.learnt.y, prepared.signature.target.count)[part.y]
    if script_training.watched(plan):
        found["true_val"] = np.asarray(prepared.validation.y)
    return found | script_network.start_arrays(plan)


def _text(plan: Plan) -> str:
    """Put the sections together; what they need of the studio's own code stands before them."""
    metrics = script_training.metric_classes(plan)
    sections = [
        ("The network", script_network.network(plan)),
        ("First weights: drawn from the seed, so that every run starts from the same ones",
         script_network.first_weights(plan)),
        ("The loss: one number that says how wrong the network is", script_update.loss(plan)),
        ("The update: how the gradient changes the weights", script_update.optimizer(plan)),
        ("The schedule: how the learning rate changes from epoch to epoch", script_training.schedule(plan)),
        ("Early stopping: when to stop, and which epoch was the best", script_training.stopping(plan)),
        ("Validation", "\n\n\n".join([*metrics, *filter(None, [script_training.validation(plan)])])),
        ("Augmentation: the rows vary a little every time they are seen", script_augment.augmentation(plan)),
        ("Training", script_training.batches(plan) + "\n\n" + script_training.loop(plan)),
        ("The end: back to the best weights", _end(plan)),
    ]  # fmt: skip
    own = "\n\n\n".join(plan.cuttings.definitions.values())
    sections.insert(0, ("Parts that torch lacks, as the studio has them", own))
    sections.insert(0, ("Data: prepared rows, and targets as the loss takes them", _data(plan)))
    sections.insert(0, ("Settings", _settings(plan)))
    body = "\n\n\n".join(f"{_heading(title)}\n\n{text}" for title, text in sections if text)
    return f"{_introduction(plan)}\n\n{_imports(plan, body)}\n\n\n{body}\n"


def _heading(title: str) -> str:
    return f"# {title} ".ljust(WIDE, "-") if len(title) < WIDE - 6 else f"# {title}"


def _introduction(plan: Plan) -> str:
    project, data = plan.project, plan.project.data
    steps = ", ".join(step.title for step in data.preparation) or "none"
    versions = f"Python {platform.python_version()}, torch {torch.__version__} and numpy {np.__version__}"
    paragraphs = [
        f"{project.name}: trains the same network as NN Studio to the same curve.",
        f"Written by NN Studio {__version__} for {versions}. It needs torch, numpy and the file "
        f"{plan.data_file} beside it. {_exactness(plan)}",
        f"Data: {data.source.label()}. Preparation, fitted on the training rows only: {steps}. "
        f"{plan.data_file} holds the rows after it, so nothing has to be prepared here.",
    ]
    text = "\n\n".join(textwrap.fill(p.replace("\\", "/").replace('"""', "'''"), WIDE) for p in paragraphs)
    return f'"""{text}\n"""'


def _exactness(plan: Plan) -> str:
    """Say how well the losses agree with the studio's."""
    if isinstance(plan.parts.step, GeneralStep):
        return (
            "On the same kind of processor with the same versions, the losses are the same to the last "
            "digit; elsewhere sums may be rounded differently."
        )
    return (
        "The losses are the studio's up to rounding: it trains so plain a network by slopes derived by "
        "hand, whose sums are taken in another order."
    )


def _imports(plan: Plan, body: str) -> str:
    lines = {*ALWAYS, *plan.cuttings.imports}
    if "SimpleNamespace(" in body:
        lines.add("from types import SimpleNamespace")
    theirs = {line for line in lines if line.split()[1].partition(".")[0] in ("torch", "numpy")}
    groups = [sorted(group, key=_order) for group in (lines - theirs, theirs)]
    return "\n\n".join(["from __future__ import annotations", *("\n".join(group) for group in groups)])


def _order(line: str) -> tuple[str, bool, str]:
    """Sort imports by package, whole modules first."""
    return line.split()[1].partition(".")[0], line.startswith("from"), line


def _settings(plan: Plan) -> str:
    training = plan.training
    work = plan.parts.table.multiply_adds * training.batch_size
    lines = [
        f"SEED = {training.seed}", f"EPOCHS = {training.epochs}",
        f"RATE = {training.optimizer.rate!r}  # learning rate", f'DEVICE = "{_device(plan, work)}"',
    ]  # fmt: skip
    target = plan.prepared.signature.target
    if target.asks == "class" and script_training.watched(plan):
        lines.append(f"CLASSES = {target.count}")
    count = threads(work, torch.get_num_threads())
    lines.append(
        f"torch.set_num_threads(min({count}, torch.get_num_threads()))  # as many as the studio takes"
    )
    return "\n".join(lines)


def _device(plan: Plan, work: int) -> str:
    wanted = plan.training.device
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() and work >= GPU_PAYS_FROM else "cpu"
    return wanted


def _data(plan: Plan) -> str:
    lines = [f'rows = np.load(Path(__file__).with_name("{plan.data_file}"))']
    for name, values in _arrays(plan).items():
        if name.startswith(script_network.START):
            continue
        made = f'rows["{name}"]' if name == "true_val" else f'torch.tensor(rows["{name}"], device=DEVICE)'
        lines.append(f"{name} = {made}  # {' x '.join(map(str, values.shape))}, {values.dtype}")
    return "\n".join(lines)


def _end(plan: Plan) -> str:
    stop = plan.training.early_stopping
    lines = []
    if stop.restore_best:
        lines += ["if best is not None:", "    network.load_state_dict(best)"]
    lines.append('torch.save(network.state_dict(), Path(__file__).with_suffix(".pt"))')
    return "\n".join(lines)
