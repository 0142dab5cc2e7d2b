"""What the tests of the program share: they call it as one calls it, with arguments and files."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM, SCENARIOS = map(os.path.abspath, sys.argv[1:3])
LEADER_CRASH = os.path.join(SCENARIOS, "leader_crash.scenario")


class Result:
    def __init__(self, arguments, cwd=None):
        environment = {k: v for k, v in os.environ.items() if "DISPLAY" not in k}
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=60, cwd=cwd,
                              stdin=subprocess.DEVNULL,
                              env=environment)
        self.exit = done.returncode
        self.out = done.stdout.decode("utf-8")
        self.err = done.stderr.decode("utf-8")


class CliCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
        return self.path(name)

    def run_cli(self, *arguments, cwd=None):
        return Result(arguments, cwd)

    def check(self, exit_code, message, *arguments):
        """Fails with one sentence that contains `message`; nothing goes to stdout."""
        result = self.run_cli(*arguments)
        self.assertEqual(result.exit, exit_code, (arguments, result.out, result.err))
        self.assertIn(message, result.err)
        self.assertEqual(result.err.count("\n"), 1, result.err)
        return result

    def record(self):
        path = self.path("a.raftrec")
        result = self.run_cli("run", LEADER_CRASH, "--record", path, "--json")
        self.assertEqual(result.exit, 0, result.err)
        return path, json.loads(result.out)
