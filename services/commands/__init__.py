"""One file per command of ``lightwire``."""
