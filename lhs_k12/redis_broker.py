"""Redis as the broker of a deployment: kombu's transport, whose worker goes on after Redis hung for a while."""

from typing import Any

from kombu.transport import redis, virtual


class QoS(redis.QoS):  # type: ignore[misc]
    """Counts what the worker has in hand.

    When Redis does not answer an acknowledgement in time but its connection lives on, kombu keeps counting that message
    for ever, and a worker that may hold one at a time never takes another. Here its place is free at once; Redis gives
    the message to a worker again after the visibility timeout, which does no harm, because a row is done once.
    """

    def ack(self, delivery_tag: str) -> None:
        try:
            super().ack(delivery_tag)
        except Exception:
            virtual.QoS.ack(self, delivery_tag)
            raise


class Channel(redis.Channel):  # type: ignore[misc]
    """A channel with the count above."""

    QoS = QoS


class Transport(redis.Transport):  # type: ignore[misc]
    """Stands in for kombu's own under its names, so that every address it understands is understood."""

    Channel: Any = Channel
