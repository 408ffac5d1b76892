"""The keys under which names, phones and Japanese text are found, and what a text may hold."""

from hotline.searchkeys.clean import clean_name, clean_text
from hotline.searchkeys.names import company_key, text_key
from hotline.searchkeys.pairs import PREFIX_DIGITS, SUFFIX_DIGITS, grams, holds, phrases
from hotline.searchkeys.phones import PHONE_KEY_LENGTH, is_phone, phone_e164, phone_key

__all__ = [
    "PHONE_KEY_LENGTH", "PREFIX_DIGITS", "SUFFIX_DIGITS", "clean_name", "clean_text",
    "company_key", "grams", "holds", "is_phone", "phone_e164", "phone_key", "phrases", "text_key",
]  # fmt: skip
