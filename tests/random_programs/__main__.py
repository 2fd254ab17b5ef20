"""``python -m tests.random_programs``: hold the tool to its promises, and show the programs on which it breaks one."""

from __future__ import annotations

import argparse
import sys

from tests.random_programs.known import KNOWN
from tests.random_programs.promises import Lot, broken_promises

_TOGETHER = 125  # programs in one project


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.random_programs", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first program")
    parser.add_argument("--programs", type=int, default=2000, help="how many")
    parser.add_argument("--known", action="store_true", help="with the features on which the tool is known to fail")
    given = parser.parse_args()
    last, count = given.first + given.programs, 0
    for start in range(given.first, last, _TOGETHER):
        numbers = range(start, min(start + _TOGETHER, last))
        # Every other project has names that its programs share.
        lot = Lot(given.seed, numbers, bool(start // _TOGETHER % 2), () if given.known else KNOWN)
        for broken in broken_promises(lot):
            count += 1
            print(broken, flush=True)
        print(f"{numbers[-1] + 1 - given.first} programs, {count} promises broken", file=sys.stderr, flush=True)
    return min(count, 1)


if __name__ == "__main__":
    sys.exit(main())
