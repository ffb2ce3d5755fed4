"""The drawing of the network and everything done to it by hand."""
