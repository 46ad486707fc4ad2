"""Receives Cathcr's webhooks: verified, and each delivery once. One file, the standard library alone, Python 3.9+.

    from cathcr_webhooks import DuplicateWindow, VerificationError, verify

    try:
        delivery = verify(body, headers, SECRET)      # body: the raw bytes
    except VerificationError as error:
        return str(error), 400 if error.code == "malformed-body" else 401
    print(delivery.id, delivery.event["event"], delivery.event["data"])
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Mapping, NamedTuple, Optional, Sequence, TypedDict, Union

__all__ = ["Delivery", "DuplicateWindow", "Event", "VerificationError", "verify"]

TOLERANCE_SECONDS = 300

# After so long a claim has run out: work that never ends would keep its delivery from every retry.
CLAIM_SECONDS = 300

# Base64 of RFC 4648, section 4; its padding may be left out.
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,12}")


class Event(TypedDict):
    """An event as a webhook is sent it. GET /event-types has the schema of each event's data."""

    event: str
    timestamp: str
    data: dict[str, Any]
    webhook_id: str


@dataclass(frozen=True)
class Delivery:
    """A delivery that Cathcr sent. Its id, a UUID, is the same on every retry and replay."""

    id: str
    event: Event


class VerificationError(Exception):
    """A request that is not to be trusted. Its message holds nothing secret; `code` is one of

    missing-header, malformed-header: a header that the scheme needs is not there, or not of its form
    outside-tolerance: it was sent too long ago, or in the future
    wrong-signature: it was not signed with this secret, or was changed since
    malformed-body: it was signed, but is not an event
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secret: Union[str, Sequence[str]],
    *,
    scheme: str = "standard",
    tolerance_seconds: float = TOLERANCE_SECONDS,
    now: Optional[float] = None,
) -> Delivery:
    """The delivery that a request brings.

    body: the raw bytes, before anything has parsed them.
    headers: the request's headers, in any case.
    secret: the secret of the webhook; several while it is being changed, of which one must be right.
    scheme: which signature is looked at; Cathcr sends both. "standard" signs the delivery's id and the time of
        sending as well, so that nobody can send an old request again. "cathcr" is X-Cathcr-Signature-256: the body
        alone.
    tolerance_seconds: how far the time of sending may be from now, with the scheme "standard".
    now: seconds since 1970.

    Raises VerificationError where the request is not to be trusted, and TypeError or ValueError where a secret, an
    option or the body is not what it must be.
    """
    if not isinstance(body, (bytes, bytearray, memoryview)):
        raise TypeError("body is not bytes: take the raw body, before anything has parsed it")
    secrets = [secret] if isinstance(secret, str) else list(secret or [])
    if not secrets or not all(isinstance(one, str) and one for one in secrets):
        raise TypeError("secret is missing: give the secret of the webhook")
    if scheme not in _SCHEMES:
        raise ValueError("scheme is standard or cathcr")
    if not tolerance_seconds > 0:
        raise ValueError("tolerance_seconds is a number above zero")

    read_claims, sign = _SCHEMES[scheme]
    claims = read_claims({name.lower(): value for name, value in headers.items()})
    signed = claims.prefix.encode("utf-8", "surrogateescape") + bytes(body)
    # All are compared, whichever is right, and each in a time that does not tell where two texts differ.
    matches = [
        hmac.compare_digest(given.encode("utf-8", "surrogateescape"), sign(one, signed).encode())
        for one in secrets
        for given in claims.signatures
    ]
    if not any(matches):
        raise VerificationError("wrong-signature", "the signature was not made of these bytes with this secret")
    if claims.sent_at is not None:
        _check_time(claims.sent_at - (time.time() if now is None else now), tolerance_seconds)
    return Delivery(claims.id, _read_event(bytes(body)))


class _Claims(NamedTuple):
    """What a request claims: the delivery it is of, what was signed before the body, and its signatures."""

    id: str
    prefix: str
    signatures: Sequence[str]
    sent_at: Optional[int]


def _need(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name)
    if not value:
        raise VerificationError("missing-header", f"there is no {name}")
    return value


def _read_standard(headers: Mapping[str, str]) -> _Claims:
    """Standard Webhooks (https://www.standardwebhooks.com): id and time of sending are signed with the body."""
    delivery_id = _need(headers, "webhook-id")
    timestamp = _need(headers, "webhook-timestamp")
    signatures = _need(headers, "webhook-signature").split(" ")
    # A dot in an id could move the border between what is signed as the id and what is signed as the time.
    if "." in delivery_id:
        raise VerificationError("malformed-header", "webhook-id has a dot in it")
    if not _SECONDS.fullmatch(timestamp):
        raise VerificationError("malformed-header", "webhook-timestamp is not a number of seconds")
    return _Claims(delivery_id, f"{delivery_id}.{timestamp}.", signatures, int(timestamp))


def _read_cathcr(headers: Mapping[str, str]) -> _Claims:
    """Cathcr's own headers: the second has the signature of the new secret while a secret is being changed."""
    signature = _need(headers, "x-cathcr-signature-256")
    following = headers.get("x-cathcr-signature-256-next")
    delivery_id = _need(headers, "x-cathcr-delivery")
    return _Claims(delivery_id, "", [signature, following] if following else [signature], None)


def _standard_key(secret: str) -> bytes:
    """What a whsec_ secret encodes; any other secret, and a whsec_ that is no base64, is its own key."""
    encoded = secret[len("whsec_") :]
    if not secret.startswith("whsec_") or not _BASE64.fullmatch(encoded):
        return secret.encode()
    return base64.b64decode(encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4))


