"""The providers of identities as readers see them, whatever they speak: names, addresses, and why a way ended."""

from collections.abc import Callable

from flask import Flask, render_template, url_for

from quiz.presentation.i18n import _, reader_locale
from quiz.presentation.signed_in import settings
from quiz.services.errors import NotFound
from quiz.services.provider_faults import AWAY, DECLINED, ENDED, TAKEN, UNKNOWN, UNSURE, WEAK

# Why a way ended, as its page says it: heading and text, in words that tell a stranger nothing of anybody.
STOPPED: dict[str, Callable[[], tuple[str, str]]] = {
    AWAY: lambda: (
        _("The other side does not answer"),
        _("Nothing was changed here. Please try again in some minutes, or sign in in another way."),
    ),
    DECLINED: lambda: (
        _("The sign-in was not completed"),
        _("It was declined or given up on the other side. Nothing was changed here."),
    ),
    ENDED: lambda: (
        _("This sign-in has ended"),
        _("It took too long, was used before, or was begun in another browser. It can be begun again."),
    ),
    TAKEN: lambda: (
        _("This identity was not linked"),
        _("It belongs to another account here. Whoever thinks that this is a mistake can ask HR."),
    ),
    UNKNOWN: lambda: (
        _("We do not know you here yet"),
        _("The other side confirmed who you are, but no account here could be opened with it. Please ask HR to look."),
    ),
    UNSURE: lambda: (
        _("The answer could not be trusted"),
        _("What came back from the other side was not in order, so nothing was opened and nothing was changed."),
    ),
    WEAK: lambda: (
        _("A stronger sign-in is needed"),
        _("The other side has to ask for more than it did, or to ask again. Please begin once more there."),
    ),
}


def install(app: Flask) -> None:
    """Let every template name the providers and lead to them."""
    app.add_template_global(identity_providers)
    app.add_template_global(provider_name)
    app.add_template_global(provider_address)
    app.add_template_global(has_passwords)


def identity_providers() -> list[tuple[str, str]]:
    """Return key and name of every provider, in the reader's language."""
    return [(one.key, provider_name(one.key)) for one in settings().all_providers]


def provider_name(key: str) -> str:
    """Return what readers call a provider; its key where it is asked no longer."""
    provider = settings().provider(key)
    if provider is None:
        return key
    return provider.name_ar if reader_locale().language == "ar" else provider.name_en


def provider_address(key: str, view: str) -> str:
    """Return the address of a view of the adapter that speaks to a provider; each has the same ones."""
    provider = settings().provider(key)
    if provider is None:
        raise NotFound("provider")
    return url_for(f"{provider.protocol}.{view}", provider=key)


def has_passwords() -> bool:
    """Tell whether people may sign in by a password."""
    return settings().password_sign_in


def stopped_page(key: str, why: str) -> str:
    """Return the page that says why a way to a provider ended, with one way on; raise NotFound for no such reason."""
    if why not in STOPPED:
        raise NotFound("page")
    heading, text = STOPPED[why]()
    return render_template("providers/stopped.html", heading=heading, text=text, provider=key)
