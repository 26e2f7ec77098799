"""How people sign in, and what changed in it, in words."""

from collections.abc import Callable

from quiz.presentation.i18n import _

WAYS: dict[str, Callable[[], str]] = {
    "password": lambda: _("With the password"),
    "provider": lambda: _("Through another service"),
    "link": lambda: _("With a link from a mail"),
    "entry": lambda: _("By a sign-in link, for the training alone"),
    "code": lambda: _("With the password and a code"),
    "recovery-code": lambda: _("With the password and a recovery code"),
    "passkey": lambda: _("With a passkey"),
}
CHANGES: dict[str, Callable[[], str]] = {
    "authenticator-added": lambda: _("An app that shows codes was set up for the account."),
    "authenticator-removed": lambda: _("The app that shows codes was removed from the account."),
    "passkey-added": lambda: _("A passkey was added to the account."),
    "passkey-removed": lambda: _("A passkey was removed from the account."),
    "recovery-codes-made": lambda: _("New recovery codes were made. Those from before are worth nothing any more."),
    "recovery-code-used": lambda: _("A recovery code was used. It is used up."),
    "codes-guessed": lambda: _(
        "Many wrong codes were entered after the right password. Somebody may know the password: choose another one."
    ),
    "password-changed": lambda: _("The password was changed."),
    "identity-linked": lambda: _(
        "An account of another service was linked: whoever holds it can sign in. If it is not yours, unlink it at once."
    ),
    "identity-removed": lambda: _("An account of another service was unlinked."),
    "entry-handed": lambda: _(
        "Human resources made a link and a code for you, to be handed to you. "
        "If nobody handed you any, tell human resources and the administrators at once."
    ),
    "factors-removed": lambda: _(
        "Everything beside the password was removed from the account by those who look after accounts. "
        "Signing in asks for the password alone until something is set up again."
    ),
}
FAULTS: dict[str, Callable[[], str]] = {
    "wrong-code": lambda: _("This code is not right, or was used already. Wait for the next one."),
    "too-many-codes": lambda: _("Too many wrong codes. Please wait a quarter of an hour."),
}
