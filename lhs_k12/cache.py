"""The shared cache of a deployment: Redis, and the memory of this process for as long as Redis does not answer."""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

logger = logging.getLogger(__name__)
MEANWHILE = "meanwhile"
PAUSE_SECONDS = 5.0


class PatientRedisCache(RedisCache):
    """Redis that may be away: pages go on, and rate limits are counted by each process alone until it is back.

    After a fault Redis is left alone for five seconds, so that a page pays for at most one attempt to reach it.
    """

    away_until: ClassVar[float] = 0.0

    @property
    def is_away(self) -> bool:
        """Whether Redis did not answer just now."""
        return time.monotonic() < PatientRedisCache.away_until

    def _ask(self, question: Callable[..., Any], name: str, *words: Any, **named: Any) -> Any:
        if not self.is_away:
            try:
                return question(*words, **named)
            except RedisError as fault:
                PatientRedisCache.away_until = time.monotonic() + PAUSE_SECONDS
                logger.warning("Redis is away, each process keeps its own cache: %s", fault)
        return getattr(caches[MEANWHILE], name)(*words, **named)

    def add(self, *words: Any, **named: Any) -> Any:
        return self._ask(super().add, "add", *words, **named)

    def get(self, *words: Any, **named: Any) -> Any:
        return self._ask(super().get, "get", *words, **named)

    def set(self, *words: Any, **named: Any) -> Any:
        return self._ask(super().set, "set", *words, **named)

    def touch(self, *words: Any, **named: Any) -> Any:
        return self._ask(super().touch, "touch", *words, **named)

    def delete(self, *words: Any, **named: Any) -> Any:
        return self._ask(super().delete, "delete", *words, **named)

    def get_many(self, *words: Any, **named: Any) -> Any:
        return self._ask(super().get_many, "get_many", *words, **named)

    def has_key(self, *words: Any, **named: Any) -> Any:
        return self._ask(super().has_key, "has_key", *words, **named)

    def incr(self, *words: Any, **named: Any) -> Any:
        return self._ask(super().incr, "incr", *words, **named)

    def set_many(self, *words: Any, **named: Any) -> Any:
        return self._ask(super().set_many, "set_many", *words, **named)

    def delete_many(self, *words: Any, **named: Any) -> Any:
        return self._ask(super().delete_many, "delete_many", *words, **named)

    def clear(self) -> Any:
        return self._ask(super().clear, "clear")
