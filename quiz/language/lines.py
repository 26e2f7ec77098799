"""Words that people type, without the signs that nobody sees: some of them a database refuses, others steer lines."""


def clean_line(words: str | None) -> str:
    """Return words in one line, every run of spaces and unseen signs as one space."""
    return " ".join(_seen(words).split())


def clean_lines(words: str | None) -> str:
    """Return words line by line as they were written; at most one empty line stands between two paragraphs."""
    lines: list[str] = []
    for line in _seen((words or "").replace("\r\n", "\n").replace("\r", "\n"), keep="\n").split("\n"):
        cleaned = " ".join(line.split())
        if cleaned or (lines and lines[-1]):
            lines.append(cleaned)
    return "\n".join(lines).strip("\n")


def _seen(words: str | None, keep: str = "") -> str:
    return "".join(sign if sign.isprintable() or sign in keep else " " for sign in words or "")
