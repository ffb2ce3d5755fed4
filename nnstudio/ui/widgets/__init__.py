"""Small widgets that know nothing of projects: sliders, tabs, cards, chips, strips."""
