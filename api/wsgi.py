"""The entry point of a WSGI server: `gunicorn 'api.wsgi:application()'`."""

import logging

from flask import Flask

from api import live
from api.app import serve
from moderation.settings import Settings


def application() -> Flask:
    """Build the application of one worker process, from the environment's settings."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = serve(Settings())
    live.end_with_the_process(app.extensions["vigie"].feed)
    return app
