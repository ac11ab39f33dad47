"""The door: what newsrooms and readers send, made valid, unique, ordered and clean."""
