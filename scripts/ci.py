#!/usr/bin/env python3
"""Everything that a change must pass, part by part; started by `scripts/test --ci`.

A part that fails does not stop the others, except those that need what it builds. At the end stands
a table of what each part took against its budget, and as last line 'N passed, N failed': tests that
ctest ran count one by one, every other part counts as one.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT_MINUTES = 45


@dataclass
class Part:
    """A command, its share of the time (seconds on two cores, nothing cached), and what it needs."""

    name: str
    budget: int
    command: list
    needs: list = field(default_factory=list)
    junit: Path = None  # where the command leaves ctest's counts; without, the part is one test
    environment: dict = field(default_factory=dict)


def build(preset, *targets):
    """Goes on behind an error, so that one run shows all of them."""
    return ["bash", "-c", f'set -euo pipefail; source scripts/lib.sh; build {preset} {" ".join(targets)} -k 0']


def tests(preset, budget, *arguments, environment=None):
    junit = ROOT / "build" / preset / "junit.xml"
    command = ["ctest", "--test-dir", f"build/{preset}", "-j", str(os.cpu_count()), "--output-on-failure",
               "--output-junit", str(junit), "--no-tests=error", *arguments]
    return Part(f"tests {preset}", budget, command, [f"build {preset}"], junit, environment or {})


# The smoke test drives the real window: once is enough, and Mesa's own leaks are none of ours.
# The tests of the tree read sources, which no compiler changes.
ONCE = ["--label-exclude", "smoke|tidy"]

PARTS = [
    Part("format", 60, ["scripts/format", "--check"]),
    Part("shell", 30, ["bash", "-c", "shellcheck -x -P SCRIPTDIR scripts/lib.sh $(grep -lE '^#!.*bash' scripts/* .ci/* tests/*/*.sh)"]),
    Part("build dev", 420, build("dev")),
    tests("dev", 180),
    Part("kills", 120, ["scripts/kills", "20"], ["build dev"]),
    Part("crash points", 60, ["scripts/crash-points", "4"], ["build dev"]),
    Part("kill files", 60, ["scripts/kill-files", "3"], ["build dev"]),
    Part("build release", 240, ["scripts/build"]),
    # The tests under clang++ and the sanitizers in one build.
    Part("build asan", 780, build("asan", "all", "fuzzers")),
    # What plays many seeds, kills under load, draws every page or drives a browser is slow here, and the build dev has played it.
    tests("asan", 360, *ONCE, "--exclude-regex", "scenario.seeds|ClusterChecks|Lab/|RandomCluster|KnownMistake|Weather|Shrink|Forecasts|Language|DrawnText|cli.kill_files|cli.fuzz|export.", environment={"UBSAN_OPTIONS": "print_stacktrace=1"}),
    Part("fuzz", 120, ["scripts/fuzz", "6", "scenario_text", "recording_bytes", "recording_edits", "trace", "history",
                       "database_bytes", "database_rows", "core_messages"], ["build asan"]),
    Part("digests", 120, ["scripts/digests", "--seeds", "1"],
         ["build dev", "build release", "build asan"]),
    Part("seeds", 240, ["scripts/seeds", "--compare", "2", "build/release/raftarium", "build/asan/raftarium"],
         ["build release", "build asan"]),
]


def counts(junit):
    """(passed, failed) of a JUnit file by ctest; a test that was skipped is neither."""
    suite = xml.etree.ElementTree.parse(junit).getroot()
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    skipped = int(suite.get("skipped", 0)) + int(suite.get("disabled", 0))
    return int(suite.get("tests", 0)) - failed - skipped, failed


def run(part):
    """(passed, failed, seconds)"""
    print(f"\n=== {part.name}: budget {part.budget} s", flush=True)
    if part.junit:
        part.junit.unlink(missing_ok=True)
    start = time.monotonic()
    status = subprocess.run(part.command, cwd=ROOT, env={**os.environ, **part.environment},
                            stdin=subprocess.DEVNULL, check=False).returncode
    seconds = time.monotonic() - start
    passed, failed = (1, 0) if status == 0 else (0, 1)
    if part.junit and part.junit.exists():
        passed, failed = counts(part.junit)
        if status != 0 and failed == 0:
            failed = 1  # ctest itself failed, or a test that it could not count
    return passed, failed, seconds


def main():
    rows, passed_all, failed_all, broken = [], 0, 0, set()
    for part in PARTS:
        missing = [need for need in part.needs if need in broken]
        if missing:
            print(f"\n=== {part.name}: not run, since this failed: {', '.join(missing)}", flush=True)
            passed, failed, seconds = 0, 1, 0.0
        else:
            passed, failed, seconds = run(part)
        if failed:
            broken.add(part.name)
        passed_all += passed
        failed_all += failed
        rows.append((part, passed, failed, seconds))

    print(f"\n{'part':<16}{'passed':>8}{'failed':>8}{'seconds':>9}{'budget':>8}")
    for part, passed, failed, seconds in rows:
        late = "  over its budget" if seconds > part.budget else ""
        print(f"{part.name:<16}{passed:>8}{failed:>8}{seconds:>9.0f}{part.budget:>8}{late}")
    total = sum(row[3] for row in rows)
    print(f"{'all':<16}{passed_all:>8}{failed_all:>8}{total:>9.0f}{LIMIT_MINUTES * 60:>8}")
    for part, _, failed, _ in rows:
        if failed:
            print(f"failed: {part.name}")
    print(f"{passed_all} passed, {failed_all} failed", flush=True)
    return 1 if failed_all else 0


if __name__ == "__main__":
    sys.exit(main())
