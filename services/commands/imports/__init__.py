"""Comments out of other systems, with what their moderators decided."""
