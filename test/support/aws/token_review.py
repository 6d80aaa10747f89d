"""Test code: tells an API server who a token of EKS is of, as the authenticator of EKS does.

A token is a request to STS, GetCallerIdentity, that is signed and not sent. EKS sends it to STS, which checks the signature;
moto checks none, so this computes it anew, after AWS's description of Signature Version 4.
"""

import base64
import datetime
import hashlib
import hmac
import json
from urllib.parse import parse_qsl, quote, urlsplit

from moto.eks.models import eks_backends

from identities import identities

ACCOUNT = "123456789012"
ALLOWED = {
    "Action", "Version", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders",
    "X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-User-Agent", "x-id", "X-Amz-Content-Sha256",
}  # fmt: skip


class Refused(Exception):
    """Why a token is not accepted."""


def respond(environ, start_response):
    """Answers a TokenReview of authentication.k8s.io/v1."""
    review = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    try:
        status = {"authenticated": True, "user": user_of(review["spec"]["token"])}
    except Refused as refused:
        status = {"authenticated": False, "error": str(refused)}
    answer = {"apiVersion": review["apiVersion"], "kind": "TokenReview", "status": status}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]


def user_of(token):
    prefix = "k8s-aws-v1."
    if not token.startswith(prefix):
        raise Refused("not a token of EKS")
    encoded = token[len(prefix) :]
    url = urlsplit(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode())
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    if set(query) - ALLOWED or query.get("Action") != "GetCallerIdentity":
        raise Refused("not a call of GetCallerIdentity")
    if query["X-Amz-SignedHeaders"] != "host;x-k8s-aws-id":
        raise Refused("the name of the cluster is not signed")
    signed = datetime.datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    age = (datetime.datetime.now(datetime.timezone.utc) - signed).total_seconds()
    if int(query["X-Amz-Expires"]) > 900 or not -60 < age < 900:
        raise Refused("the token is too old")
    key, day, region, service, _ = query["X-Amz-Credential"].split("/")
    identity = identities().get(key)
    if identity is None:
        raise Refused("unknown access key")
    for cluster in eks_backends[ACCOUNT][region].clusters.values():
        if hmac.compare_digest(
            signature(url, query, cluster.name, identity["secret"], [day, region, service]), query["X-Amz-Signature"]
        ):
            return user(cluster, identity["arn"])
    raise Refused("the signature is wrong, or made for another cluster")


def user(cluster, principal):
    entry = cluster.access.get(principal)
    if entry is None:
        raise Refused(f"{principal} has no access entry")
    admin = any(policy.endswith("AmazonEKSClusterAdminPolicy") for policy in entry.policies)
    return {
        "username": entry.username,
        "groups": ["system:authenticated", *entry.kubernetes_groups, *(["system:masters"] if admin else [])],
    }


def signature(url, query, cluster, secret, scope):
    fields = sorted((key, value) for key, value in query.items() if key != "X-Amz-Signature")
    canonical = "\n".join([
        "GET",
        url.path or "/",
        "&".join(f"{quote(key, safe='-_.~')}={quote(value, safe='-_.~')}" for key, value in fields),
        f"host:{url.netloc}",
        f"x-k8s-aws-id:{cluster}",
        "",
        "host;x-k8s-aws-id",
        hashlib.sha256(b"").hexdigest(),
    ])  # fmt: skip
    text = "\n".join([
        "AWS4-HMAC-SHA256",
        query["X-Amz-Date"],
        "/".join([*scope, "aws4_request"]),
        hashlib.sha256(canonical.encode()).hexdigest(),
    ])  # fmt: skip
    key = f"AWS4{secret}".encode()
    for part in [*scope, "aws4_request"]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
