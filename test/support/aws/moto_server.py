"""Test code: moto's server with what the tests of EKS need beyond it.

moto plays the APIs of AWS. Of EKS it lacks access entries, add-ons, Pod Identity, updates of a version and the protection
of a cluster; `moto_eks.py` adds these to its backend, after the API reference of EKS. A cluster of moto has no API server:
`control-plane.json` in the working folder, `{"endpoint": …, "authority": …}`, names one, and `token_review.py` lets it ask
who a token is of. Everything lives in memory and listens on 127.0.0.1.

usage: moto_server.py <port>; the identities that exist are in `identities.json` of the working folder.
"""

import signal
import sys

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import run_simple

import moto_eks
import token_review


def application(environ, start_response):
    """The APIs of AWS, but for the one path that the API server asks."""
    if environ.get("PATH_INFO") == "/token-review":
        return token_review.respond(environ, start_response)
    return aws(environ, start_response)


moto_eks.install()
aws = DomainDispatcherApplication(create_backend_app)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
run_simple("127.0.0.1", int(sys.argv[1]), application, threaded=True, request_handler=MotoRequestHandler)
