"""The packages of the wheel: nnstudio, and the folder resources/ as nnstudio/resources."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["nnstudio", "nnstudio.*"]), "nnstudio.resources"],
    package_dir={"nnstudio.resources": "resources"},
)
