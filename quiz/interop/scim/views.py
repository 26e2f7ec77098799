"""The blueprint of SCIM with all its views."""

from quiz.interop.scim import about, groups, users
from quiz.interop.scim.answering import blueprint

__all__ = ["about", "blueprint", "groups", "users"]
