"""raftarium disk, and scenarios that boot from databases."""
import json
import os
import sqlite3
import sys
import unittest

from cli_case import CliCase


class DiskTest(CliCase):
    def extract(self, *options):
        """The recording, and a folder with the databases of its nodes at the end."""
        record, _ = self.record()
        folder = self.path("disks")
        os.mkdir(folder)
        for node in range(1, 6):
            out = os.path.join(folder, f"n{node}.sqlite")
            result = self.run_cli("disk", "extract", record, "--node", f"n{node}", *options, out)
            self.assertEqual(result.exit, 0, result.err)
            self.assertEqual(os.path.getsize(out) % 4096, 0)
        return record, folder

    def state(self, *arguments):
        result = self.run_cli(*arguments, "--state")
        self.assertEqual(result.exit, 0, result.err)
        return json.loads(result.out)

    def test_extracted_databases_are_what_the_nodes_held(self):
        record, folder = self.extract("--at", "bookmark:a new leader")
        for node in self.state("replay", record, "--at", "bookmark:a new leader")["nodes"]:
            path = os.path.join(folder, f"n{node['id']}.sqlite")
            result = self.run_cli("disk", "check", path, "--json")
            self.assertEqual((result.exit, json.loads(result.out)),
                             (0, {"ok": True, "problems": []}))
            database = sqlite3.connect(path)
            terms = database.execute("SELECT term FROM hard_state").fetchall()
            self.assertEqual(terms, [(node["term"],)] * 2)
            rows = dict(database.execute("SELECT key, value FROM kv"))
            self.assertEqual({k.decode(): v.decode() for k, v in rows.items()}, node["kv"])
            database.close()

    def test_boot(self):
        record, folder = self.extract()
        before = self.state("replay", record)
        still = self.state("disk", "boot", folder, "--ticks", "0")
        self.assertEqual((still["tick"], still["event"]), (0, 0))
        for old, new in zip(before["nodes"], still["nodes"]):
            for key in ("term", "vote", "log", "kv", "last", "applied"):
                self.assertEqual(old[key], new[key], key)
        again = self.path("b.raftrec")
        later = self.state("disk", "boot", folder, "--record", again)
        self.assertEqual({n["commit"] for n in later["nodes"]}, {later["nodes"][0]["last"]})
        self.assertIn("leader", [n["role"] for n in later["nodes"]])
        # The recording has the databases in it.
        for name in os.listdir(folder):
            os.remove(os.path.join(folder, name))
        self.assertEqual(self.state("replay", again, "--verify"), later)

    def test_boot_that_finds_a_violation_or_no_progress(self):
        _, folder = self.extract()
        # The same index and term, committed and applied with another value, every checksum right.
        other = self.write("other.scenario", "seed 9\nuntil leader any\nput x 2\ntick 9\n"
                           "put y 1\ntick 9\nput z 1\ntick 9\n")
        record = self.path("other.raftrec")
        self.assertEqual(self.run_cli("run", other, "--record", record, "--state").exit, 0)
        for node in ("n1", "n2", "n3"):
            out = os.path.join(folder, node + ".sqlite")
            self.run_cli("disk", "extract", record, "--node", node, out)
        result = self.run_cli("disk", "boot", folder, "--state")
        self.assertIn(result.exit, (4, 6), result.err)
        self.assertEqual(result.err.count("\n"), 1, result.err)

    def test_scenario_with_disk_images(self):
        _, folder = self.extract()
        scenario = self.write("s.scenario", "disk-images disks\nuntil converged within 100\n"
                              'expect value n4 x = "1"\n')
        record = self.path("s.raftrec")
        ran = self.run_cli("run", scenario, "--record", record, "--state")
        self.assertEqual((ran.exit, ran.err), (0, ""))
        os.rename(folder, self.path("elsewhere"))
        replayed = self.run_cli("replay", record, "--verify", "--state")
        self.assertEqual((replayed.exit, replayed.out), (0, ran.out))
        self.check(2, "there is no such folder", "run", scenario)

    def test_usage(self):
        record, _ = self.record()
        out = self.path("o")
        self.check(1, "expected extract, check or boot, found nothing", "disk")
        self.check(1, "found 'chek'", "disk", "chek")
        self.check(1, "--node is missing", "disk", "extract", record, out)
        self.check(1, "--node expects n1 to n9, found '3'", "disk", "extract", record, out,
                   "--node", "3")
        self.check(1, "there is no node n9", "disk", "extract", record, out, "--node", "n9")
        self.check(1, "past the end", "disk", "extract", record, out, "--node", "n1", "--at",
                   "tick:9999")
        self.check(1, "would overwrite", "disk", "extract", record, record, "--node", "n1")
        self.check(1, "--ticks expects", "disk", "boot", "d", "--ticks", "2000000")
        self.check(2, "cannot be written", "disk", "extract", record, self.path("no/o"), "--node",
                   "n1")
        self.check(2, "there is no such folder", "disk", "boot", self.path("no"))
        self.check(2, "is not a folder", "disk", "boot", record)
        self.check(2, "n1.sqlite: is missing", "disk", "boot", self.folder.name)
        self.check(2, "No such file", "disk", "check", self.path("no"))
        self.check(2, "is a directory", "disk", "check", self.folder.name)
        self.assertFalse(os.path.exists(out))
        told = self.run_cli("disk", "--help")
        self.assertEqual(told.exit, 0)
        self.assertIn("disk boot", told.out)

    def test_a_damaged_database(self):
        _, folder = self.extract()
        path = os.path.join(folder, "n2.sqlite")
        database = sqlite3.connect(path)
        database.execute("UPDATE log SET data = x'78' WHERE idx = 2")
        database.commit()
        database.close()
        self.check(2, "table log: row 2 does not match its checksum", "disk", "check", path)
        result = self.run_cli("disk", "check", path, "--json")
        told = json.loads(result.out)
        self.assertEqual((result.exit, told["ok"], len(told["problems"])), (2, False, 1))
        self.check(2, "the database of n2: ", "disk", "boot", folder)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
