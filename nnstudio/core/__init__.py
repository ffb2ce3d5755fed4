"""What a project is: values without torch, Qt or pandas."""
