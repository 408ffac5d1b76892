"""Sign-in with a password and a second factor or a passkey, links out of mails, and sign-out."""

from hotline.web.signin import code, frame, leaving, links, passkeys, password, setup

bp = frame.bp

__all__ = ["bp", "code", "leaving", "links", "passkeys", "password", "setup"]
