"""Where examples come from and how they are made ready: read, look, split, prepare, report.

Importing this package adds the file formats to the table of sources.
"""

from nnstudio.data import csv_file

__all__ = ["csv_file"]
