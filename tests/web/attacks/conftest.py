"""The house of the routes is what is attacked: everybody in it, and nobody who asks leaves anything behind."""

from tests.web.routes.conftest import house as house
