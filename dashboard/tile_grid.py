"""Where tiles stand in a schematic grid: each as near as can be to its own place, all displacements together as small as possible."""

from __future__ import annotations

import math

import numpy as np

ROOM = 1.35  # So many cells for each tile, that shapes can be told.
LANDSCAPE = 1.6  # A card is so much wider than high; a grid is half-way between the land's shape and the card's.


def placed(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns and rows (from the top) of points given east and north; the same points always stand alike.

    The least sum of squared displacements, among all ways to give each its own cell.
    """
    count = len(x)
    if count < 2:
        return np.zeros(count, dtype=int), np.zeros(count, dtype=int)
    width, height = (max(float(np.ptp(values)), 1e-9) for values in (x, y))
    shape = min(max(math.sqrt(width / height * LANDSCAPE), 0.4), 4.0)
    columns = max(round(math.sqrt(count * ROOM * shape)), 1)
    rows = max(math.ceil(count * ROOM / columns), 1)
    # Half a cell of margin on each side, so that the outermost tiles stand in the outermost cells.
    east, south = (x - x.min()) / width * (columns - 1), (y.max() - y) / height * (rows - 1)
    cells = np.array([(column, row) for row in range(rows) for column in range(columns)], dtype="float64")
    cost = (east[:, None] - cells[None, :, 0]) ** 2 + (south[:, None] - cells[None, :, 1]) ** 2
    chosen = cells[assigned(cost)].astype(int)
    return chosen[:, 0] - chosen[:, 0].min(), chosen[:, 1] - chosen[:, 1].min()


def assigned(cost: np.ndarray) -> np.ndarray:
    """For each row the column it is given, each column at most once, so that the sum of costs is the least (Kuhn–Munkres)."""
    count, most = cost.shape
    row_price, column_price = np.zeros(count + 1), np.zeros(most + 1)
    held, came_from = np.zeros(most + 1, dtype=int), np.zeros(most + 1, dtype=int)
    for row in range(1, count + 1):
        held[0], here = row, 0
        slack, seen = np.full(most + 1, np.inf), np.zeros(most + 1, dtype=bool)
        while held[here]:
            seen[here] = True
            who = held[here]
            reduced = np.append(np.inf, cost[who - 1] - row_price[who] - column_price[1:])
            better = ~seen & (reduced < slack)
            slack[better], came_from[better] = reduced[better], here
            following = int(np.argmin(np.where(seen, np.inf, slack)))
            step = slack[following]
            row_price[held[seen]] += step
            column_price[seen] -= step
            slack[~seen] -= step
            here = following
        while here:
            before = came_from[here]
            held[here], here = held[before], before
    found = np.zeros(count, dtype=int)
    taken = np.nonzero(held[1:])[0]
    found[held[taken + 1] - 1] = taken
    return found
