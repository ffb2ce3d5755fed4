"""Where examples come from and how they are made ready: read, look, split, prepare, report."""
