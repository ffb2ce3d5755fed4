"""The first weights of a project that begins from another run."""

from __future__ import annotations

from torch import Tensor

from nnstudio.core.project import Project
from nnstudio.core.trace import Signature
from nnstudio.engine.build import build
from nnstudio.engine.checkpoint import state, unpack
from nnstudio.engine.transfer import StartProblem, chosen_run, matches, renamed, weights_of


def start_weights(project: Project, signature: Signature) -> dict[str, Tensor] | None:
    """Return first weights: those taken over, the seed's for the other layers; None without a start.

    Raises StartProblem, in words, when the file or the run is gone, or no layer matches.
    """
    if project.start_from is None:
        return None
    run = chosen_run(project.start_from)
    taken = renamed(unpack(weights_of(run)), matches(project.network, signature, run))
    if not taken:
        raise StartProblem(
            f"No layer can take over weights from {project.start_from.label}: the first layer with weights "
            "must be of the same kind and size. Choose another run to start from, or none."
        )
    return state(build(project.network, signature.input, project.training.seed)) | taken
