"""The network: placed layers and their wiring, its pure edits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count, groupby
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from nnstudio.core.param import param
from nnstudio.core.registry import Call, Entry, Frozen, Registry, one_of
from nnstudio.core.shape import Shape

INPUT = "input"
"""The reserved id of the data: what the first layer takes."""


class Misfit(ValueError):
    """A layer cannot take what it is given; the text says what to do.

    `before` is the layer that would mend it when put before this one; `then` is the output
    shape once mended, so that the layers behind are still checked.
    """

    def __init__(self, text: str, *, before: Layer | None = None, then: Shape | None = None) -> None:
        super().__init__(text)
        self.before = before
        self.then = then


class Layer(Entry):
    """Base of every layer: closed forms for shape and cost, and the torch calls that build it.

    All methods take the input shapes in wiring order (one, unless `merges`).
    """

    merges: ClassVar[bool] = False
    """Takes two or more inputs."""
    has_units: ClassVar[bool] = False
    """Drawn with stripes: it owns learnable units."""

    def output(self, *inputs: Shape) -> Shape:
        """Return the output shape; raises Misfit."""
        raise NotImplementedError

    def calls(self, *inputs: Shape) -> tuple[Call, ...]:
        """Return the modules to run one after another; merging layers return exactly one."""
        raise NotImplementedError

    def learnables(self, *inputs: Shape) -> int:
        """Return the number of learnable values (torch: `sum(p.numel())`)."""
        return 0

    def multiply_adds(self, *inputs: Shape) -> int:
        """Return the multiply-adds of one example's forward pass through the weights."""
        return 0

    def summary(self) -> str:
        """Return what the block says below its title, e.g. `256 · ReLU`."""
        return ""


LAYERS: Registry[Layer] = Registry("layer")


class Node(Frozen):
    """A layer placed in a network: stable id, optional explicit inputs and name."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    layer: one_of(LAYERS, Layer)  # type: ignore[valid-type]
    inputs: tuple[str, ...] | None = None
    """None: takes the output of the node before."""
    name: str = ""
    group: str = ""
    """The named group that it belongs to; the layers of a group follow one another."""
    frozen: bool = param(
        False, "Frozen", "Training leaves the weights of this layer as they are.",
        source="Weights taken over from another network are often frozen at first, then fine-tuned.",
    )  # fmt: skip
    rate_factor: float = param(
        1.0, "Rate multiplier", "The learning rate of this layer, as a multiple of everybody's.",
        low=0.001, high=100.0, scale="log", typical=(0.1, 1.0), too_low="The layer hardly learns.",
        too_high="The layer may run away.",
        source="Fine-tuning moves taken-over layers 10 to 100 times more slowly than new ones.",
    )  # fmt: skip

    @property
    def title(self) -> str:
        """The given name, else the layer's title."""
        return self.name or self.layer.title


