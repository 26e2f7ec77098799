"""The pages of the account: one blueprint, a file for each thing that is done there."""

from quiz.web.account import account, entries, factors, own_data, proving, views
from quiz.web.account.views import blueprint

__all__ = ["blueprint"]

# Each of these opens its pages when it is imported.
PAGES = (account, entries, factors, own_data, proving, views)
