"""Django Channels as its tutorial shows it: a consumer, a group, the Redis pub/sub layer. Needs REDIS_PORT."""

import os
import sys

import django
import uvicorn
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.urls import path

from tests.bench.servers.payload import TEXT

settings.configure(
    SECRET_KEY="for measuring only",
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["channels"],
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [("127.0.0.1", int(os.environ["REDIS_PORT"]))]},
        }
    },
)
django.setup()


class Listener(AsyncWebsocketConsumer):
    """Anybody's message goes to the group."""

    async def connect(self) -> None:
        await self.channel_layer.group_add("room", self.channel_name)
        await self.accept()

    async def disconnect(self, _code: int) -> None:
        await self.channel_layer.group_discard("room", self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        await self.channel_layer.group_send("room", {"type": "tally", "text": TEXT})

    async def tally(self, event: dict[str, str]) -> None:
        """One message of the group."""
        await self.send(text_data=event["text"])


if __name__ == "__main__":
    app = ProtocolTypeRouter({"websocket": URLRouter([path("", Listener.as_asgi())])})
    uvicorn.run(
        app, port=int(sys.argv[1]), ws="websockets-sansio", ws_per_message_deflate=False, ws_ping_interval=None,
        log_config=None, access_log=False, lifespan="off", backlog=4096,
    )  # fmt: skip
