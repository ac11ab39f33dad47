"""Who may be heard: every comment and every story gets a decision record here."""
