#!/usr/bin/env python3
"""Puts bugs into copies of the core's files, one at a time, and sees that a test fails: scripts/mutants.py [NAME...].

The bugs stand in tests/raft/mutants.txt. Of each only the changed file is compiled, into build/mutants; all else comes from
build/dev, which must be up to date (ninja -C build/dev raft_tests raft_properties). First the tests written for the bug play,
then, if they pass, all of the core's. Exit 1 if a bug survives."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEV = ROOT / "build/dev"
SCRATCH = ROOT / "build/mutants"
LIST = ROOT / "tests/raft/mutants.txt"
FLAGS = ["-O0", "-std=c++20", "-fPIC", f"-I{ROOT}"]
SECONDS = 120  # a bug may make a test run for ever


def mutants():
    text = "\n".join(line for line in LIST.read_text().splitlines() if not line.startswith("# "))
    for block in re.split(r"^== ", text, flags=re.M)[1:]:
        match = re.fullmatch(r"(\S+): (.*)\n(\S+)\n- (.*?)\n\+ ?(.*)\n(\S+)\s*", block, flags=re.S)
        if match is None:
            sys.exit(f"{LIST}: this is no bug: {block.splitlines()[0]}")
        yield match.groups()


def objects(target):
    return sorted((DEV / target).rglob("*.o"))


def play(program, tests):
    """None if the tests pass, else what failed first."""
    try:
        done = subprocess.run([program, "--gtest_filter=" + tests, "--gtest_brief=1"], cwd=ROOT, timeout=SECONDS,
                              env={"RC_PARAMS": "seed=20 noshrink=1"}, capture_output=True, text=True, errors="replace")
    except subprocess.TimeoutExpired:
        return "a test that never ends"
    if done.returncode == 0:
        return None
    failed = re.search(r"\[  FAILED  \] ([\w.]+)", done.stdout)
    return failed[1] if failed else "an assertion"


def try_one(name, file, old, new, tests):
    source = (ROOT / file).read_text()
    if source.count(old) != 1:
        return f"does not fit: {file} has its line {source.count(old)} times"
    scratch = SCRATCH / name
    scratch.mkdir(parents=True, exist_ok=True)
    changed = scratch / pathlib.Path(file).name
    changed.write_text(source.replace(old, new))
    made = changed.with_suffix(".o")
    program = scratch / "tests"
    core = [o for o in objects("raft/CMakeFiles/raft.dir") if o.name != pathlib.Path(file).name + ".o"]
    rest = [o for t in ("raft_tests", "raft_properties") for o in objects(f"tests/raft/CMakeFiles/{t}.dir")
            if "cmake_pch" not in o.name]
    for command in (["g++", *FLAGS, "-c", "-o", made, changed],
                    ["g++", "-o", program, made, *core, *rest, *sorted((DEV / "raft").glob("libraft_wire*.a")),
                     "-lrapidcheck", "-lgtest_main", "-lgtest", "-lprotobuf"]):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            return "does not compile: " + done.stderr.splitlines()[0]
    if failed := play(program, tests):
        return "caught by " + failed
    if failed := play(program, "*"):
        return "caught by another test: " + failed
    return "SURVIVED"


def main():
    wanted = sys.argv[1:]
    counts = {"caught": 0, "SURVIVED": 0, "does": 0}
    for name, what, file, old, new, tests in mutants():
        if wanted and name not in wanted:
            continue
        result = try_one(name, file, old, new, tests)
        counts[result.split()[0]] += 1
        print(f"{name}: {result}", flush=True)
    print(f"{counts['caught']} caught, {counts['SURVIVED']} survived, {counts['does']} not tried")
    return 0 if counts["caught"] and not counts["SURVIVED"] + counts["does"] else 1


if __name__ == "__main__":
    sys.exit(main())
