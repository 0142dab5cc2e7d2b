#!/usr/bin/env python3
"""Runs one check of the tree, or all: tidy.py [layers|listed|determinism|places|length|words|steps]..."""

import sys
from pathlib import Path

import determinism
import layers
import length
import listed
import places
import steps
import words

CHECKS = {module.__name__: module.check for module in (layers, listed, determinism, places, length, words, steps)}
ROOT = Path(__file__).resolve().parent.parent.parent


def main(names):
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"tidy: no check is called {unknown[0]}; there are: {' '.join(CHECKS)}", file=sys.stderr)
        return 1
    problems = [problem for name in names or CHECKS for problem in CHECKS[name](ROOT)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
