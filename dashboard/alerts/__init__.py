"""Alerts (预警): rules of the city's data, looked after by the worker, kept in the people's store, told in words where they are read."""
