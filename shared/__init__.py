"""What is on the wire, and how a stage runs."""
