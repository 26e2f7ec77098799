"""What no line of ours does with what comes from outside: SQL glued together, headers, ways on, secrets compared."""

import ast
from functools import cache

from tests.codebase.test_house_rules import CODE, matching, name
from tests.codebase.test_security_rules import imported, keywords

# Who glues SQL together, and of what: nothing of it comes from a request.
GLUES_SQL = {
    "quiz/db/connection.py": "settings of SQLite, written there",
    "quiz/db/postgresql_copies.py": "names of schemas of ours, quoted",
    "quiz/db/partitions.py": "names and bounds of partitions, from numbers and the catalogue",
    "quiz/db/plain_postgresql.py": "names of tables and columns of ours, quoted",
    "quiz/db/plain_sqlite.py": "names of tables and columns of ours, quoted",
    "quiz/db/preparing.py": "names of tables of ours, bounds that are numbers",
    "quiz/db/queries/progress.py": "the bucket of an assignment, as the counts have it",
    "quiz/db/queries/tallies.py": "pieces of ours, values are bound",
    "quiz/db/redacting.py": "names of tables of ours",
    "quiz/db/transfer.py": "names of tables and triggers of ours, from the catalogue",
}
ASKS_DATABASE = {"execute", "exec_driver_sql", "scalars", "scalar", "literal_column", "DDL"}
# Who speaks over a network, and to whom.
SPEAKS = {
    "quiz/interop/oidc/fetching.py": "providers of identities: addresses are looked at first, answers have an end",
    "quiz/jobs/outbox.py": "how the mail server refuses",
    "quiz/presentation/serving.py": "whoever asks: the connections that the web server was opened",
    "quiz/services/tools.py": "the mail server",
}
NETWORK = {"requests", "httpx", "aiohttp", "urllib3", "urllib.request", "http.client", "socket", "smtplib", "ftplib"}
# What is compared in the open though it is called like a secret.
COMPARED = {
    "quiz/services/accounts.py": "a hash with what it was when the password was checked",
    "quiz/services/entry_signing.py": "a token with the one way to write it",
}
SECRETS = ("token", "secret", "signature", "password", "nonce", "passcode", "digest_of", "csrf", "mac")


@cache
def tree(source: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(source)))


def is_glued(node: ast.AST) -> bool:
    """Tell whether a text is made of parts: an f-string with values, `%`, `+` or `format`."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(one, ast.FormattedValue) for one in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        return any(isinstance(one, ast.Constant | ast.JoinedStr) for one in (node.left, node.right))
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"


def called(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return getattr(node.func, "attr", "") or getattr(node.func, "id", "")
    return ""


def is_asking(node: ast.AST) -> bool:
    """Tell whether something is called that takes SQL; `text` of a form is another."""
    is_text = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text"
    return called(node) in ASKS_DATABASE or is_text


def of_request(node: ast.AST) -> bool:
    """Tell whether an expression holds something of the request that is not led through a check of ours."""
    if called(node) in {"local_address", "url_for"}:
        return False
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "request":
        return node.attr not in {"method", "endpoint", "max_content_length"}
    return any(of_request(one) for one in ast.iter_child_nodes(node))


def glued_sql(source: str) -> bool:
    return any(is_asking(node) and any(map(is_glued, node.args)) for node in tree(source))  # type: ignore[attr-defined]


def is_opening(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"


def leading(source: str) -> list[int]:
    """Return the lines in which something of the request becomes a way on, a header or a file."""
    found = []
    for node in tree(source):
        if called(node) in {"redirect", "send_file", "send_from_directory"} or is_opening(node):
            found += [node.lineno for one in node.args[:1] if of_request(one)]  # type: ignore[attr-defined]
        if isinstance(node, ast.Assign) and "headers[" in ast.unparse(node.targets[0]) and of_request(node.value):
            found.append(node.lineno)
    return found


def compared(source: str) -> list[int]:
    """Return the lines in which something that is called a secret is compared by `==` outside of a statement of SQL."""
    found = []
    for node in tree(source):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            for side in (node.left, *node.comparators):
                last = side.attr if isinstance(side, ast.Attribute) else called(side) or getattr(side, "id", "")
                if any(word in last.lower() for word in SECRETS) and not last.isupper():
                    found.append(node.lineno)
                    break
    return found


def test_the_rules_find_what_they_are_for() -> None:
    for bad in ('session.execute(f"SELECT {x}")', 'text("SELECT %s" % x)', 'text("SELECT " + x)'):
        assert glued_sql(bad), bad
    assert not glued_sql('text("SELECT 1").bindparams(x=x)')
    for bad in (
        'redirect(request.args["next"])',
        'response.headers["X"] = request.args.get("y")',
        "open(request.path)",
    ):
        assert leading(bad) == [1], bad
    assert leading('redirect(local_address(request.args.get("next")))') == []
    for bad in ("row.token == sent", "if secret != held: pass", "row.token_digest == token_digest(token)"):
        assert compared(bad) == [1], bad
    assert compared("len(token) == 64") == []


def test_no_sql_is_glued_together() -> None:
    code = [path for path in CODE if "migrations" not in path.parts]
    glued = {name(path) for path in code if glued_sql(path.read_text())}
    assert glued <= set(GLUES_SQL)


def test_nothing_of_a_request_is_a_way_on_a_header_or_a_file() -> None:
    assert {name(path): lines for path in CODE if (lines := leading(path.read_text()))} == {}


def test_nobody_asks_a_request_by_which_name_it_came() -> None:
    assert matching(CODE, r"request\.(?:host|host_url|url|base_url|url_root|root_url)\b|_external\s*=") == []


def test_secrets_are_compared_in_constant_time() -> None:
    # A statement of SQL looks a digest up; whoever guesses learns nothing of the digest by its time.
    code = [path for path in CODE if "queries" not in path.parts and path.name != "prose.py"]
    assert {name(path) for path in code if compared(path.read_text())} == set(COMPARED)


def test_only_these_speak_over_a_network() -> None:
    speaking = {name(path) for path in CODE if any(NETWORK & {one, one.partition(".")[0]} for one in imported(path))}
    assert speaking == set(SPEAKS)


def test_no_protection_is_switched_off() -> None:
    off = {("verify", False), ("check_hostname", False), ("autoescape", False), ("debug", True)}
    assert [name(path) for path in CODE if off & set(keywords(path))] == []
    assert matching(CODE, r"\bmktemp\b|_create_unverified_context|CERT_NONE|xml\.(?:sax(?!\.saxutils)|dom)\b") == []
