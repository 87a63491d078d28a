"""What is hot: rises against their own history, clusters, chains of repeats, and disputes after repeats, asked of a snapshot."""
