"""What to try next: spaces of settings and the strategies that search them."""
