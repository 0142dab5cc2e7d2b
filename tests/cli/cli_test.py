"""The program as one calls it: exit codes, messages, and what it leaves on disk."""
import json
import os
import random
import shlex
import shutil
import sqlite3
import sys
import unittest

from cli_case import LEADER_CRASH, PROGRAM, SCENARIOS, CliCase


class CliTest(CliCase):
    # --- usage

    def test_help_and_version(self):
        result = self.run_cli("--help")
        self.assertEqual(result.exit, 0)
        for word in ("run", "replay", "shot", "fuzz"):
            self.assertIn(word, result.out)
        self.assertIn("model 5", self.run_cli("--version").out)
        commands = [line.split()[0] for line in result.out.splitlines()
                    if line.startswith("  ") and line.split()[0].isalpha()]
        for code in range(8):
            self.assertIn(f"\n  {code} ", result.out)
        for command in ("run", "replay", "shot", "fuzz", "bench"):
            self.assertIn(command, commands)
            told = self.run_cli(command, "--help")
            self.assertEqual(told.exit, 0)
            self.assertIn("example\n  raftarium " + command, told.out)

    def test_examples_work(self):
        """Every example of a command that is built, in a folder that has what it names."""
        shutil.copy(LEADER_CRASH, self.path("leader_crash.scenario"))
        help_text = self.run_cli("--help").out
        built = [line.split("   ")[0].strip() for line in
                 help_text.split("commands\n")[1].split("\n\n")[0].splitlines()]
        self.assertIn("disk check", built)
        self.check_cwd("run", "leader_crash.scenario", "--history", "history.jsonl", "--trace",
                       "trace.jsonl", "--record", "crash.raftrec")
        for copy in ("one.raftrec", "two.raftrec"):
            shutil.copy(self.path("crash.raftrec"), self.path(copy))
        os.mkdir(self.path("databases"))
        for node in range(1, 6):
            self.check_cwd("disk", "extract", "crash.raftrec", "--node", f"n{node}",
                           f"databases/n{node}.sqlite")
        shutil.copy(self.path("databases/n3.sqlite"), self.path("n3.sqlite"))
        shutil.copy(os.path.join(os.path.dirname(SCENARIOS), "lesson/lessons/01-tiny.md"),
                    self.path("21-my-lesson.md"))
        for name in built:
            if name in self.LEFT_OUT:
                continue
            told = self.run_cli(*name.split(), "--help").out
            example = told.split("\nexample\n  raftarium ")[1].splitlines()[0]
            with self.subTest(example):
                self.check_cwd(*shlex.split(example))

    # Which take long, or make what others must have made.
    LEFT_OUT = ("bench", "recover", "interact", "fuzz", "shrink")

    def check_cwd(self, *arguments):
        result = self.run_cli(*arguments, cwd=self.folder.name)
        self.assertEqual(result.exit, 0, (arguments, result.err))

    def test_wrong_usage(self):
        self.check(1, "there is no command 'rum'; did you mean run?", "rum")
        self.check(1, "there is no option --sed; did you mean --seed?", "run", "a", "--sed", "4")
        self.check(1, "--seed needs a value", "run", LEADER_CRASH, "--seed")
        self.check(1, "--seed expects a number, found 'x'", "run", LEADER_CRASH, "--seed=x")
        self.check(1, "--state takes no value", "run", LEADER_CRASH, "--state=1")
        self.check(1, "--state was given twice", "run", LEADER_CRASH, "--state", "--state")
        self.check(1, "expected FILE.scenario, found 0 arguments", "run")
        self.check(1, "found 2 arguments", "run", "a", "b")
        self.check(1, "is no position", "replay", "a", "--at", "5")
        self.check(1, "--at needs a file to open", "--at", "end")
        self.check(1, "is no position", LEADER_CRASH, "--at", "5")
        self.check(1, "lies past the end", LEADER_CRASH, "--at", "tick:99999")
        self.check(1, "there is no benchmark 'stor'", "bench", "stor")
        self.check(1, "--disk=files needs a folder", "run", LEADER_CRASH, "--disk=files")
        self.check(1, "--disk expects files DIR", "run", LEADER_CRASH, "--disk=sim", "d")
        self.check(1, "on plain files cannot be recorded", "run", LEADER_CRASH, "--disk=files",
                   self.path("d"), "--record", self.path("r"))
        same = self.write("s.scenario", "tick\n")
        for option in ("--record", "--history", "--trace"):
            self.check(1, option + " would overwrite", "run", same, option, same)

    # --- run

    def test_narration(self):
        result = self.run_cli("run", LEADER_CRASH)
        self.assertEqual((result.exit, result.err), (0, ""))
        for words in ("n1 leads term 1", "> crash n1", "bookmark: a new leader",
                      "r1 is acknowledged. Now its leader loses power.",
                      "ok expect role n1 = follower", "the end at tick"):
            self.assertIn(words, result.out)

    def test_plain_files_outlive_the_process(self):
        folder = self.path("databases")
        write = self.write("write", "until leader any within 300\nput x hello\ntick 20\n"
                           "crash n2\nput y 2\ntick 20\nrestart n2\ntick 20\n"
                           "expect value n2 y = 2\n")
        self.assertEqual(self.run_cli("run", write, "--disk=files", folder).exit, 0)
        self.assertEqual(sorted(os.listdir(folder)),
                         ["n%d.sqlite" % i for i in range(1, 6)])
        with sqlite3.connect(os.path.join(folder, "n3.sqlite")) as database:
            self.assertEqual(database.execute("SELECT value FROM kv WHERE key = x'78'").fetchall(),
                             [(b"hello",)])
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        read = self.write("read", "expect value n4 x = hello\nuntil leader any within 300\n"
                          "get x\ntick 20\nexpect result r1 = ok hello\n")
        self.assertEqual(self.run_cli("run", read, "--disk=files", folder).exit, 0)
        fault = self.write("fault", "disk n1 lie\n")
        result = self.check(7, "faults need a simulated disk", "run", fault, "--disk=files", folder)
        self.assertIn("n1.sqlite", result.err)
        with open(os.path.join(folder, "n5.sqlite"), "r+b") as file:
            file.write(b"no database")
        self.check(2, "n5", "run", read, "--disk=files", folder)
        self.check(2, "", "run", read, "--disk=files", read)

    def test_plain_files_of_members_that_were_added(self):
        folder = self.path("grown")
        grow = self.write("grow", "until leader any within 300\nput x 1\nchange +n6\n"
                          "until voters = {n1 n2 n3 n4 n5 n6} within 100\n"
                          "until value n6 x = 1 within 100\ntick 20\n")
        self.assertEqual(self.run_cli("run", grow, "--disk=files", folder).exit, 0)
        again = self.write("again", "until leader any within 300\nput y 2\n"
                           "until value n6 y = 2 within 100\n")
        self.assertEqual(self.run_cli("run", again, "--disk=files", folder).exit, 0)
        five = self.write("five", "nodes 5\ntick 1\n")
        self.check(2, "begin the scenario with: nodes 6", "run", five, "--disk=files", folder)
        os.rename(os.path.join(folder, "n6.sqlite"), os.path.join(folder, "n7.sqlite"))
        self.check(2, "n6.sqlite is not", "run", again, "--disk=files", folder)

    def test_say_cannot_command_the_terminal(self):
        result = self.run_cli("run", self.write("a", 'say "\\x1b[2J\\xff"\n'))
        self.assertIn("\\x1b[2J\\xff", result.out)

    def test_syntax(self):
        bad = self.write("bad.scenario", "seed 1\n\n  crash n1 lose=all\n")
        result = self.check(1, bad + ":3:17: expected unsynced", "run", bad, "--record",
                            self.path("r"))
        self.assertEqual(result.out, "")
        self.assertEqual(os.listdir(self.folder.name), ["bad.scenario"])
        self.check(1, ":2:1: seed is a header line", "run", self.write("b", "tick\nseed 4\n"))
        self.check(1, ":1:1: back is for the window's console only", "run", self.write("c", "back\n"))
        self.check(1, ":1:1: this byte is not UTF-8", "run", self.write("d", b"\xff\xfe\x00"))

    def test_a_failed_expectation_stops_the_run_and_is_recorded(self):
        bad = self.write("bad.scenario", "tick 5\nexpect leader n9\nput x 1\n")
        record = self.path("r.raftrec")
        result = self.check(7, bad + ":2:1: expect failed at tick 5: leader n9", "run", bad,
                            "--record", record, "--state")
        self.assertEqual(json.loads(result.out)["requests"], [])
        self.assertEqual(self.run_cli("replay", record, "--verify").exit, 0)
        self.check(7, ":1:1: ", "run", self.write("b", "restart n1\n"))
        self.check(7, ":1:1: ", "run", self.write("c", "crash n9\n"))
        self.check(7, ":1:1: until failed", "run", self.write("d", "until leader n9 within 9\n"))

    def test_seed(self):
        digests = []
        for seed in ("1", "2", "1"):
            result = self.run_cli("run", self.write("a", "seed 1\ntick 50\n"), "--seed", seed,
                                  "--json")
            digests.append(json.loads(result.out)["digest"])
        self.assertEqual(digests[0], digests[2])
        self.assertNotEqual(digests[0], digests[1])

    def test_files_that_cannot_be_used(self):
        self.check(2, "cannot be opened: No such file", "run", self.path("no"))
        self.check(2, "is a directory", "run", self.folder.name)
        self.check(2, "cannot be written", "run", LEADER_CRASH, "--state", "--record",
                   self.path("no/r"))
        self.check(2, "not a regular file", "run", LEADER_CRASH, "--state", "--record",
                   self.folder.name)
        self.assertEqual(os.listdir(self.folder.name), [])
        same = self.write("s.scenario", "tick\n")
        self.check(1, "would overwrite", "run", same, "--record", same)

    # --- properties

    def without_expectations(self, name):
        with open(os.path.join(SCENARIOS, name + ".scenario"), encoding="utf-8") as file:
            lines = [line for line in file if "violation" not in line]
        return self.write(name, "".join(lines))

    def run_and_keep(self, scenario, how):
        """The result, and the paths of recording, history and trace."""
        paths = [self.path(name) for name in ("record", "history", "trace")]
        result = self.run_cli("run", scenario, how, "--record", paths[0], "--history", paths[1],
                              "--trace", paths[2])
        return result, *paths

    def test_a_violated_property(self):
        scenario = self.without_expectations("lost_disk")
        result, record, history, trace = self.run_and_keep(scenario, "--state")
        self.assertEqual(result.exit, 4, result.err)
        self.assertIn(": violated: leader-completeness at tick", result.err)
        violations = json.loads(result.out)["violations"]
        self.assertEqual(violations[0]["property"], "leader-completeness")
        self.assertEqual({v["expected"] for v in violations}, {False})
        replayed = self.check(4, ": violated: leader-completeness", "replay", record, "--verify",
                              "--state")
        self.assertEqual(replayed.out, result.out)
        told = self.run_cli("view", "--check", trace)
        self.assertEqual(told.exit, 4)
        self.assertIn("violated: leader-completeness at tick", told.out)
        self.assertIn("not checked: liveness: ", told.out)
        self.check(5, 'get of "x"', "check", history)
        self.assertIn("!! violated: leader-completeness", self.run_cli("run", scenario).out)

    def test_a_history_that_is_not_linearizable(self):
        scenario = self.without_expectations("stale_local_read")
        result, _, history, trace = self.run_and_keep(scenario, "--json")
        self.assertEqual((result.exit, json.loads(result.out)["exit"]), (5, 5), result.err)
        result = self.check(5, 'get of "x"', "check", history, "--json")
        self.assertEqual(json.loads(result.out), {"linearizable": False, "key": "x"})
        told = self.run_cli("view", "--check", trace)
        self.assertEqual((told.exit, told.err), (0, ""))

    def test_what_is_right_is_found_right(self):
        scenario = os.path.join(SCENARIOS, "workload_under_crashes.scenario")
        result, record, history, trace = self.run_and_keep(scenario, "--json")
        self.assertEqual((result.exit, result.err), (0, ""))
        with open(history, encoding="utf-8") as file:
            operations = [json.loads(line) for line in file]
        self.assertGreater(len(operations), 50)
        checked = self.run_cli("check", history, "--json", "--strict")
        self.assertEqual((checked.exit, json.loads(checked.out)),
                         (0, {"linearizable": True, "key": None}))
        self.assertIn(f"{len(operations)} operations", self.run_cli("check", history).out)
        told = self.run_cli("view", "--check", trace)
        self.assertEqual(told.exit, 0, told.out)
        self.assertNotIn("remark: ", told.out)
        replayed = self.run_cli("replay", record, "--verify", "--json")
        self.assertEqual((replayed.exit, replayed.out), (0, result.out))

    def test_histories_and_traces_that_cannot_be_read(self):
        for command in (["check"], ["view", "--check"]):
            self.check(2, "No such file", *command, self.path("no"))
            self.check(2, "bad: line 2: ", *command, self.write("bad", "\n{]\n"))

    # --- replay

    def test_replay_gives_the_same(self):
        path, outcome = self.record()
        result = self.run_cli("replay", path, "--verify", "--json")
        self.assertEqual(result.exit, 0, result.err)
        self.assertEqual(json.loads(result.out), outcome)
        run = self.run_cli("run", LEADER_CRASH, "--state")
        self.assertEqual(self.run_cli("replay", path, "--state").out, run.out)

    def test_replay_positions(self):
        path, outcome = self.record()

        def state(at):
            return json.loads(self.run_cli("replay", path, "--at", at, "--state").out)
        self.assertEqual(state("tick:12.5")["tick"], 12.5)
        self.assertEqual(state("event:100")["event"], 100)
        self.assertEqual(state("event:0")["tick"], 0)
        self.assertEqual(state("end")["digest"], outcome["digest"])
        marked = state("bookmark:a new leader")
        self.assertIn("leader", [node["role"] for node in marked["nodes"]])
        self.assertEqual(marked["nodes"][0]["status"], "down")
        self.check(1, "lies past the end", "replay", path, "--at", "tick:99999")
        self.check(1, "lies past the end", "replay", path, "--at", "event:999999")
        self.check(1, 'there is no bookmark "x"', "replay", path, "--at", "bookmark:x")

    def test_branches_and_diff(self):
        path, ended = self.record()
        listed = json.loads(self.run_cli("branches", path, "--json").out)
        self.assertEqual(listed, [{"name": "main", "parent": None, "tick": 0, "event": 0, "end": ended["tick"]}])
        self.assertIn("* main, up to tick", self.run_cli("branches", path).out)
        same = self.run_cli("diff", path, path, "--json")
        self.assertEqual((same.exit, json.loads(same.out)),
                         (0, {"equal": True, "tick": None, "event": None, "field": None}))
        self.assertIn("equal", self.run_cli("diff", path, "main", "main").out)
        with open(LEADER_CRASH, encoding="utf-8") as file:
            other = self.write("other.scenario", file.read() + "\npartition {n1} {n2 n3 n4 n5}\ntick 5\n")
        self.assertEqual(self.run_cli("run", other, "--record", self.path("b.raftrec")).exit, 0)
        parted = json.loads(self.run_cli("diff", path, self.path("b.raftrec"), "--json").out)
        self.assertEqual((parted["equal"], parted["field"]), (False, "end"))
        self.assertEqual(parted["event"], ended["event"])
        self.check(1, "there is no branch 'side'; there is main", "diff", path, "main", "side")
        self.check(1, "expected", "diff", path)
        self.check(2, "no.raftrec", "branches", self.path("no.raftrec"))
        self.check(2, "is not a recording", "diff", path, LEADER_CRASH)

    def test_log_tail(self):
        path, _ = self.record()
        state = json.loads(self.run_cli("replay", path, "--state", "--log-tail", "1").out)
        self.assertEqual([len(node["log"]) for node in state["nodes"]], [1] * 5)

    def test_branches_find_and_diff(self):
        path, outcome = self.record()
        listed = json.loads(self.run_cli("branches", path, "--json").out)
        self.assertEqual([branch["name"] for branch in listed], ["main"])
        self.assertEqual(listed[0]["end"], outcome["tick"])
        self.assertIn("* main, up to tick", self.run_cli("branches", path).out)
        self.check(1, "there is no branch 'x'", "replay", path, "--branch", "x")
        self.assertEqual(self.run_cli("replay", path, "--branch", "main", "--verify").exit, 0)
        found = json.loads(self.run_cli("replay", path, "--find", "leader any", "--state").out)
        self.assertIn("leader", [node["role"] for node in found["nodes"]])
        before = "event:" + str(found["event"] - 1)
        state = json.loads(self.run_cli("replay", path, "--at", before, "--state").out)
        self.assertNotIn("leader", [node["role"] for node in state["nodes"]])
        self.check(7, "nowhere in the branch", "replay", path, "--find", "term n1 > 99")
        self.check(1, "--find: ", "replay", path, "--find", "leder any")
        equal = self.run_cli("diff", path, path, "--json")
        self.assertEqual((equal.exit, json.loads(equal.out)["equal"]), (0, True))
        other = self.path("b.raftrec")
        self.assertEqual(self.run_cli("run", LEADER_CRASH, "--seed", "5", "--record", other,
                                      "--json").exit in (0, 7), True)
        differs = json.loads(self.run_cli("diff", path, other, "--json").out)
        self.assertEqual((differs["equal"], differs["event"]), (False, 0))
        self.check(1, "there is no branch 'b'", "diff", path, "main", "b")

    def test_recover_lists_nothing(self):
        os.environ["XDG_STATE_HOME"] = self.folder.name
        self.addCleanup(os.environ.pop, "XDG_STATE_HOME")
        self.check(0, "no session was left behind", "recover")
        self.assertEqual(self.run_cli("recover", "--json").out, "[]\n")

    def test_damaged_recordings(self):
        path, _ = self.record()
        with open(path, "rb") as file:
            good = file.read()
        self.check(2, "is empty", "replay", self.write("e", b""))
        self.check(2, "is not a recording", "replay", self.write("t", "tick 5\n"))
        self.check(2, "is not a recording", "replay", PROGRAM)
        self.check(2, "made by a newer Raftarium", "replay",
                   self.write("v", good[:8] + b"\x03" + good[9:]))
        self.check(2, "No such file", "replay", self.path("no"))
        self.check(2, "is a directory", "replay", self.folder.name)
        cut = self.write("cut", good[:-100])
        self.check(2, "was cut short", "replay", cut, "--verify")
        result = self.check(0, "was cut short", "replay", cut)
        self.assertIn("replayed up to", result.out)

    def test_a_changed_byte_is_never_silent(self):
        path, _ = self.record()
        with open(path, "rb") as file:
            good = file.read()
        rng = random.Random(7)
        places = sorted(rng.sample(range(len(good)), min(200, len(good))))
        for place in places:
            bad = bytearray(good)
            bad[place] ^= rng.randrange(1, 256)
            for verify in ([], ["--verify"]):
                result = self.run_cli("replay", self.write("bad", bytes(bad)), *verify)
                self.assertIn(result.exit, (2, 3), (place, result.out, result.err))
                self.assertEqual(result.err.count("\n"), 1, result.err)

    # --- pictures

    def test_shot_of_what_is_not_there(self):
        self.check(2, "", "shot", self.path("no.raftrec"), self.path("o.png"))
        self.assertEqual(os.listdir(self.folder.name), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
