"""Makes pictures that may be shown out of those that were sent: new files, in several widths and formats."""
