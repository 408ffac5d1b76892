"""Make files of what was counted; nothing here is kept.

``sheets`` is a table as a file has it, ``workbook`` an XLSX of several, ``text`` CSV line by line.
Others import from here.
"""

from hotline.reports.service.sheets import Cell, Head, Kind, Sheet
from hotline.reports.service.text import csv_lines
from hotline.reports.service.workbook import write_workbook

__all__ = ["Cell", "Head", "Kind", "Sheet", "csv_lines", "write_workbook"]
