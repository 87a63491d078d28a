"""A program of its own that unpacks a workbook's cells: what a hostile or damaged workbook ends is this process, not the loader."""

from __future__ import annotations

import os
import pickle
import resource
import sys
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

# Many times what an honest workbook takes; a damaged one may ask for any amount.
LEAST_BYTES, BYTES_PER_BYTE = 1 << 30, 300
LEAST_SECONDS, SECONDS_PER_MB = 60, 10
REFUSED = 3


def main(workbook: str, target: str) -> int:
    """Write a pickled (name, rows of cells, merged ranges) per sheet to `target`; one line about what failed to standard error."""
    size = Path(workbook).stat().st_size
    memory = min(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 3 // 4, LEAST_BYTES + BYTES_PER_BYTE * size)
    seconds = LEAST_SECONDS + SECONDS_PER_MB * (size >> 20)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        with Path(workbook).open("rb") as file, Path(target).open("wb") as made:
            # By its content, not its suffix: an .xlsx may be an .xls that was renamed.
            book = CalamineWorkbook.from_filelike(file)
            for facts in book.sheets_metadata:
                if facts.typ == SheetTypeEnum.WorkSheet:
                    sheet = book.get_sheet_by_name(facts.name)
                    pickle.dump((facts.name, sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or []), made, protocol=5)
    except PasswordError:
        sys.stderr.write("it is protected by a password")
        return REFUSED
    except (CalamineError, OSError, ValueError) as error:
        sys.stderr.write(" ".join(str(error).split())[:300])
        return REFUSED
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
