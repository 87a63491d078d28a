"""The parts an Excel report is made of: names of sheets, formats of cells, native charts, sheets."""
