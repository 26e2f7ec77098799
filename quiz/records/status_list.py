"""Lists in which a verifier reads whether a credential was revoked, without telling whose it looked for.

Bitstring Status List 1.0 (W3C): a bit for each credential, the first one the most significant of the first byte, as
GZIP in base64url. A list always has its full length, so that its size does not tell how many credentials there are.
"""

import gzip
import zlib
from collections.abc import Collection
from datetime import datetime

from quiz.records.credential import Document, Issuer, moment, status_address
from quiz.records.encoding import base64url, from_base64url
from quiz.records.linked_data import CREDENTIALS

# As many as the specification asks for, so that nobody is told by the list that was fetched (16 KiB).
LENGTH = 131_072


def encoded(revoked: Collection[int]) -> str:
    """Return the list in which these places are revoked; the same text for the same places."""
    bits = bytearray(LENGTH // 8)
    for index in revoked:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + base64url(gzip.compress(bytes(bits), mtime=0))


def is_revoked(encoded_list: str, index: int) -> bool:
    """Tell what a list says of a place; raise ValueError for what is no list of ours or far too long."""
    if not 0 <= index < LENGTH:
        raise ValueError("no place of a list")
    return bool(_bits(encoded_list)[index // 8] & 0x80 >> index % 8)


def revoked_places(encoded_list: str) -> set[int]:
    """Return every place of which a list says that it is revoked; raise ValueError as `is_revoked` does."""
    bits = enumerate(_bits(encoded_list))
    return {8 * number + place for number, byte in bits if byte for place in range(8) if byte & 0x80 >> place}


def _bits(encoded_list: str) -> bytes:
    if not encoded_list.startswith("u"):
        raise ValueError("no list in base64url")
    unfolding = zlib.decompressobj(wbits=31)
    try:
        bits = unfolding.decompress(from_base64url(encoded_list[1:]), LENGTH // 8 + 1)
    except zlib.error as fault:
        raise ValueError("no list") from fault
    if len(bits) != LENGTH // 8:
        raise ValueError("a list of another length")
    return bits


def unsigned_list(number: int, revoked: Collection[int], issuer: Issuer, since: datetime) -> Document:
    """Return the credential that holds a list, without a proof."""
    address = status_address(number, issuer)
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.id,
        "validFrom": moment(since),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded(revoked),
        },
    }
