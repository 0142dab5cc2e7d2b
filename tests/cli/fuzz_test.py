"""Campaigns and what is made of what they find: raftarium fuzz, raftarium shrink."""
import json
import os
import signal
import subprocess
import sys
import time
import unittest

from cli_case import LEADER_CRASH, PROGRAM, CliCase

# A mistake that every seed finds within moments.
WRONG = ("--mistake", "vote-twice", "--profile", "network", "--ticks", "300")


class FuzzTest(CliCase):
    def fuzz(self, *arguments):
        return self.run_cli("fuzz", *arguments)

    def test_all_is_well(self):
        result = self.fuzz("--seeds", "1..3", "--ticks", "50", "--profile", "calm")
        self.assertEqual((result.exit, result.out, result.err), (0, "3 seeds, 0 failures\n", ""))
        result = self.fuzz("--seeds", "4", "--ticks", "50", "--json")
        self.assertEqual((result.exit, result.out), (0, '{"seeds":1,"failures":0}\n'))

    def test_what_fails_is_told_kept_and_can_be_made_again(self):
        folder = self.path("found")
        result = self.fuzz("--seeds", "1..4", "--keep-going", "--out", folder, "--json", *WRONG)
        self.assertEqual(result.exit, 4, result.err)
        *failing, last = map(json.loads, result.out.splitlines())
        self.assertEqual(last, {"seeds": 4, "failures": len(failing)})
        self.assertEqual(sorted(os.listdir(folder)),
                         [f"seed-{one['seed']}.raftrec" for one in failing])
        one = failing[0]
        self.assertEqual(sorted(one), ["command", "event", "exit", "file", "property", "seed"])
        self.assertEqual((one["exit"], one["property"]), (4, "vote-once"))
        replayed = self.run_cli("replay", one["file"], "--verify", "--json")
        self.assertEqual(replayed.exit, 4)
        self.assertIn(f"event {one['event']}:", replayed.err)
        again = self.run_cli(*one["command"].split()[1:], "--json")
        self.assertEqual(json.loads(again.out.splitlines()[0]), {**one, "file": None})
        # As a scenario, too.
        self.run_cli("replay", one["file"], "--scenario", self.path("found.scenario"))
        self.assertEqual(self.run_cli("run", self.path("found.scenario")).exit, 4)

    def test_the_first_failure_ends_it_whatever_the_jobs(self):
        told = [self.fuzz("--seeds", "1..20", "--jobs", jobs, *WRONG) for jobs in ("1", "5")]
        self.assertEqual(told[0].out, told[1].out)
        self.assertEqual(told[0].exit, 4)
        self.assertIn("1 failure\n", told[0].out)
        self.assertIn("  once more: raftarium fuzz --seeds ", told[0].out)

    def test_shards_share_the_seeds(self):
        lines = []
        for shard in ("1/3", "2/3", "3/3"):
            result = self.fuzz("--seeds", "5..9", "--shard", shard, "--keep-going", "--json", *WRONG)
            lines += result.out.splitlines()[:-1]
        whole = self.fuzz("--seeds", "5..9", "--keep-going", "--json", *WRONG).out.splitlines()
        self.assertEqual(sorted(lines), sorted(whole[:-1]))
        empty = self.fuzz("--seeds", "5..6", "--shard", "3/3", "--json")
        self.assertEqual((empty.exit, empty.out), (0, '{"seeds":0,"failures":0}\n'))

    def test_wrong_usage(self):
        self.check(1, "--seeds A..B says which runs to make", "fuzz")
        for seeds in ("4..2", "x", "1..", "1..99999999999999999999"):
            self.check(1, "--seeds expects A..B", "fuzz", "--seeds", seeds)
        self.check(1, "--profile expects calm, network", "fuzz", "--seeds", "1", "--profile", "x")
        self.check(1, "did you mean vote-twice?", "fuzz", "--seeds", "1", "--mistake", "vote-twce")
        for shard in ("0/2", "3/2", "1"):
            self.check(1, "--shard expects I/N", "fuzz", "--seeds", "1", "--shard", shard)
        self.check(1, "--jobs expects", "fuzz", "--seeds", "1", "--jobs", "0")
        self.check(1, "--ticks expects", "fuzz", "--seeds", "1", "--ticks", "0")
        self.check(2, "found", "fuzz", "--seeds", "1", "--out", self.write("found", ""))

    def test_ctrl_c_leaves_what_was_found(self):
        folder = self.path("found")
        arguments = ("--seeds", "1..100000000", "--keep-going", "--out", folder, "--json", *WRONG)
        with subprocess.Popen([PROGRAM, "fuzz", *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            first = json.loads(process.stdout.readline())
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 4)
        self.assertTrue(os.path.exists(first["file"]))
        self.assertGreaterEqual(json.loads(out.splitlines()[-1])["failures"], 1)
        self.assertIn(b"stopped after", err)

    def test_ctrl_c_with_nothing_found_is_no_success(self):
        folder = self.path("found")
        arguments = ("--seeds", "1..100000000", "--ticks", "5000", "--out", folder)
        with subprocess.Popen([PROGRAM, "fuzz", *arguments], stderr=subprocess.PIPE,
                              stdout=subprocess.PIPE) as process:
            while not os.path.exists(folder):
                time.sleep(0.01)
            time.sleep(0.3)
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, -signal.SIGINT)
        self.assertIn(b"0 failures", out)

    def test_shrink(self):
        self.fuzz("--seeds", "1", "--out", self.folder.name, *WRONG)
        file = self.path("seed-1.raftrec")
        result = self.run_cli("shrink", file)
        self.assertEqual(result.exit, 0, result.err)
        smaller = self.path("seed-1.min.raftrec")
        self.assertIn("vote-once still breaks in " + smaller, result.out)
        self.assertIn("before: ", result.out)
        replayed = self.run_cli("replay", smaller, "--verify")
        self.assertEqual(replayed.exit, 4)
        self.assertIn("vote-once", replayed.err)
        self.assertLess(os.path.getsize(smaller), os.path.getsize(file))

    def test_shrink_wrong_usage(self):
        path, _ = self.record()
        self.check(1, "no property is violated in it", "shrink", path)
        self.check(1, "--out would overwrite", "shrink", path, "--out", path)
        self.check(2, "is not a recording", "shrink", LEADER_CRASH)
        self.check(2, "cannot be opened", "shrink", self.path("none.raftrec"))
        self.assertEqual(os.listdir(self.folder.name), ["a.raftrec"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
