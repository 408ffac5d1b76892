"""The events of a ticket's story, their sentences, and who may see them."""

from hotline.timeline.rules.events import COMES_FIRST, MAY_SEE, SEEN_BY, Audience, Event, visible_to
from hotline.timeline.rules.sentences import SENTENCES

__all__ = ["COMES_FIRST", "MAY_SEE", "SEEN_BY", "SENTENCES", "Audience", "Event", "visible_to"]