def _sign_standard(secret: str, signed: bytes) -> str:
    digest = hmac.new(_standard_key(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _sign_cathcr(secret: str, signed: bytes) -> str:
    return f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


_SCHEMES = {"standard": (_read_standard, _sign_standard), "cathcr": (_read_cathcr, _sign_cathcr)}


def _check_time(ahead_seconds: float, tolerance_seconds: float) -> None:
    if abs(ahead_seconds) <= tolerance_seconds:
        return
    seconds = round(abs(ahead_seconds))
    told = f"was sent {seconds} s ago" if ahead_seconds < 0 else f"is dated {seconds} s ahead"
    raise VerificationError(
        "outside-tolerance", f"the request {told}: at most {tolerance_seconds:g} s are tolerated"
    )


def _read_event(body: bytes) -> Event:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    texts = ("event", "timestamp", "webhook_id")
    if (
        not isinstance(event, dict)
        or not all(isinstance(event.get(name), str) for name in texts)
        or not isinstance(event.get("data"), dict)
    ):
        raise VerificationError("malformed-body", "the body is not an event")
    return event  # type: ignore[return-value]


class DuplicateWindow:
    """The deliveries that this process took, the newest of them: it remembers so many ids, and forgets the oldest.
    A claim runs out after five minutes.

    A receiver of several processes keeps them in a database instead, with the same three verbs: it claims in one
    step, such as a conditional write, lets a claim run out after some minutes, as a process may die at work, and
    releases it only under the token that claimed.

        token = secrets.token_hex()                # names this claim, and no other
        claim = window.claim(delivery.id, token)
        if claim == "taken":
            return "taken before", 200
        if claim == "busy":
            return "an earlier attempt is still being worked on", 503
        try:
            work(delivery.event)
        except BaseException:                      # an exit of the worker, too
            window.release(delivery.id, token)     # a retry, or a replay, may claim it again
            raise
        window.complete(delivery.id)
    """

    def __init__(self, max_taken: int = 10_000) -> None:
        self._max_taken = max_taken
        self._busy: dict[str, tuple[str, float]] = {}  # who claimed each, and until when by a clock that nobody sets
        self._taken: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def claim(self, delivery_id: str, token: str) -> str:
        """Takes a delivery on: "claimed" where it is yours now, "busy" where it is worked on, "taken" where it is done.

        token: names this claim, and no other.
        """
        with self._lock:
            if delivery_id in self._taken:
                return "taken"
            now = time.monotonic()
            if delivery_id in self._busy and now < self._busy[delivery_id][1]:
                return "busy"
            self._busy[delivery_id] = (token, now + CLAIM_SECONDS)
            return "claimed"

    def complete(self, delivery_id: str) -> None:
        """The work is done: from now on the delivery is taken."""
        with self._lock:
            self._busy.pop(delivery_id, None)
            self._taken[delivery_id] = None
            while len(self._taken) > self._max_taken:
                self._taken.popitem(last=False)

    def release(self, delivery_id: str, token: str) -> None:
        """The work of this claim failed: the delivery may be claimed again, unless the claim ran out and another has
        done so."""
        with self._lock:
            if delivery_id in self._busy and self._busy[delivery_id][0] == token:
                del self._busy[delivery_id]
