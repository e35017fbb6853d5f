"""Events as the text of a socket message, written once for all who are told of them."""

from __future__ import annotations

from collections import OrderedDict

from copilot.events import Event, encode

_KEPT = 256
"""Texts of the latest events. A board that is further behind has its own written."""
_texts: OrderedDict[int, tuple[Event, str]] = OrderedDict()


def text_of(event: Event) -> str:
    """The event as JSON. The hub gives every viewer the same object, so a live event is
    known by its identity, which holds for as long as it is kept here."""
    known = _texts.get(id(event))
    if known is not None:
        return known[1]
    text = encode(event)
    _texts[id(event)] = (event, text)
    if len(_texts) > _KEPT:
        _texts.popitem(last=False)
    return text
