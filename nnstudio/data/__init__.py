"""Where examples come from and how they are made ready: read, look, split, prepare, report.

Importing this package adds the file formats to the table of sources.
"""

from nnstudio.data import array_file, csv_file, image_files, series_file, text_files

__all__ = ["array_file", "csv_file", "image_files", "series_file", "text_files"]
