"""Charts of a run: plain arrays in, pictures and tables out."""
