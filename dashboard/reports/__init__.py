"""Documents as offices write them: official papers to be printed, signed and filed."""
