"""The pages of the account: one blueprint, a file for each thing that is done there."""

from quiz.web.account import account, factors, proving, views
from quiz.web.account.views import blueprint

__all__ = ["blueprint"]

# Each of these opens its pages when it is imported.
PAGES = (account, factors, proving, views)
