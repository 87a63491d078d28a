"""The commands of `python -m etl`, by topic; `etl/__main__.py` lists them."""
