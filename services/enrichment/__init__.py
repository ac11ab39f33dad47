"""What a desk would otherwise find out by hand: language, length, a teaser, a place in an address."""
