"""`python -m quiz.cli`: the same as `quiz`."""

from quiz.cli import main

main()
