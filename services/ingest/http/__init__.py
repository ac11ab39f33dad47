"""The HTTP front of ingest: newsroom systems post, and an event is on its stream when they are told so."""
