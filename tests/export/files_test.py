#!/usr/bin/env python3
"""The files that export writes, read by other programs: pictures, data, films; and what it says when it cannot."""
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

import export_case as case

ADDRESS = "http://localhost:1"


class FilesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.recording = case.record(cls.folder.name)
        cls.hostile = case.hostile_recording(cls.folder.name, ADDRESS)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def export(self, name, *options, recording=None):
        ending = name.rsplit(".", 1)[1]
        path = self.path(name)
        case.call("export", recording or self.recording, "--" + ("trace" if ending == "jsonl" else ending), path, *options)
        with open(path, "rb") as file:
            return file.read()

    def refused(self, code, message, *options):
        before = sorted(os.listdir(self.folder.name))
        done = case.call("export", self.recording, *options, expect=code)
        self.assertIn(message, done.stderr.decode())
        self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)
        self.assertEqual(sorted(os.listdir(self.folder.name)), before)

    def test_png(self):
        for view in ("ring", "sequence", "logs"):
            data = self.export(f"{view}.png", "--view", view, "--at", "tick:20", "--size", "801x601")
            self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
            self.assertEqual(struct.unpack(">II", data[16:24]), (801, 601))
            again = self.export(f"{view}2.png", "--view", view, "--at", "tick:20", "--size", "801x601")
            self.assertEqual(data, again)
            later = self.export(f"{view}3.png", "--view", view, "--at", "bookmark:n5 comes back", "--size", "801x601")
            self.assertNotEqual(data, later)
        dark = self.export("dark.png", "--at", "tick:20")
        self.assertNotEqual(dark, self.export("light.png", "--at", "tick:20", "--theme", "light"))

    def test_svg_is_xml_that_only_draws(self):
        for recording in (self.recording, self.hostile):
            for view in ("ring", "sequence", "logs"):
                data = self.export("a.svg", "--view", view, recording=recording)
                root = xml.etree.ElementTree.fromstring(data)
                self.assertEqual(root.get("viewBox"), "0 0 1600 1000")
                for node in root.iter():
                    name = node.tag.rsplit("}", 1)[1]
                    self.assertIn(name, {"svg", "title", "desc", "defs", "g", "symbol", "use", "path", "rect", "circle",
                                         "clipPath", "image", "mask", "filter", "feColorMatrix", "line", "polyline"})
                    for key, value in node.attrib.items():
                        self.assertFalse(key.lower().startswith("on"), key)
                        if key.endswith("href"):
                            self.assertTrue(value.startswith("#"), value)
        self.assertIn("<script>", root.find("{http://www.w3.org/2000/svg}title").text)

    def test_pdf(self):
        data = self.export("a.pdf", "--at", "bookmark:partition")
        self.assertEqual(data[:5], b"%PDF-")
        self.assertIn(b"/MediaBox [ 0 0 842.25 595.5 ]", data)
        self.assertNotIn(b"/JavaScript", self.export("b.pdf", recording=self.hostile))
        if shutil.which("pdftotext"):
            words = subprocess.run(["pdftotext", self.path("a.pdf"), "-"], capture_output=True, check=True).stdout.decode()
            self.assertIn("partition {n1 n2} {n3 n4 n5}", words)

    def test_json(self):
        run = json.loads(self.export("a.json"))
        self.assertEqual((run["raftarium"], run["version"], run["seed"], run["nodes"]), ("run", 1, 9, 5))
        self.assertEqual(run["state"], case.state(self.recording, "end"))
        ids = [fact["id"] for fact in run["facts"]]
        self.assertEqual(ids, list(range(ids[0], ids[0] + len(ids))))
        self.assertEqual([c["command"] for c in run["commands"]][:1], ["campaign n1"])
        self.assertIn("partition", [m["text"] for m in run["marks"] if m["kind"] == "bookmark"])
        part = json.loads(self.export("b.json", "--from", "tick:5", "--to", "bookmark:partition"))
        self.assertEqual(part["state"], case.state(self.recording, "bookmark:partition"))
        self.assertGreater(part["facts"][0]["tick"], 4.9)
        self.assertEqual((part["from"]["tick"], part["to"]["event"]), (5, part["state"]["event"]))
        hostile = json.loads(self.export("c.json", recording=self.hostile))
        self.assertEqual(hostile["author"], case.hostile_texts(ADDRESS)[1])

    def test_trace_has_vector_clocks_that_shiviz_takes(self):
        text = self.export("a.jsonl").decode()
        # The expression of docs/formats.md, in Python's spelling.
        with open(os.path.join(os.path.dirname(__file__), "../../docs/formats.md"), encoding="utf-8") as file:
            expression = re.search(r"^    (\^.*\(\?<host>.*)$", file.read(), re.M).group(1)
        expression = re.compile(expression.replace("(?<", "(?P<"), re.M)
        clocks, found = {}, 0
        lines = text.splitlines()
        records = [json.loads(line) for line in lines]
        for line, record in zip(lines, records):
            match = expression.search(line)
            self.assertEqual(bool(match), "clock" in record, line)
            if not match:
                continue
            found += 1
            host, clock = match["host"], json.loads(match["clock"])
            self.assertEqual((host, clock), (record["host"], record["clock"]))
            # ShiViz wants each host to count by one.
            self.assertEqual(clock[host], clocks.get(host, {}).get(host, 0) + 1)
            for other, count in clock.items():
                self.assertGreaterEqual(count, clocks.get(host, {}).get(other, 0))
            clocks[host] = clock
        self.assertGreater(found, 100)
        sends = {r["message"]: r for r in records if r["kind"] == "send"}
        for record in records:
            if record["kind"] == "receive" and record["message"] in sends:
                sent = sends[record["message"]]
                self.assertGreaterEqual(record["clock"][sent["host"]], sent["clock"][sent["host"]])
        # It is a trace like any other: the checks say the same of it.
        plain = self.path("plain.jsonl")
        case.call("run", case.TOUR, "--trace", plain, "--json")
        reports = [subprocess.run([case.PROGRAM, "view", "--check", path], capture_output=True, check=False).stdout
                   for path in (plain, self.path("a.jsonl"))]
        self.assertIn(b"checked: election-safety", reports[0])
        self.assertNotIn(b"violated", reports[0])
        self.assertEqual(*reports)

    def test_says_what_is_wrong_and_writes_nothing(self):
        out = self.path("new.png")
        self.refused(1, "give one of --html", "--view", "ring")
        self.refused(1, "one file at a time", "--png", out, "--svg", out)
        self.refused(1, "--view expects ring, sequence or logs, found 'both'", "--png", out, "--view", "both")
        self.refused(1, "--theme expects", "--png", out, "--theme", "blue")
        self.refused(1, "--size expects WxH", "--png", out, "--size", "10")
        self.refused(1, "64 to 16384", "--png", out, "--size", "10x10")
        self.refused(1, "--at: 'soon' is no position", "--png", out, "--at", "soon")
        self.refused(1, "", "--png", out, "--at", "tick:100000")
        self.refused(1, "", "--png", out, "--at", "bookmark:nowhere")
        self.refused(1, "lies behind --to", "--json", out, "--from", "tick:9", "--to", "tick:8")
        self.refused(1, "does not lie between", "--html", out, "--from", "tick:9", "--at", "tick:8")
        self.refused(1, "--png shows one moment", "--png", out, "--from", "tick:3")
        self.refused(1, "--fps expects", "--mp4", out, "--fps", "0")
        self.refused(1, "would overwrite", "--png", self.recording)
        self.refused(2, "", "--png", self.path("no/such/folder.png"))
        self.refused(2, "is not a regular file", "--png", self.folder.name)
        self.refused(2, "is not a regular file", "--gif", self.folder.name)
        done = case.call("export", case.TOUR, "--png", out, expect=2)
        self.assertFalse(os.path.exists(out))
        self.assertIn("tour.scenario", done.stderr.decode())

    def test_what_is_there_stays_if_it_fails(self):
        out = self.path("kept.json")
        with open(out, "w", encoding="utf-8") as file:
            file.write("mine")
        case.call("export", self.recording, "--json", out, "--at", "tick:100000", expect=1)
        with open(out, encoding="utf-8") as file:
            self.assertEqual(file.read(), "mine")

    def test_a_film_without_ffmpeg_names_the_package(self):
        done = case.call("export", self.recording, "--mp4", self.path("no.mp4"), "--to", "tick:1", expect=2,
                         environment={"PATH": "/nonexistent", "HOME": self.folder.name})
        self.assertIn("install the package ffmpeg", done.stderr.decode())
        self.assertEqual([name for name in os.listdir(self.folder.name) if "no.mp4" in name], [])


