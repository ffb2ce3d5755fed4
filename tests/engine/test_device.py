"""The device is chosen with a reason, and what is missing never stops a run."""

from __future__ import annotations

import pytest
import torch

from nnstudio.engine import device
from nnstudio.engine.device import CUDA_COMMAND, GPU_PAYS_FROM, DeviceChoice, choose, devices


def with_devices(monkeypatch: pytest.MonkeyPatch, *usable: str) -> None:
    """Pretend that exactly these GPUs can be used."""
    table = [
        DeviceChoice("cpu", "CPU", True, "always there"),
        DeviceChoice("cuda", "Some GPU", "cuda" in usable, "no NVIDIA driver"),
        DeviceChoice("mps", "Apple GPU", "mps" in usable, "only in Macs"),
    ]
    monkeypatch.setattr(device, "devices", lambda: table)


def test_every_kind_is_listed_with_a_reason() -> None:
    found = devices()
    assert [choice.id for choice in found] == ["cpu", "cuda", "mps"]
    assert found[0].usable
    assert all(choice.reason and choice.name for choice in found)


def test_a_build_for_the_cpu_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    assert devices()[1].reason.endswith(CUDA_COMMAND)
    assert "torch==2.13.0 " in CUDA_COMMAND


def test_a_missing_driver_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert "no NVIDIA driver" in devices()[1].reason


@pytest.mark.parametrize("wanted", ["cuda", "mps", "abacus"])
def test_a_missing_device_falls_back_to_the_cpu(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    with_devices(monkeypatch)
    chosen, reason = choose(wanted)
    assert chosen.type == "cpu"
    assert reason.startswith(f"CPU instead of {wanted}: ")


@pytest.mark.parametrize(
    ("usable", "wanted", "work", "expected"),
    [
        ("", "auto", GPU_PAYS_FROM, "cpu"),
        ("cuda", "auto", GPU_PAYS_FROM - 1, "cpu"),
        ("cuda", "auto", GPU_PAYS_FROM, "cuda"),
        ("mps", "auto", GPU_PAYS_FROM, "mps"),
        ("cuda", "cuda", 0, "cuda"),
        ("cuda", "cpu", GPU_PAYS_FROM, "cpu"),
    ],
)
def test_auto_takes_a_gpu_when_it_pays(
    monkeypatch: pytest.MonkeyPatch, usable: str, wanted: str, work: int, expected: str
) -> None:
    with_devices(monkeypatch, usable)
    chosen, reason = choose(wanted, work)
    assert chosen.type == expected
    assert reason
