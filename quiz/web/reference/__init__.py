"""The reference of codes and laws, for everybody who is signed in."""
