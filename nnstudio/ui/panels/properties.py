"""The selected layer: what it is, its settings, what it costs, what is wrong with it."""

from __future__ import annotations

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from nnstudio.core.network import Node
from nnstudio.core.project import EditProblem, Project
from nnstudio.core.registry import problem_in_words
from nnstudio.core.trace import Row
from nnstudio.ui.theme import scaled, set_role
from nnstudio.ui.widgets.form import Form
from nnstudio.ui.widgets.section import Section


class PropertiesPanel(QWidget):
    """Edits one node of the network; shows a line of facts when several are selected."""

    edited = Signal(object, str, str)
    """(Project, text for undo, merge key)"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._id = ""
        self._shown: Node | None = None
        self._forms: list[Form] = []
        self._learning: Form | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(scaled(8))
        self._content: QWidget | None = None
        self._name: QLineEdit | None = None
        self._sizes: QLineEdit | None = None

    def show_layer(self, project: Project, id: str) -> None:
        """Show a node's settings; rebuilt only when it is another kind of layer."""
        node = project.network[id]
        same = self._shown is not None and self._id == id and type(self._shown.layer) is type(node.layer)
        self._project, self._id, self._shown = project, id, node
        if not same:
            self._build(node)
        else:
            self._show_values(node)
            if self._name is not None and not self._name.hasFocus():
                self._name.setText(node.name)
        trace = project.trace()
        self._show_facts(trace[id] if trace else None)

    def _show_values(self, node: Node) -> None:
        for form in self._forms:
            form.set_model(node.layer)
        if self._learning is not None:
            self._learning.set_model(node)
        if self._sizes is not None and not self._sizes.hasFocus():
            self._sizes.setText(_sizes_text(node))

    def _put_away(self) -> None:
        """Take the settings of another layer away; what is half typed in them is dropped."""
        for box in (self._name, self._sizes):
            if box is not None:
                box.blockSignals(True)
        for form in (*self._forms, self._learning):
            if form is not None:
                form.put_away()
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
        self._forms, self._sizes = [], None

    def _build(self, node: Node) -> None:
        self._put_away()
        self._content = QWidget(self)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled(8))
        self._name = QLineEdit(node.name)
        self._name.setPlaceholderText(node.layer.title)
        self._name.setAccessibleName("Name of the layer")
        self._name.setToolTip("A name of your own for this layer")
        self._name.editingFinished.connect(self._rename)
        column.addWidget(self._name)
        about = QLabel(node.layer.about().split("\n\n")[0].replace("\n", " "), wordWrap=True)
        set_role(about, "muted")
        column.addWidget(about)
        self._error = QLabel(wordWrap=True)
        set_role(self._error, "problem")
        column.addWidget(self._error)
        self._remedy = QPushButton(self._content)
        self._remedy.setToolTip("Insert the layer that mends this")
        self._remedy.clicked.connect(self._put_before)
        column.addWidget(self._remedy)
        self._add_form(node, column, advanced=False)
        if any(spec.advanced for spec in node.layer.params().values()):
            more = Section("Weights and details", is_open=False)
            self._add_form(node, more.body, advanced=True)
            column.addWidget(more)
        self._of_training = Section("Training of this layer", is_open=False)
        self._learning = Form(node)
        self._learning.edited.connect(self._set)
        self._of_training.body.addWidget(self._learning)
        column.addWidget(self._of_training)
        if "sizes" in type(node.layer).model_fields:
            self._sizes = self._sizes_editor(node)
            column.addWidget(self._sizes)
        self._facts = QLabel(wordWrap=True)
        set_role(self._facts, "mono")
        column.addWidget(self._facts)
        column.addStretch(1)
        self._column.addWidget(self._content)

    def _add_form(self, node: Node, column: QVBoxLayout, advanced: bool) -> None:
        form = Form(node.layer, advanced=advanced)
        form.edited.connect(self._set)
        self._forms.append(form)
        column.addWidget(form)

    def _sizes_editor(self, node: Node) -> QLineEdit:
        box = QLineEdit(_sizes_text(node))
        box.setAccessibleName("Sizes")
        box.setToolTip("Channels, height, width of an image; steps, features of a sequence")
        box.editingFinished.connect(lambda: self._set_sizes(box))
        return box

    def _set_sizes(self, box: QLineEdit) -> None:
        words = box.text().replace("×", ",").replace("x", ",").split(",")
        if all(word.strip().isdigit() for word in words):
            self._set("sizes", tuple(int(word) for word in words), "")
        else:
            self._error.setText("Sizes are whole numbers with commas between them, for example 1, 8, 8.")
            self._error.show()

    def _show_facts(self, row: Row | None) -> None:
        error = row.error if row else None
        self._error.setText(str(error) if error else "")
        self._error.setVisible(error is not None)
        self._remedy.setVisible(error is not None and error.before is not None)
        if error is not None and error.before:
            self._remedy.setText(f"Put {error.before.title} before it")
            self._remedy.setAccessibleName(self._remedy.text())
        if row is None or row.output is None:
            self._facts.setText("")
            return
        self._of_training.setVisible(row.learnables > 0)
        self._facts.setText(
            f"output {row.output.named()}\n{row.learnables:,} learnables · "
            f"{row.multiply_adds:,} multiply-adds".replace(",", " ")
        )

    def _put_before(self) -> None:
        assert self._project is not None
        trace = self._project.trace()
        error = trace[self._id].error if trace else None
        if error is None or error.before is None:
            return
        network = self._project.network
        layer = error.before
        changed = network.insert(layer, network.index(self._id))
        self.edited.emit(self._project.with_network(changed), f"Insert {layer.title}", "")

    def _set(self, path: str, value: object, drag: str) -> None:
        assert self._project is not None
        whole = f"network.{self._id}.{path}"
        try:
            project = self._project.set(whole, value)
        except (EditProblem, ValidationError) as problem:
            words = problem_in_words(problem) if isinstance(problem, ValidationError) else str(problem)
            self._show_values(self._project.network[self._id])
            self._error.setText(words)
            self._error.show()
            return
        text = f"Set {path.split('.')[-1].replace('_', ' ')} of {project.network[self._id].title}"
        self.edited.emit(project, text, f"{whole}/{drag}" if drag else "")

    def _rename(self) -> None:
        assert self._project is not None
        assert self._name is not None
        if self._name.text().strip() != self._project.network[self._id].name:
            network = self._project.network.rename(self._id, self._name.text())
            project = self._project.model_copy(update={"network": network})
            self.edited.emit(project, "Rename layer", "")


def _sizes_text(node: Node) -> str:
    return ", ".join(str(n) for n in node.layer.sizes)