@unittest.skipUnless(shutil.which("ffmpeg"), "the package ffmpeg is not installed")
class FilmTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        # Without notes: in a film all pictures have the room of its longest note, a picture that of its own.
        bare = os.path.join(cls.folder.name, "bare.scenario")
        with open(case.TOUR, encoding="utf-8") as tour, open(bare, "w", encoding="utf-8") as file:
            file.writelines(line for line in tour if not line.startswith("say "))
        cls.recording = case.record(cls.folder.name, bare)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def pixels(self, path, *select):
        """The picture's rows of red, green and blue."""
        return subprocess.run(["ffmpeg", "-v", "error", *select, "-i", path, "-frames:v", "1", "-f", "rawvideo",
                               "-pix_fmt", "rgb24", "pipe:1"], capture_output=True, check=True).stdout

    def test_frames_duration_first_and_last(self):
        span = ("--from", "tick:8", "--to", "tick:10")
        for ending in ("mp4", "gif"):
            film = self.path("a." + ending)
            case.call("export", self.recording, "--" + ending, film, *span, "--size", "640x360", "--fps", "10",
                      "--speed", "2")
            probe = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-show_entries",
                                    "stream=nb_read_frames,width,height:format=duration", "-of", "json", film],
                                   capture_output=True, check=True)
            found = json.loads(probe.stdout)
            stream = found["streams"][0]
            # 2 ticks at 2 a second are 10 steps, and the last picture stands for a second.
            self.assertEqual((int(stream["nb_read_frames"]), stream["width"], stream["height"]), (21, 640, 360), ending)
            self.assertAlmostEqual(float(found["format"]["duration"]), 2.1, delta=0.11)
            for position, select in (("tick:8", ()), ("tick:10", ("-ss", "1.9"))):
                still = self.path("still.png")
                case.call("export", self.recording, "--png", still, "--at", position, "--size", "640x360")
                frame, wanted = self.pixels(film, *select), self.pixels(still)
                self.assertEqual(len(frame), len(wanted))
                # The coding loses a little; timers run evenly in films alone; the caption keeps its height.
                different = sum(abs(a - b) > 60 for a, b in zip(frame, wanted)) / len(wanted)
                self.assertLess(different, 0.02, (ending, position))
            other = self.path("other.png")
            case.call("export", self.recording, "--png", other, "--at", "end", "--size", "640x360")
            wrong = sum(abs(a - b) > 60 for a, b in zip(self.pixels(film), self.pixels(other))) / len(wanted)
            self.assertGreater(wrong, 0.02)
        self.assertEqual([name for name in os.listdir(self.folder.name) if ".tmp" in name], [])

    def test_ctrl_c_leaves_no_file(self):
        folder = self.path("cancel")
        os.mkdir(folder)
        film = subprocess.Popen([case.PROGRAM, "export", self.recording, "--mp4", os.path.join(folder, "a.mp4"),
                                 "--speed", "0.01", "--fps", "60"], stderr=subprocess.PIPE)
        # It has begun once its unfinished file is there.
        while not os.listdir(folder) and film.poll() is None:
            time.sleep(0.01)
        film.send_signal(signal.SIGINT)
        film.wait(timeout=60)
        film.stderr.close()
        self.assertEqual(film.returncode, -signal.SIGINT)
        self.assertEqual(os.listdir(folder), [])

    def test_an_encoder_that_fails_leaves_no_file(self):
        folder = self.path("bin")
        os.mkdir(folder)
        with open(os.path.join(folder, "ffmpeg"), "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\necho it cannot >&2\nexit 3\n")
        os.chmod(os.path.join(folder, "ffmpeg"), 0o755)
        environment = dict(os.environ, PATH=folder)
        done = case.call("export", self.recording, "--gif", self.path("b.gif"), "--to", "tick:1", expect=2,
                         environment=environment)
        self.assertIn("ffmpeg failed: it cannot", done.stderr.decode())
        self.assertFalse(any("b.gif" in name for name in os.listdir(self.folder.name)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
