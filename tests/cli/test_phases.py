"""The way through a project, in the terminal."""

from tests.cli.calls import Caller


def test_a_new_project_is_told_to_train_a_baseline(nn: Caller) -> None:
    nn.good("new", "p.nnproj", "--example", "iris")
    text = nn.good("phases", "p.nnproj").out
    assert "> 2 Baseline" in text
    assert "[x] Data read and looked through (150 rows" in text
    assert "next: Train a first, simple network" in text


def test_a_trained_project_goes_on_from_its_last_run(nn: Caller) -> None:
    nn.good("new", "p.nnproj", "--example", "iris", "--shape", "funnel", "--depth", "1")
    nn.good("train", "p.nnproj", "--epochs", "60", "--set", "training.optimizer.rate=0.01", "--test")
    found = nn.good("phases", "p.nnproj", "--json").json
    assert found["phase"] > 2
    during = {item["key"]: item["done"] for item in found["checklists"][1]["items"]}
    assert during["watched"]
    assert during["falling"]
    after = {item["key"]: item["done"] for item in found["checklists"][2]["items"]}
    assert (after["test"], after["notes"]) == (True, False)


def test_a_run_that_fails_leads_back_to_its_fix(nn: Caller) -> None:
    nn.good("new", "p.nnproj", "--example", "iris")
    nn("train", "p.nnproj", "--epochs", "10", "--set", "training.optimizer.rate=10")
    found = nn.good("phases", "p.nnproj", "--json").json
    assert found["phase"] == 2
    assert found["next"]["fix"]
    nn.good("apply", "p.nnproj", found["next"]["fix"])
