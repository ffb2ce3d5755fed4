"""What a project IS: values without torch, Qt or pandas."""
