"""The parts a Word report is made of and read back by: names, styles, tables, contents, pages, marks behind the text, the packed file."""
