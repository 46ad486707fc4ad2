import hashlib
import hmac


def verify_webhook_signature(payload: bytes, signature: str | None, secret: str) -> bool:
    """Whether the value of X-Cathcr-Signature-256 was made of these very bytes with this secret.

    compare_digest takes the same time wherever two signatures differ, and copes with any length. It is given
    bytes, as it refuses texts with characters beyond ASCII.
    """
    digest = hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()
    return hmac.compare_digest((signature or "").encode(), f"sha256={digest}".encode())
