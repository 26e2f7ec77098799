"""What belongs to an account: signing in and out, second factors, other browsers; and providers of identities."""

from tests.web.routes.columns import HALFWAY, OWNER, PEOPLE, TWIN, Rows, everybody, having, own, signed_in

ROWS: Rows = {
    "GET /": signed_in(303),
    "GET /account": signed_in(200),
    "GET /account/authenticator": signed_in(303),
    "POST /account/authenticator": signed_in(303),
    "POST /account/authenticator/begin": signed_in(303),
    "POST /account/authenticator/remove": having(303),
    "GET /account/data": signed_in(200),
    "POST /account/data/copy": signed_in(200),
    "GET /account/factors": signed_in(200),
    "POST /account/identities/<public_id>/remove": own(303),
    "POST /account/passkeys": signed_in(422),
    "POST /account/passkeys/<public_id>/remove": own(303),
    "POST /account/passkeys/begin": signed_in(200),
    "POST /account/password": signed_in(422),
    # Codes go with a second factor: whoever has none is led back.
    "POST /account/recovery-codes": signed_in(303).but(200, OWNER, TWIN),
    "POST /account/recovery-codes/file": signed_in(200),
    "POST /account/sign-ins/<public_id>/end": own(303),
    "POST /account/sign-ins/end": signed_in(303),
    # Opening it shows whose it is; what sending it does: tests/web/account/test_entries.py.
    "GET /enter/<token>": everybody(200),
    "POST /enter/<token>": everybody(303),
    "GET /forgot": everybody(200),
    "POST /forgot": everybody(422),
    "POST /language": everybody(303, language="ar", next="/privacy"),
    "GET /link/<token>": everybody(200),
    "POST /link/<token>": everybody(422),
    # Where the operator named no provider, none is there; with two of them: tests/interop/oidc.
    "POST /oidc/<provider>/back-channel-logout": everybody(404),
    "POST /oidc/<provider>/begin": everybody(404),
    "GET /oidc/<provider>/callback": everybody(404),
    "POST /oidc/<provider>/link": signed_in(404),
    "POST /oidc/<provider>/prove": signed_in(404),
    "GET /oidc/<provider>/sign-out": everybody(404),
    "GET /oidc/<provider>/signed-out": everybody(404),
    "GET /oidc/<provider>/stopped/<why>": everybody(404),
    "GET /prove": signed_in(200),
    "POST /prove": signed_in(422),
    # As with those of OpenID Connect: tests/interop/saml.
    "POST /saml/<provider>/begin": everybody(404),
    "GET /saml/<provider>/come-back": everybody(404),
    "POST /saml/<provider>/link": signed_in(404),
    "GET /saml/<provider>/metadata": everybody(404),
    "POST /saml/<provider>/prove": signed_in(404),
    "POST /saml/<provider>/receive": everybody(404),
    "GET /saml/<provider>/stopped/<why>": everybody(404),
    # Who is signed in already goes on to the first screen.
    "GET /sign-in": everybody(200).but(303, *PEOPLE),
    "POST /sign-in": everybody(422),
    "GET /sign-in/code": everybody(200).but(303, *PEOPLE),
    "POST /sign-in/code": everybody(422).but(303, *PEOPLE),
    "GET /sign-in/link": everybody(200).but(303, *PEOPLE),
    "POST /sign-in/link": everybody(422).but(303, *PEOPLE),
    "POST /sign-in/passkey": everybody(200),
    # Without a right password before it there is no second step.
    "GET /sign-in/second": everybody(303).but(200, HALFWAY),
    "POST /sign-in/second": everybody(303).but(422, HALFWAY),
    "POST /sign-out": everybody(303),
}
