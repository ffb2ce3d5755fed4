"""The pages of the window, from welcome to runs."""
