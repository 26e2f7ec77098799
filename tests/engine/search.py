"""How long the engine's properties are searched: briefly, unless somebody asks for a soak."""

import os

from hypothesis import settings

settings.register_profile("fast", max_examples=60, deadline=None)
settings.register_profile("thorough", max_examples=2_000, deadline=None)
SEARCH = settings.get_profile("thorough" if os.environ.get("SOAK") else "fast")
