"""Reports that are drafted by themselves: which periods are due, each carried on step by step until its files are delivered."""
