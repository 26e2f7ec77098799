"""`python -m bench.faults`: faults that are really done, so many rounds each, and a table of what came of them."""

import argparse
import sys
from collections import Counter

from bench.clusters import NoPrograms
from bench.faults.hurting import FAULTS
from bench.faults.installation import ENGINES
from bench.faults.places import NotHere
from bench.faults.rounds import HEAD, tell


def main() -> int:
    """Do the rounds that were asked for; return 1 where anything was lost, doubled or stuck."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=f"of {', '.join(FAULTS)}; else all")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--engine", choices=ENGINES, action="append", help="else both")
    asked = parser.parse_args()
    unknown = set(asked.faults) - set(FAULTS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    is_wrong = False
    print(HEAD, flush=True)
    for name in asked.faults or FAULTS:
        fault = FAULTS[name]
        for engine in asked.engine or fault.engines:
            if engine not in fault.engines:
                continue
            try:
                told = tell(engine, fault, asked.rounds, lambda words: print(words, file=sys.stderr, flush=True))
            except (NotHere, NoPrograms) as missing:
                print(f"| {fault.words} | {engine} | not run: {missing} |", flush=True)
                continue
            print(told.row(), flush=True)
            for words, count in Counter(told.faults).items():
                print(f"  wrong ({count}): {words}", file=sys.stderr, flush=True)
            is_wrong = is_wrong or bool(told.faults)
    return int(is_wrong)


if __name__ == "__main__":
    raise SystemExit(main())
