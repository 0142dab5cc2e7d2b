#!/usr/bin/env python3
"""The scripts that judge must be able to say no: the comparison of digests, the counts of the CI run."""

import contextlib
import importlib.machinery
import importlib.util
import io
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent.parent / "scripts"


def load(name):
    loader = importlib.machinery.SourceFileLoader(name.split(".")[0], str(SCRIPTS / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    sys.modules[loader.name] = module  # dataclasses look their module up
    loader.exec_module(module)
    return module


class Digests(unittest.TestCase):
    def setUp(self):
        self.digests = load("digests")

    def compare(self, first, second):
        return self.digests.compare("run", ("a", *first), ("b", *second))

    def test_equal_runs(self):
        self.assertIsNone(self.compare((0, '{"digest":"1"}'), (0, '{"digest":"1"}')))
        self.assertIsNone(self.compare((7, '{"digest":"1"}'), (7, '{"digest":"1"}')))

    def test_the_first_field_that_differs(self):
        found = self.compare((0, '{"digest":"1","nodes":[{"term":2},{"term":2}]}'),
                             (0, '{"digest":"2","nodes":[{"term":2},{"term":3}]}'))
        self.assertIn("nodes.1.term: 2 against 3", found)

    def test_the_digest_alone(self):
        self.assertIn("digest: 1 against 2", self.compare((0, '{"digest":"1"}'), (0, '{"digest":"2"}')))

    def test_exit_status_and_crash(self):
        self.assertIn("exit 0 against 7", self.compare((0, "{}"), (7, "{}")))
        self.assertIn("b: exit -11", self.compare((0, "{}"), (None, "exit -11")))
        self.assertIn("a: exit -11", self.compare((None, "exit -11"), (None, "exit -11")))

    def test_whole_programs(self):
        with tempfile.TemporaryDirectory() as folder:
            binaries = []
            for name, digest in (("one", 1), ("same", 1), ("other", 2)):
                binary = Path(folder) / name
                binary.write_text(f"#!/bin/sh\necho '{{\"digest\":\"{digest}\"}}'\n", encoding="utf-8")
                binary.chmod(0o755)
                binaries.append(binary)
            scenarios = Path(folder) / "tests" / "scenarios"
            scenarios.mkdir(parents=True)
            (scenarios / "a.scenario").write_text("tick\n", encoding="utf-8")
            self.digests.ROOT = Path(folder)
            self.assertEqual(self.run_main(binaries[0], binaries[1]), 0)
            self.assertEqual(self.run_main(binaries[0], binaries[2]), 1)
            self.assertEqual(self.run_main(binaries[0]), 1)

    def run_main(self, *binaries):
        arguments, sys.argv = sys.argv, ["digests", *map(str, binaries)]
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                return self.digests.main()
        finally:
            sys.argv = arguments


class ContinuousIntegration(unittest.TestCase):
    JUNIT = ('<testsuite name="x" tests="5" failures="1" disabled="1" skipped="1"><testcase name="a"/></testsuite>')

    def setUp(self):
        self.ci = load("ci.py")

    def run_parts(self, *parts):
        """(exit status, what was printed)"""
        self.ci.PARTS = list(parts)
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = self.ci.main()
        return status, out.getvalue().splitlines()

    def test_all_pass(self):
        status, lines = self.run_parts(self.ci.Part("a", 9, ["true"]), self.ci.Part("b", 9, ["true"], ["a"]))
        self.assertEqual((status, lines[-1]), (0, "2 passed, 0 failed"))

    def test_a_failure_fails_what_needs_it_and_stops_nothing_else(self):
        status, lines = self.run_parts(self.ci.Part("a", 9, ["false"]), self.ci.Part("b", 9, ["true"], ["a"]),
                                       self.ci.Part("c", 9, ["true"]))
        self.assertEqual((status, lines[-1]), (1, "1 passed, 2 failed"))
        self.assertIn("failed: a", lines)
        self.assertIn("failed: b", lines)

    def test_tests_count_one_by_one(self):
        with tempfile.TemporaryDirectory() as folder:
            junit = Path(folder) / "junit.xml"
            write = ["sh", "-c", f"echo '{self.JUNIT}' >{junit}; exit 8"]
            status, lines = self.run_parts(self.ci.Part("tests", 9, write, junit=junit))
            self.assertEqual((status, lines[-1]), (1, "2 passed, 1 failed"))
            # Counts of an earlier run must not be taken for this one's.
            status, lines = self.run_parts(self.ci.Part("tests", 9, ["false"], junit=junit))
            self.assertEqual((status, lines[-1]), (1, "0 passed, 1 failed"))


class Packages(unittest.TestCase):
    def packages(self, group):
        command = f"source '{SCRIPTS}/lib.sh'; packages_of {group}"
        return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True).stdout.split()

    def test_each_group_has_those_above_it(self):
        run, test, everything = self.packages("run"), self.packages("test"), self.packages("ci")
        self.assertIn("libimgui-dev", run)
        self.assertNotIn("libgtest-dev", run)
        self.assertIn("libgtest-dev", test)
        self.assertNotIn("clang", test)
        self.assertIn("clang", everything)
        self.assertTrue(set(run) < set(test) < set(everything))


class Mutants(unittest.TestCase):
    def test_every_bug_fits_the_sources(self):
        mutants = load("mutants.py")
        bugs = list(mutants.mutants())
        self.assertGreaterEqual(len(bugs), 45)
        for name, _, file, old, _, _ in bugs:
            with self.subTest(name):
                self.assertEqual((mutants.ROOT / file).read_text().count(old), 1)


if __name__ == "__main__":
    unittest.main()
