"""Explanations of everything that can be picked, set or read in the studio."""

from nnstudio.catalog.glossary.glossary import Glossary
from nnstudio.catalog.glossary.page import LINK, Page, Setting, plain

__all__ = ["LINK", "Glossary", "Page", "Setting", "plain"]
