"""The queue of record for e-mail: a row in the transaction of its cause, delivered by whichever worker claims it."""

from programs.mail.delivery import ServerAway, compose, deliver
from programs.mail.moot import hand_in, overtaken, useful_among
from programs.mail.outbox import AGAIN, SEALED, Message, again, check_address, enqueue, enqueue_new, enqueue_text, one_line
from programs.mail.waking import one_wake, wake

__all__ = [
    "AGAIN",
    "SEALED",
    "Message",
    "ServerAway",
    "again",
    "check_address",
    "compose",
    "deliver",
    "enqueue",
    "enqueue_new",
    "enqueue_text",
    "hand_in",
    "one_line",
    "one_wake",
    "overtaken",
    "useful_among",
    "wake",
]
