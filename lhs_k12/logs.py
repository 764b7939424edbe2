"""The log filter that keeps sealed-link tokens out of every log line."""

import logging
import re

TOKEN = re.compile(r"(/links/)[A-Za-z0-9_-]{20,}")


class HideTokens(logging.Filter):
    """Replace the token of a sealed link by dots, in the message and in its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if "/links/" in text:
            record.msg, record.args = TOKEN.sub(r"\1…", text), ()
        return True
