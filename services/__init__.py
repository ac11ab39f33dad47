"""One folder per service; they meet only on streams."""
