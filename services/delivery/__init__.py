"""The last stage: keeps what readers may see, and writes it out as renditions."""
