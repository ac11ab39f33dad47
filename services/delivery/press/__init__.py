"""Compresses the bodies readers fetch, once for everybody, in a process of its own."""
