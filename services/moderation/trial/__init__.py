"""Try a policy on what was decided before it counts for anybody."""
