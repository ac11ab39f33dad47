"""All that moderation remembers, made again from what it told."""
