"""How long the engine's properties are searched: briefly, unless somebody asks for a soak.

For planted faults the search is brief and always the same, so that a fault is not found by luck.
"""

import os

from hypothesis import HealthCheck, Phase, settings

settings.register_profile("fast", max_examples=60, deadline=None)
settings.register_profile("thorough", max_examples=2_000, deadline=None)
settings.register_profile(
    "planted",
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
PROFILE = "planted" if os.environ.get("PLANTED") else "thorough" if os.environ.get("SOAK") else "fast"
SEARCH = settings.get_profile(PROFILE)
