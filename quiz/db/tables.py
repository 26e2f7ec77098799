"""Every table of the product: importing this imports all that are declared."""

import pkgutil
from importlib import import_module

from quiz.db import models
from quiz.db.models.base import Base

for _found in pkgutil.iter_modules(models.__path__, f"{models.__name__}."):
    import_module(_found.name)

METADATA = Base.metadata
