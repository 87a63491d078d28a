"""All there is about one pilot target: what it is, where its parts stand, what was reported of it, and on what it rests."""
