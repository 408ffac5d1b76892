"""Receive files, have them scanned, hand them out, and write down every hand that touched them."""

from hotline.evidence.service.handing import (
    follow,
    hand_out,
    released,
    share,
    unshare,
    withheld,
)
from hotline.evidence.service.links import end_link, open_link
from hotline.evidence.service.receiving import Sent, receive, room_for, take_in
from hotline.evidence.service.scanning import (
    SCAN_LEASE,
    claim_scan,
    scan_again,
    scan_failed,
    scanned,
)

__all__ = [
    "SCAN_LEASE",
    "Sent",
    "claim_scan",
    "end_link",
    "follow",
    "hand_out",
    "open_link",
    "receive",
    "released",
    "room_for",
    "scan_again",
    "scan_failed",
    "scanned",
    "share",
    "take_in",
    "unshare",
    "withheld",
]
