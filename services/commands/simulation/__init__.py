"""A newsroom that is none: what it does, says and signs."""
