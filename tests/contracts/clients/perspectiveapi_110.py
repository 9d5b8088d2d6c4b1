"""PyPI perspectiveapi 1.1.0, whose address can only be changed in its transport."""

import asyncio
import json
import sys

import httpx
from perspective import Attribute, Perspective

base, key = sys.argv[1:]


class Here(httpx.AsyncHTTPTransport):
    async def handle_async_request(self, request):
        local = httpx.URL(base)
        request.url = request.url.copy_with(scheme="http", host=local.host, port=local.port)
        return await super().handle_async_request(request)


client = Perspective(key)
client._Perspective__client = httpx.AsyncClient(transport=Here())
asked = [Attribute.TOXICITY, Attribute.SEXUALLY_EXPLICIT]
found = asyncio.run(client.score("Quel idiot !", attributes=asked))
json.dump({"toxicity": found.toxicity, "sexually_explicit": found.sexually_explicit}, sys.stdout)
