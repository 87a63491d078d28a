"""What a shift hands over: what changed since it began, counted over hours, beside the same shift a day earlier."""
