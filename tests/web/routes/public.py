"""What is open to the world: verifying, the keys of the issuer, pages about the service, probes and files."""

from tests.web.routes.columns import Rows, everybody

ROWS: Rows = {
    "GET /.well-known/did.json": everybody(200),
    "GET /.well-known/jwks.json": everybody(200),
    "GET /accessibility": everybody(200),
    "GET /api/v1/openapi.json": everybody(200),
    # The version only tells browsers that a file is new.
    "GET /assets/<version>/<path:path>": everybody(200).of_nothing(None),
    "GET /components": everybody(200),
    "GET /disclaimer": everybody(200),
    "GET /favicon.ico": everybody(200),
    "GET /healthz": everybody(200),
    "GET /issuer": everybody(200),
    "GET /issuer/keys": everybody(200),
    # Open to who shows the operator's token, and to nobody else is there such a page.
    "GET /metrics": everybody(404),
    "GET /privacy": everybody(200),
    "GET /readyz": everybody(200),
    "GET /shared/<share>": everybody(200),
    # No credential was made, so there is no list of states.
    "GET /status/<int:number>": everybody(404),
    "GET /verify/": everybody(200),
    "GET /verify/<code>": everybody(200),
    "GET /verify/file": everybody(303),
    "POST /verify/file": everybody(422),
}
