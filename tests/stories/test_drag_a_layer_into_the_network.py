"""A layer is dragged from the palette between two others; undo takes it away, redo brings it back."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from tests.stories.studio import LEFT, NONE, Studio


def test_a_dense_layer_dropped_on_a_connection_goes_in_there(studio: Studio) -> None:
    studio.open_example("Moons")
    assert studio.shapes == ["2", "16", "16", "1"]
    stage = studio.window.design.canvas.stage
    opened: list[bool] = []
    between = studio.connection("n1", "n2")
    studio.drag_tile("Dense", between, on_the_way=lambda: opened.append(bool(stage.held)))

    assert opened == [True], "the connection opens while the layer hovers"
    first, new, second, last = studio.project.network.nodes
    assert (first.id, second.id, last.id) == ("n1", "n2", "n3")
    units = getattr(new.layer, "units", None)
    assert studio.shapes == ["2", "16", str(units), "16", "1"]
    assert studio.window.design.canvas.selection == (new.id,)

    studio.key("Ctrl+Z")
    assert studio.shapes == ["2", "16", "16", "1"]
    studio.key("Ctrl+Y")
    assert studio.shapes == ["2", "16", str(units), "16", "1"]
    studio.menu("Edit", "Undo")
    assert studio.project.network.ids == ("n1", "n2", "n3")


def test_a_block_is_carried_to_another_place_and_deleted(studio: Studio) -> None:
    studio.open_example("Digits")
    kinds = [node.layer.kind for node in studio.project.network.nodes]
    assert kinds == ["flatten", "dense", "dropout", "dense", "dropout", "dense"]
    ids: tuple[str, ...] = studio.project.network.ids
    view = studio.window.design.canvas.viewport()
    target = studio.connection(ids[3], ids[4])
    begin = studio.block(ids[2])
    QTest.mousePress(view, LEFT, NONE, begin)
    for step in range(1, 9):
        QTest.mouseMove(view, begin + (target - begin) * step / 8)
    QTest.mouseRelease(view, LEFT, NONE, target)
    assert list(studio.project.network.ids) == [ids[0], ids[1], ids[3], ids[2], ids[4], ids[5]]

    studio.click_block(ids[2])
    studio.key("Del")
    assert list(studio.project.network.ids) == [ids[0], ids[1], ids[3], ids[4], ids[5]]
    assert studio.shapes[-3:] == ["32", "32", "10"]
    studio.key("Ctrl+Z")
    studio.key("Ctrl+Z")
    assert studio.project.network.ids == ids


def test_a_layer_dropped_on_empty_canvas_goes_to_the_end(studio: Studio) -> None:
    studio.open_example("Moons")
    canvas = studio.window.design.canvas.viewport()
    studio.drag_tile("Dropout", QPoint(canvas.width() - 30, canvas.height() - 30))
    assert [node.layer.kind for node in studio.project.network.nodes][-1] == "dropout"
