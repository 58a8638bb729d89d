"""What failures of an object store mean to a person."""

import re

_MISSING = ("nosuchbucket", "bucket does not exist", "containernotfound")
_NO_KEYS = (
    "failed to get aws credentials",
    "credentialsnotloaded",
    "no storage account configured",
    "error performing token request",
)
_REFUSED = (
    "accessdenied",
    "invalidaccesskeyid",
    "signaturedoesnotmatch",
    "authenticationfailed",
    "401 unauthorized",
    "403 forbidden",
)
_PLAIN = ("http error: builder error",)
_UNREACHED = ("error sending request", "failed to resolve region", "dns error", "timed out")
_KEYS = (
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE (s3://), "
    "GOOGLE_APPLICATION_CREDENTIALS (gs://), or AZURE_STORAGE_ACCOUNT_NAME and "
    "AZURE_STORAGE_ACCOUNT_KEY (az://), then try again"
)
_BUCKET = re.compile(r"<BucketName>([^<]{1,80})</BucketName>")


def store_trouble(text: str) -> str | None:
    """One sentence with the remedy for an error that Lance reports of a store, else None."""
    lower = text.lower()
    if not ("lanceerror" in lower or "/rust/lance" in lower):
        return None
    if any(words in lower for words in _MISSING):
        found = _BUCKET.search(text)
        bucket = f"The bucket {found[1]!r}" if found else "The bucket"
        return f"{bucket} does not exist: make it, or correct the address in ARTSIM_TABLES."
    if any(words in lower for words in _NO_KEYS):
        return f"There are no credentials for the object store: {_KEYS}."
    if any(words in lower for words in _REFUSED):
        return f"The object store refuses these credentials: {_KEYS}."
    if any(words in lower for words in _PLAIN):
        return (
            "The object store's address is plain http, which is refused: use https, or set "
            "AWS_ALLOW_HTTP=true where the network is trusted."
        )
    if any(words in lower for words in _UNREACHED):
        return (
            "The object store cannot be reached: check the network and AWS_ENDPOINT (or "
            "AWS_REGION), then run it again; what was finished is kept."
        )
    return None
