"""One's own account: how it looks, how one signs in, where one is signed in, and tokens."""

from hotline.web.account import factors, frame, page, passkeys, password, sessions, tokens

bp = frame.bp

__all__ = ["bp", "factors", "page", "passkeys", "password", "sessions", "tokens"]
