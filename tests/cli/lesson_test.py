#!/usr/bin/env python3
"""raftarium lesson: exit codes, messages with file and line, JSON, play in the terminal."""
import json
import os
import shutil
import subprocess
import sys
import unittest

from cli_case import PROGRAM, SCENARIOS, CliCase

TINY = os.path.join(os.path.dirname(SCENARIOS), "lesson", "lessons")


class Lessons(CliCase):
    def setUp(self):
        super().setUp()
        shutil.copytree(TINY, self.path("lessons"))
        self.english = self.path("lessons/01-tiny.md")
        self.chinese = self.path("lessons/zh/01-tiny.md")

    def edit(self, path, piece, other):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertIn(piece, text)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(piece, other, 1))

    def lesson_check(self, exit_code, *arguments):
        result = self.run_cli("lesson", "check", *arguments)
        self.assertEqual(result.exit, exit_code, (result.out, result.err))
        return result

    def play(self, text, *arguments):
        done = subprocess.run([PROGRAM, "lesson", "play", *arguments], input=text.encode(), capture_output=True,
                              timeout=60, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_true_lessons(self):
        result = self.lesson_check(0, self.path("lessons"))
        self.assertIn("2 of 2 lessons are true", result.out)
        self.assertEqual(result.err, "")
        result = self.lesson_check(0, self.path("lessons"), "--json")
        lines = [json.loads(line) for line in result.out.splitlines()]
        self.assertEqual(lines, [{"lesson": self.english, "ok": True, "errors": []},
                                 {"lesson": self.chinese, "ok": True, "errors": []}])

    def test_untrue_lessons(self):
        for piece, other, place in [
                ("role n3 = leader", "role n3 = follower", ":36:22: the option 'One' is marked right"),
                ("```goal\nleader n3", "```goal\nleader n2", ":50:1: the goal was not reached"),
                ("expect leader n3", "expect leader n1", ":64:1: expect failed")]:
            with self.subTest(piece):
                shutil.copy(os.path.join(TINY, "01-tiny.md"), self.english)
                self.edit(self.english, piece, other)
                result = self.lesson_check(7, self.english)
                self.assertIn(self.english + place, result.err)
                self.assertIn("FALSE", result.out)

    def test_pictures(self):
        for where, message in [("nothing.png", "there is no picture"), ("01-tiny.md", "is no picture that can be read"),
                               ("../../secret.png", "lies beside the lesson")]:
            with self.subTest(where):
                shutil.copy(os.path.join(TINY, "01-tiny.md"), self.english)
                with open(self.english, encoding="utf-8") as file:
                    text = file.read().rstrip("\n")
                with open(self.english, "w", encoding="utf-8") as file:
                    file.write(text + f"\n\n![it]({where})\n")
                result = self.lesson_check(7, self.english)
                line = text.count("\n") + 3
                self.assertIn(f"{self.english}:{line}: ", result.err)
                self.assertIn(message, result.err)

    def test_a_block_that_differs_in_one_language(self):
        self.edit(self.chinese, "put x 1", "put x 2")
        for what in (self.path("lessons"), self.english, self.chinese):
            with self.subTest(what):
                result = self.lesson_check(7, what, "--json")
                self.assertIn(self.chinese + ":62: the block `raft` differs", result.err)
                errors = [error for line in result.out.splitlines() for error in json.loads(line)["errors"]]
                self.assertEqual(len([error for error in errors if "differs" in error]), 1)

    def test_syntax_and_files(self):
        self.edit(self.english, "```raft do\ncampaign n3", "```raft do\ncampain n3")
        self.edit(self.english, "leader n3", "leader")
        result = self.lesson_check(1, self.path("lessons"))
        self.assertIn(self.english + ":46:1: expected a command; did you mean campaign?", result.err)
        self.assertIn(self.english + ":50:7: ", result.err)
        self.lesson_check(2, self.path("nothing.md"))
        os.mkdir(self.path("empty"))
        self.lesson_check(2, self.path("empty"))
        self.check(1, "did you mean --json", "lesson", "check", "--jso")
        self.check(1, "expected list, check or play", "lesson", "chek")

    def test_play(self):
        exit_code, out, err = self.play("\n\nb\n\n\n", self.english, "--text")
        self.assertEqual((exit_code, err), (0, ""))
        self.assertIn("Predicted right: 1 of 1", out)
        exit_code, out, err = self.play("", self.english, "--text", "--lang", "zh")
        self.assertEqual((exit_code, err), (0, ""))
        self.assertIn("写入已在每块磁盘上", out)
        self.edit(self.english, "expect leader n3", "expect leader n1")
        exit_code, out, err = self.play("", self.english, "--text")
        self.assertEqual(exit_code, 7)
        self.assertIn(":64:1: expect failed", err)
        self.check(1, "--lang expects en or zh", "lesson", "play", self.english, "--text", "--lang", "fr")
        self.check(2, "no such file", "lesson", "play", self.path("none.md"), "--text")

    def test_a_recording_as_the_beginning_of_a_lesson(self):
        recording, _ = self.record()
        path = self.path("new.md")
        result = self.run_cli("replay", recording, "--scenario", path)
        self.assertEqual(result.exit, 0, result.err)
        self.lesson_check(0, path)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