class Network(Frozen):
    """An ordered, acyclic list of nodes; every method that edits returns a new network."""

    nodes: tuple[Node, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        seen = {INPUT}
        for node in self.nodes:
            if node.id in seen:
                raise ValueError(f"two layers have the id {node.id!r}")
            if node.inputs == ():
                raise ValueError(f"layer {node.id!r} takes nothing")
            for source in node.inputs or ():
                if source not in seen:
                    raise ValueError(f"layer {node.id!r} takes {source!r}, which does not come before it")
            seen.add(node.id)
        return self

    @model_validator(mode="after")
    def _groups_in_one_piece(self) -> Self:
        names = [name for name, _ in groupby(node.group for node in self.nodes) if name]
        torn = next((name for name in names if names.count(name) > 1), None)
        if torn is not None:
            raise ValueError(f"the layers of group {torn!r} do not follow one another")
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """The node ids in order."""
        return tuple(node.id for node in self.nodes)

    def index(self, id: str) -> int:
        """Return the position of a node; raises KeyError in words."""
        for position, node in enumerate(self.nodes):
            if node.id == id:
                return position
        raise KeyError(f"there is no layer {id!r}; there are: {', '.join(self.ids)}")

    def __getitem__(self, id: str) -> Node:
        return self.nodes[self.index(id)]

    def sources(self, position: int) -> tuple[str, ...]:
        """Return the ids that the node at `position` takes as input."""
        node = self.nodes[position]
        if node.inputs is not None:
            return node.inputs
        return (self.nodes[position - 1].id if position else INPUT,)

    def edges(self) -> tuple[tuple[str, str], ...]:
        """Return every connection as (source id, target id)."""
        return tuple((s, node.id) for i, node in enumerate(self.nodes) for s in self.sources(i))

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The named groups in order, each with the ids of its layers."""
        found: dict[str, tuple[str, ...]] = {}
        for node in self.nodes:
            if node.group:
                found[node.group] = (*found.get(node.group, ()), node.id)
        return found

    def adjacent(self, ids: Iterable[str]) -> bool:
        """Tell whether layers (at least one) follow one another in this network."""
        places = sorted(self.ids.index(id) for id in set(ids) & set(self.ids))
        return bool(places) and places[-1] - places[0] == len(places) - 1

    def free_group(self, wanted: str) -> str:
        """Return the name, counted on where a group has it already: Stage 3 where there are 1 and 2."""
        taken = self.groups
        if wanted not in taken:
            return wanted
        stem = wanted.rstrip("0123456789 ") or wanted
        return next(name for number in count(2) if (name := f"{stem} {number}") not in taken)

    def fresh_id(self) -> str:
        """Return an id that no node has (ids are never used again while higher ones exist)."""
        numbers = [int(id[1:]) for id in self.ids if id[0] == "n" and id[1:].isdigit()]
        return f"n{max(numbers, default=0) + 1}"

    # -- edits -------------------------------------------------------------------------------------

    def insert(self, layer: Layer, position: int | None = None) -> Network:
        """Place a layer at `position` (default: at the end); what follows takes its output."""
        at = len(self.nodes) if position is None else position
        node = Node(id=self.fresh_id(), layer=layer)
        if at >= len(self.nodes):
            return self._rebuilt([*self.nodes, node])
        source, target = self.sources(at)[0], self.nodes[at].id
        return self.insert_between(layer, source, target)

    def insert_between(self, layer: Layer, source: str, target: str) -> Network:
        """Place a layer on the connection from `source` to `target`; raises KeyError if there is none."""
        at = self.index(target)
        inputs = self.sources(at)
        if source not in inputs:
            raise KeyError(f"{target!r} does not take {source!r}")
        node = Node(id=self.fresh_id(), layer=layer, inputs=(source,), group=self._group_at(at))
        after = self.nodes[at].model_copy(
            update={"inputs": tuple(node.id if s == source else s for s in inputs)}
        )
        return self._rebuilt([*self.nodes[:at], node, after, *self.nodes[at + 1 :]])

    def remove(self, ids: Iterable[str]) -> Network:
        """Take nodes out; whoever took their output takes their first input instead."""
        gone = set(ids)
        stand_in: dict[str, str] = {}
        kept = []
        for position, node in enumerate(self.nodes):
            sources = tuple(stand_in.get(s, s) for s in self.sources(position))
            if node.id in gone:
                stand_in[node.id] = sources[0]
            else:
                kept.append(node.model_copy(update={"inputs": tuple(dict.fromkeys(sources))}))
        return self._rebuilt(kept)

    def move(self, id: str, position: int) -> Network:
        """Take a node out of its place in the chain and put it in at `position` of the rest."""
        if position == self.index(id):
            return self
        node = self[id]
        rest = self.remove([id])
        at = min(position, len(rest.nodes))
        follows = at < len(rest.nodes)
        before = rest.nodes[at - 1].id if at else INPUT
        source = rest.sources(at)[0] if follows else before
        wanted = (source, *self._later_inputs(node, rest, at))
        group = rest._group_at(at, node.group)
        moved = node.model_copy(update={"inputs": tuple(dict.fromkeys(wanted)), "group": group})
        nodes = list(rest.nodes)
        if follows:
            inputs = tuple(id if s == source else s for s in rest.sources(at))
            nodes[at] = nodes[at].model_copy(update={"inputs": inputs})
        nodes.insert(at, moved)
        return self._rebuilt(nodes)

    def _group_at(self, position: int, own: str = "") -> str:
        """Return the group of a layer put in at `position`: the one around it, else its own.

        Its own it keeps beside others of that group, and where there are no others.
        """
        before = self.nodes[position - 1].group if position else ""
        after = self.nodes[position].group if position < len(self.nodes) else ""
        if before and before == after:
            return before
        return own if own in (before, after) or own not in self.groups else ""

    @staticmethod
    def _later_inputs(node: Node, rest: Network, at: int) -> tuple[str, ...]:
        """A merging node keeps its skip inputs that still come before its new place."""
        earlier = {INPUT, *rest.ids[:at]}
        return tuple(s for s in (node.inputs or ())[1:] if s in earlier)

    def replace(self, id: str, layer: Layer) -> Network:
        """Put another layer (or other settings) in a node's place; its wiring stays as far as it can."""
        at = self.index(id)
        inputs = self.nodes[at].inputs
        kept = inputs if inputs is None or layer.merges else inputs[:1]
        node = self.nodes[at].model_copy(update={"layer": layer, "inputs": kept})
        return self._rebuilt([*self.nodes[:at], node, *self.nodes[at + 1 :]])

    def rename(self, id: str, name: str) -> Network:
        """Give a node a name of its own; empty returns to the layer's title."""
        at = self.index(id)
        node = self.nodes[at].model_copy(update={"name": name.strip()})
        return self._rebuilt([*self.nodes[:at], node, *self.nodes[at + 1 :]])

    def group(self, ids: Iterable[str], name: str = "Group 1") -> Network:
        """Put layers in a group of their own (a taken name is counted on); they leave other groups.

        Raises ValueError when they do not follow one another. What is left of a group on the far side
        becomes a group with a name of its own.
        """
        chosen = set(ids)
        if not self.adjacent(chosen):
            raise ValueError("a group is made of layers that follow one another")
        last = max(map(self.index, chosen))
        torn = self.nodes[last].group
        rest = [node.id for node in self.nodes[last + 1 :] if torn and node.group == torn]
        free = self._in_groups(dict.fromkeys((*chosen, *rest), ""))
        if rest:
            free = free._in_groups(dict.fromkeys(rest, free.free_group(torn)))
        return free._in_groups(dict.fromkeys(chosen, free.free_group(name.strip() or "Group 1")))

    def ungroup(self, name: str) -> Network:
        """Dissolve a group; its layers stay as they are."""
        return self._in_groups(dict.fromkeys(self.groups.get(name, ()), ""))

    def rename_group(self, name: str, new: str) -> Network:
        """Give a group another name (a taken one is counted on); an empty one changes nothing."""
        ids, wanted = self.groups.get(name, ()), new.strip()
        if not ids or wanted in ("", name):
            return self
        return self._in_groups(dict.fromkeys(ids, self.free_group(wanted)))

    def wire(self, source: str, target: str) -> Network:
        """Connect `source` to `target`: a merging layer gains an input, another one changes it.

        Raises ValueError when the source does not come before the target.
        """
        at = self.index(target)
        if source != INPUT and self.index(source) >= at:
            raise ValueError("a connection can only go forward: from an earlier layer to a later one")
        node = self.nodes[at]
        inputs = (*self.sources(at), source) if node.layer.merges else (source,)
        return self._with_inputs(at, tuple(dict.fromkeys(inputs)))

    def unwire(self, source: str, target: str) -> Network:
        """Cut a skip connection; the last input of a node cannot be cut (the chain heals instead)."""
        at = self.index(target)
        left = tuple(s for s in self.sources(at) if s != source)
        before = self.nodes[at - 1].id if at else INPUT
        return self._with_inputs(at, left or (before,))

    def copies(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        """Return nodes as plain data for the clipboard, in network order; only whole groups go along."""
        wanted = set(ids)
        parts = {name: "" for name, members in self.groups.items() if not wanted.issuperset(members)}
        chosen = (node for node in self.nodes if node.id in wanted)
        return [
            node.model_dump(mode="json") | {"group": parts.get(node.group, node.group)} for node in chosen
        ]

    def paste(self, data: list[dict[str, Any]], position: int) -> tuple[Network, tuple[str, ...]]:
        """Insert copied nodes as a run of the chain; returns the network and the new ids.

        Skip connections inside the copy are kept; those to the outside are dropped. A copied group gets
        a name of its own, unless it comes to stand inside another group. Raises pydantic's
        ValidationError for data that are no layers.
        """
        network = self
        ids: list[str] = []
        renamed: dict[str, str] = {}
        groups: dict[str, list[str]] = {}
        for offset, item in enumerate(Node.model_validate(d) for d in data):
            known = set(network.ids)
            network = network.insert(item.layer, position + offset)
            new = next(id for id in network.ids if id not in known)
            for skip in (item.inputs or ())[1:]:
                if skip in renamed:
                    network = network.wire(renamed[skip], new)
            renamed[item.id] = new
            ids.append(new)
            groups.setdefault(item.group, []).append(new)
        for name, members in groups.items():
            if name and not network[members[0]].group and network.adjacent(members):
                network = network.group(members, name)
        return network, tuple(ids)

    def _in_groups(self, names: Mapping[str, str]) -> Network:
        nodes = (node.model_copy(update={"group": names.get(node.id, node.group)}) for node in self.nodes)
        return Network(nodes=tuple(nodes))

    def _with_inputs(self, at: int, inputs: tuple[str, ...]) -> Network:
        node = self.nodes[at].model_copy(update={"inputs": inputs})
        return self._rebuilt([*self.nodes[:at], node, *self.nodes[at + 1 :]])

    @staticmethod
    def _rebuilt(nodes: list[Node]) -> Network:
        """Validate, and write an input that is simply the node before as None (the canonical form)."""
        canonical, before = [], INPUT
        for node in nodes:
            if node.inputs == (before,):
                node = node.model_copy(update={"inputs": None})
            canonical.append(node)
            before = node.id
        return Network(nodes=tuple(canonical))
