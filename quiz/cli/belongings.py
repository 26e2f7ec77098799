"""What belongs to an installation and does not stand in its database."""

from collections.abc import Iterator
from pathlib import Path

from quiz.settings.operator import Settings


def key_files(found: Settings) -> Iterator[tuple[str, Path]]:
    """Give every file of keys by the name of its setting."""
    if found.credential_key_file:
        yield "CREDENTIAL_KEY_FILE", found.credential_key_file
    if found.signing and found.signing.key_file:
        yield "SIGNING_KEY_FILE", Path(found.signing.key_file)
    if found.signing and found.signing.certificate_file:
        yield "SIGNING_CERTIFICATE_FILE", Path(found.signing.certificate_file)
    if found.audit_key_file:
        yield "AUDIT_KEY_FILE", found.audit_key_file
    for number, path in enumerate(found.audit_old_key_files, 1):
        yield f"AUDIT_OLD_KEY_FILES.{number}", path


def outside(found: Settings) -> Iterator[str]:
    """Give what belongs to an installation and is neither in its database nor a key."""
    if found.signing and found.signing.pkcs11_module:
        yield "the token that SIGNING_PKCS11_MODULE leads to"
    if found.audit_tip_folder:
        yield f"AUDIT_TIP_FOLDER: {found.audit_tip_folder}, to be kept apart from database and backups"
    for provider in found.saml_providers:
        yield f"SAML_{provider.key.upper()}_METADATA_FILE: {provider.metadata_file}"
    yield "the settings themselves: the environment of quiz serve and quiz work"
