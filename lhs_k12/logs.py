"""What no log line may hold: the part of an address that opens something, and a traceback for a refusal that is nobody's fault."""

import logging
import re

# Addresses that open something to whoever holds them: sealed links, password resets, confirmations of an e-mail address.
SECRET = re.compile(r"(/(?:links|password/reset/key|confirm-email)/)[^/?#\s'\"]+")
BROKEN = 500


def without_secrets(text: str) -> str:
    """Return the text with dots in place of what would let its reader act for somebody."""
    return SECRET.sub(r"\1…", text)


class HideTokens(logging.Filter):
    """Take the secret part out of message and traceback; a refused request (403, 404) is one line without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if (hidden := without_secrets(text)) != text:
            record.msg, record.args = hidden, ()
        if getattr(record, "status_code", BROKEN) < BROKEN:
            record.exc_info = None
        if record.exc_info:
            record.exc_text = without_secrets(logging.Formatter().formatException(record.exc_info))
        return True
