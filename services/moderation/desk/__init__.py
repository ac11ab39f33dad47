"""The moderators' desk: pages on which people see what waits, why, and decide."""
