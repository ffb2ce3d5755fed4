"""What a person may set: a value with its bounds, scale, typical range and help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

Scale = Literal["linear", "log", "power of two"]


@dataclass(frozen=True, slots=True)
class Param:
    """Describe one setting: everything a slider, a tooltip and a search space need."""

    label: str
    help: str
    low: float | None = None
    high: float | None = None
    scale: Scale = "linear"
    step: float | None = None
    """Grid of the slider; None lets the scale decide."""
    zero: bool = False
    """On a log scale: the value 0 ("off") is allowed below `low`."""
    unit: str = ""
    typical: tuple[float, float] | None = None
    too_low: str = ""
    too_high: str = ""
    source: str = ""
    choices: tuple[str, ...] = ()
    live: bool = False
    """The value may change during training, at the next step."""
    advanced: bool = False
    """Hidden in the easy view."""

    def tooltip(self) -> str:
        """Return the help as rich text: what it does, too low, too high, typical, source."""
        lines = [f"<b>{self.label}</b><br>{self.help}"]
        if self.too_low:
            lines.append(f"<b>Too low:</b> {self.too_low}")
        if self.too_high:
            lines.append(f"<b>Too high:</b> {self.too_high}")
        if self.typical:
            lines.append(f"<b>Typical:</b> {self.typical[0]:g} to {self.typical[1]:g} {self.unit}")
        if self.source:
            lines.append(f"<i>{self.source}</i>")
        return "<p>" + "</p><p>".join(lines) + "</p>"


def param(default: Any, label: str, help: str, **details: Any) -> Any:
    """Declare a pydantic field that carries a `Param`; bounds are enforced by pydantic.

    `details` are the fields of `Param`. With `zero=True` the lower bound enforced is 0.
    """
    spec = Param(label=label, help=help, **details)
    bounds: dict[str, float] = {}
    if spec.low is not None:
        bounds["ge"] = 0.0 if spec.zero else spec.low
    if spec.high is not None:
        bounds["le"] = spec.high
    extra: dict[str, Any] = {"param": spec}
    return Field(default, description=help, json_schema_extra=extra, **bounds)  # type: ignore[call-overload]


def params(model: type[BaseModel] | BaseModel) -> dict[str, Param]:
    """Return the `Param` of every field that declares one, in declaration order."""
    kind = model if isinstance(model, type) else type(model)
    return {name: spec for name, info in kind.model_fields.items() if (spec := _spec(info))}


def _spec(info: FieldInfo) -> Param | None:
    extra = info.json_schema_extra
    spec = extra.get("param") if isinstance(extra, dict) else None
    return spec if isinstance(spec, Param) else None
