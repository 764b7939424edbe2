"""F30: a Redis that is away costs neither pages nor rate limits; the cache goes on in the memory of the process."""

import pytest
from django.core.cache import caches

from lhs_k12 import cache
from lhs_k12.cache import PatientRedisCache
from tests.journeys.portal import free_port


@pytest.fixture
def away(settings, monkeypatch):
    """The cache of a deployment whose Redis nobody listens for."""
    options = {"socket_connect_timeout": 1, "socket_timeout": 1}
    settings.CACHES = {
        "default": {
            "BACKEND": "lhs_k12.cache.PatientRedisCache",
            "LOCATION": f"redis://127.0.0.1:{free_port()}/0",
            "OPTIONS": options,
        },
        "meanwhile": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "meanwhile"},
    }
    monkeypatch.setattr(PatientRedisCache, "away_until", 0.0)
    yield caches["default"]
    caches["meanwhile"].clear()


def test_every_question_is_answered_from_memory(away):
    assert away.get("misses", 0) == 0
    assert away.add("misses", 1, 300)
    assert not away.add("misses", 1, 300)
    assert away.incr("misses") == 2
    assert away.decr("misses") == 1
    away.set_many({"a": 1, "b": 2})
    assert away.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert ("a" in away, away.has_key("c")) == (True, False)
    assert away.touch("a", 300)
    assert away.delete("a")
    away.delete_many(["b"])
    assert away.get_or_set("b", 3) == 3
    away.clear()
    assert away.get("misses") is None
    with pytest.raises(ValueError, match="not found"):
        away.incr("misses")


def test_redis_is_asked_once_and_again_after_a_pause(away, monkeypatch):
    asked = []
    reach = cache.RedisCache.get

    def get(self, *words, **named):
        asked.append(words[0])
        return reach(self, *words, **named)

    monkeypatch.setattr(cache.RedisCache, "get", get)
    assert [away.get(key) for key in "abc"] == [None, None, None]
    assert asked == ["a"]
    assert away.is_away
    monkeypatch.setattr(PatientRedisCache, "away_until", 0.0)
    assert not away.is_away
    away.get("d")
    assert asked == ["a", "d"]


@pytest.mark.django_db
def test_the_health_page_says_which_part_is_away(away, client):
    answer = client.get("/healthz/")
    assert (answer.status_code, answer.content) == (503, b"not healthy\n")
