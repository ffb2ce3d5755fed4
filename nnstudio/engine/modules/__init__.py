"""Modules that torch lacks."""
