"""What a person may set: a value with its bounds, scale, typical range and help."""

from __future__ import annotations

import math
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
    least: float | None = None
    most: float | None = None
    """What is accepted at all, where that is more than the slider shows; of a scale of factors 0 itself is
    left out."""
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

    @property
    def bounds(self) -> dict[str, float]:
        """Return what is accepted at all, as pydantic's `gt`, `ge` and `le`."""
        low = self.low if self.least is None else self.least
        high = self.high if self.most is None else self.most
        found: dict[str, float] = {}
        if self.zero:
            found["ge"] = 0.0
        elif low is not None and math.isfinite(low):
            found["gt" if low == 0 and self.scale != "linear" else "ge"] = low
        if high is not None and math.isfinite(high):
            found["le"] = high
        return found

    def refusal(self, value: float) -> str:
        """Return why a value is not accepted, in words; empty when it is."""
        least, above, most = (self.bounds.get(name) for name in ("ge", "gt", "le"))
        if least is not None and value < least:
            return f"{self.label} must be at least {_short(least)}"
        if above is not None and value <= above:
            return f"{self.label} must be above {_short(above)}"
        if most is not None and value > most:
            return f"{self.label} must be at most {_short(most)}"
        return ""

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

    `details` are the fields of `Param`. With `zero=True` the lower bound enforced is 0; `least` and `most`
    are enforced in the place of `low` and `high`.
    """
    spec = Param(label=label, help=help, **details)
    extra: dict[str, Any] = {"param": spec}
    return Field(default, description=help, json_schema_extra=extra, **spec.bounds)  # type: ignore[call-overload]


def params(model: type[BaseModel] | BaseModel) -> dict[str, Param]:
    """Return the `Param` of every field that declares one, in declaration order."""
    kind = model if isinstance(model, type) else type(model)
    return {name: spec for name, info in kind.model_fields.items() if (spec := _spec(info))}


def _short(value: float) -> str:
    return f"{value:g}".replace("e-0", "e-").replace("e+0", "e")


def _spec(info: FieldInfo) -> Param | None:
    extra = info.json_schema_extra
    spec = extra.get("param") if isinstance(extra, dict) else None
    return spec if isinstance(spec, Param) else None
