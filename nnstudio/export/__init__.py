"""What leaves the studio: scripts, models in other formats, reports."""
