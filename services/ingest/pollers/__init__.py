"""Newsrooms that cannot push are asked: feeds and WordPress, by one replica of ingest at a time."""
