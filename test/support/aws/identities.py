"""Test code: who may sign, as `identities.json` of the working folder says: {<access key id>: {"secret", "arn"}}."""

import json
import pathlib
import re


def identities():
    return json.loads(pathlib.Path("identities.json").read_text())


def principal_of(authorization):
    """ARN of whoever signed a request."""
    key = re.search(r"Credential=([^/]+)/", authorization).group(1)
    return identities()[key]["arn"]
