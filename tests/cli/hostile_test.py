"""Damaged and hostile files of every kind: each is refused with its exit code and one sentence, and
nothing is written. Texts lie in tests/hostile; what has checksums is made here.

    hostile_test.py PROGRAM SCENARIOS HOSTILE
"""
import json
import os
import resource
import signal
import sqlite3
import struct
import subprocess
import sys
import unittest
import zlib

from cli_case import LEADER_CRASH, PROGRAM, CliCase

HOSTILE = sys.argv[3]
PREAMBLE = b"\x89RAFTREC" + struct.pack("<I", 1)
COMMANDS = {"scenario": ["run"], "history": ["check"], "trace": ["view", "--check"]}


def record(kind, body, length=None):
    """A record with right checksums, whatever is in it."""
    head = bytes([kind]) + struct.pack("<I", len(body) if length is None else length)
    return head + struct.pack("<I", zlib.crc32(head)) + body + struct.pack("<I", zlib.crc32(head + body))


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def message(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def position(millis, events):
    return message(1, number(1, millis) + number(2, events))


def header(model=1, nodes=3, options=b""):
    return record(1, number(1, model) + number(2, 42) + number(3, nodes) + options)


BRANCH = record(2, message(1, "main"))
END = record(6, message(1, "main") + message(2, message(1, "main") + message(2, b"") + message(3, b"")))


class HostileTest(CliCase):
    def test_texts(self):
        with open(os.path.join(HOSTILE, "expected.json"), encoding="utf-8") as file:
            expected = json.load(file)
        found = [f"{kind}/{name}" for kind in COMMANDS for name in os.listdir(os.path.join(HOSTILE, kind))]
        self.assertEqual(sorted(found), sorted(expected))
        for kind in COMMANDS:
            self.assertGreaterEqual(sum(name.startswith(kind) for name in expected), 10, kind)
        for name, (exit_code, sentence) in expected.items():
            with self.subTest(name):
                command = COMMANDS[name.split("/", maxsplit=1)[0]]
                result = self.check(exit_code, sentence, *command, os.path.join(HOSTILE, name))
                self.assertEqual(result.out, "")
                self.assertTrue(result.err.isprintable() or result.err[:-1].isprintable())

    def model(self):
        return int(self.run_cli("--version").out.split("model ")[1].split(",")[0])

    def test_recordings(self):
        good = PREAMBLE + header(self.model()) + BRANCH
        self.assertEqual(self.run_cli("replay", self.write("good", good)).exit, 0)
        command = lambda line, millis=0, events=0: record(3, position(millis, events) + message(2, line))
        model = self.model()
        bad = {
            "a record of four gigabytes": (good + record(3, b"", 0xFFFFFFFF), "at most 10485760 are possible"),
            "ten nodes": (PREAMBLE + header(model, 10) + BRANCH, "a cluster of 10 nodes"),
            "a newer model": (PREAMBLE + header(1 << 60) + BRANCH, "by a newer Raftarium"),
            "an option that is none": (PREAMBLE + header(model, 3, message(4, message(2, "a") + message(3, "b"))) + BRANCH, "damaged at byte 12"),
            "two headers": (good + header(model), "a second header"),
            "a header that is no message": (PREAMBLE + record(1, b"\xff\xff\xff"), "cannot be decoded"),
            "a command that is none": (good + command("rm -rf"), "expected a command"),
            "a look at a file as a command": (good + command("disk-images d"), "expected a command of the cluster"),
            "time that goes back": (good + command("heal", 5000, 9) + command("heal", 4000, 10), "lies before"),
            "an impossible instant": (good + command("heal", 1 << 62), "an impossible instant"),
            "an unknown mark": (good + record(5, position(0, 0) + number(2, 77)), "an unknown kind of mark"),
            "an unknown record": (good + record(99, b""), "an unknown type of record"),
            "a record of no branch": (PREAMBLE + header(model) + command("heal"), "belongs to no branch"),
            "a disk of no node": (PREAMBLE + header(model) + record(7, number(1, 9) + message(2, b"x")), "a disk image of no node"),
            "disks of some nodes": (PREAMBLE + header(model) + record(7, number(1, 1) + message(2, b"x")) + BRANCH, "of some nodes and not of all"),
            "disks that are none": (PREAMBLE + header(model, 1) + record(7, number(1, 1) + message(2, b"x")) + BRANCH + END, "the database of n1: is not an SQLite database"),
            "more behind the end": (good + END + b"x", "more behind the end"),
        }
        self.assertGreaterEqual(len(bad), 10)
        for name, (data, sentence) in bad.items():
            with self.subTest(name):
                result = self.check(2, sentence, "replay", self.write("bad.raftrec", data))
                self.assertEqual(result.out, "")

    def test_recordings_that_do_not_repeat(self):
        good = PREAMBLE + header(self.model()) + BRANCH
        digest = record(4, position(0, 1) + message(2, b"\x09" + b"\x01" * 8))
        for name, data in {
                "another digest": good + record(3, position(0, 0) + message(2, "heal")) + digest,
                "events that never were": good + record(3, position(0, 500) + message(2, "heal")),
                "events that were and are not told": good + record(3, position(90000, 0) + message(2, "heal")),
                "a command that cannot be": good + record(3, position(0, 0) + message(2, "restart n1")),
        }.items():
            with self.subTest(name):
                result = self.run_cli("replay", self.write("bad.raftrec", data))
                self.assertEqual(result.exit, 3, result.err)
                self.assertIn("the replay differs at tick", result.err)

    def database(self):
        """A whole one."""
        path, _ = self.record()
        out = self.path("n1.sqlite")
        self.assertEqual(self.run_cli("disk", "extract", path, "--node", "n1", out).exit, 0)
        with open(out, "rb") as file:
            return file.read()

    def test_databases(self):
        good = self.database()

        def tampered(sql):
            path = self.write("t.sqlite", good)
            database = sqlite3.connect(path)
            database.executescript(sql)
            database.close()
            with open(path, "rb") as file:
                return file.read()
        endless = ("CREATE VIEW kv2 AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) "
                   "SELECT x FROM c")
        bad = {
            "an empty file": (b"", "is empty"),
            "a text": (b"seed 42\n", "is not an SQLite database"),
            "a header alone": (good[:100], "is damaged"),
            "half a file": (good[:len(good) // 2], "is damaged"),
            "zeros behind the header": (good[:100] + bytes(len(good) - 100), "is damaged"),
            "a write-ahead log": (good[:18] + b"\x02\x02" + good[20:], "turn it into one file with"),
            "another program's": (tampered("PRAGMA application_id=1"), "but not one of a Raftarium node"),
            "a newer version": (tampered("PRAGMA user_version=1000"), "open it with a newer Raftarium"),
            "an endless view": (tampered(endless), "does not belong into a node database"),
            "a trigger": (tampered("CREATE TRIGGER t AFTER DELETE ON kv BEGIN DELETE FROM log; END"), "does not belong"),
            "a table more": (tampered("CREATE TABLE zz(a)"), "does not belong"),
            "a table less": (tampered("DROP TABLE kv"), 'lacks the table "kv"'),
            "a column more": (tampered("ALTER TABLE log ADD COLUMN more INTEGER"), "other columns"),
            "a missing entry": (tampered("DELETE FROM log WHERE idx = 1"), "row 1 is missing"),
            "a changed value": (tampered("UPDATE kv SET value = x'00'"), "does not match its checksum"),
            "no vote": (tampered("DELETE FROM hard_state"), "table hard_state"),
        }
        self.assertGreaterEqual(len(bad), 10)
        os.mkdir(self.path("boot"))
        for name, (data, sentence) in bad.items():
            with self.subTest(name):
                result = self.run_cli("disk", "check", self.write("bad.sqlite", data))
                self.assertEqual((result.exit, result.out), (2, ""), result.err)
                self.assertIn(sentence, result.err.split("\n")[0])
                self.write("boot/n1.sqlite", data)
                self.check(2, "", "disk", "boot", self.path("boot"))

    # --- where to

    def test_outputs(self):
        record_path, _ = self.record()
        database = self.write("d.sqlite", self.database())
        out = self.path("out")
        os.mkdir(out)
        commands = {
            "--record": ["run", LEADER_CRASH, "--state", "--record"],
            "--history": ["run", LEADER_CRASH, "--state", "--history"],
            "--trace": ["run", LEADER_CRASH, "--state", "--trace"],
            "extract": ["disk", "extract", record_path, "--node", "n1"],
            "shot": ["shot", record_path],
        }
        for name, command in commands.items():
            with self.subTest(name):
                self.check(2, "", *command, self.path("no/such/folder"))
                self.check(2, "", *command, "/proc/no-place")
                self.check(2, "", *command, out)
                self.check(2, "", *command, "/dev/full")
                self.check(1, "would overwrite", *command, command[1] if name != "extract" else record_path)
        linked = self.path("link")
        os.symlink(record_path, linked)
        self.check(1, "would overwrite", *commands["extract"], linked)
        self.check(1, "name one file", "run", LEADER_CRASH, "--trace", out, "--history", out)
        self.assertEqual(os.listdir(out), [])
        self.assertEqual(self.run_cli("disk", "check", database).exit, 0)

    def test_a_disk_without_room(self):
        """The old file stays, nothing else is left."""
        old = self.write("old", "old")

        def no_room():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        for option in ("--record", "--history", "--trace"):
            result = subprocess.run([PROGRAM, "run", LEADER_CRASH, "--state", option, old], check=False,
                                    capture_output=True, preexec_fn=no_room, text=True)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn("cannot be written, nothing was changed", result.stderr)
            with open(old, encoding="utf-8") as file:
                self.assertEqual(file.read(), "old")
            self.assertEqual(os.listdir(self.folder.name), ["old"])

    def test_standard_output_without_room(self):
        with open("/dev/full", "wb") as full:
            result = subprocess.run([PROGRAM, "run", LEADER_CRASH], check=False, stdout=full,
                                    stderr=subprocess.PIPE, text=True)
        self.assertEqual((result.returncode, result.stderr),
                         (2, "raftarium: standard output cannot be written\n"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
