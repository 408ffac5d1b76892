"""Companies are saved by somebody at the desk, or taken over from a file."""

from hotline.members.service.files import LARGEST, MOST_ROWS, read_file
from hotline.members.service.finding import find_again
from hotline.members.service.importing import FILE, check_rows, import_rows
from hotline.members.service.numbers import number_belongs_to
from hotline.members.service.seeing import set_sees
from hotline.members.service.writing import Stale, details_of, save, subject

__all__ = [
    "FILE", "LARGEST", "MOST_ROWS", "Stale", "check_rows", "details_of", "find_again",
    "import_rows", "number_belongs_to", "read_file", "save", "set_sees", "subject",
]  # fmt: skip
