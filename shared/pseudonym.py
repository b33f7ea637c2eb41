"""A pseudonym for who can be reached at a telephone number or an e-mail address."""

import hashlib
import hmac
import re


def pseudonym(key: bytes, phone: str | None, email: str | None) -> str | None:
    """The same contact, the same pseudonym, and no way back without the key: hex HMAC-SHA256 of the telephone number in
    international form, else of the e-mail address. None without either. A number of nine digits, or of ten that begin
    with 0, is Romanian."""
    contact = _international(phone or "") or (email or "").strip().casefold()
    return hmac.new(key, contact.encode(), hashlib.sha256).hexdigest() if contact else None


def _international(phone: str) -> str:
    digits = re.sub(r"[^0-9]", "", phone).removeprefix("00")
    return re.sub(r"^(40)?0?(?=[0-9]{9}$)", "40", digits)
