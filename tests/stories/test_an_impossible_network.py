"""A network that cannot be: the block says why, Train is not to be had, and one click mends it."""

from __future__ import annotations

from tests.stories.studio import Studio


def test_without_flatten_the_block_says_what_to_do_and_does_it(studio: Studio) -> None:
    studio.open_example("Digits")
    dense = studio.project.network.ids[1]
    studio.click_block(studio.project.network.ids[0])
    studio.key("Del")

    stage = studio.window.design.canvas.stage
    note = stage.notes[dense].text
    assert "Flatten" in note
    assert note in studio.network
    assert "1 problem" in studio.window.design.shape_bar.totals.text()
    train = studio.button("Train")
    assert not train.isEnabled()
    assert note in train.toolTip()
    assert not studio.button("Step").isEnabled()
    studio.key("F5")
    assert studio.state == "idle"

    studio.click_block(dense)
    studio.wait(lambda: note in studio.labels(studio.window.design.properties))
    studio.click("Put Flatten before it")
    assert stage.notes == {}
    assert "valid" in studio.window.design.shape_bar.totals.text()
    assert studio.button("Train").isEnabled()
    studio.key("Ctrl+Z")
    assert "1 problem" in studio.window.design.shape_bar.totals.text()


def test_a_convolution_behind_dense_is_named_where_it_stands(studio: Studio) -> None:
    studio.open_example("Digits")
    ids = studio.project.network.ids
    studio.drag_tile("Conv 2D", studio.connection(ids[1], ids[2]))
    new = studio.project.network.ids[2]
    assert studio.project.network[new].layer.kind == "conv2d"
    notes = studio.window.design.canvas.stage.notes
    assert next(iter(notes)) == new
    assert "image" in notes[new].text
    assert not studio.button("Train").isEnabled()
    studio.key("Del")
    assert notes == {}
    assert studio.button("Train").isEnabled()
