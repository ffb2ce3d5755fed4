"""How fast networks train here, beside the loops and libraries one would otherwise use."""
