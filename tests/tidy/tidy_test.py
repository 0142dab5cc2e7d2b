#!/usr/bin/env python3
"""Sees every check of the tree fail on a bad example, and pass on a good one."""

import tempfile
import unittest
from pathlib import Path

import determinism
import layers
import length
import listed
import places
import steps
import words
from sources import code_only


class TreeTest(unittest.TestCase):
    """Each test writes a small tree and runs a check on it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def messages(self, module, files):
        for path, text in files.items():
            self.write(path, text)
        return [str(problem) for problem in module.check(self.root)]

    def assert_bad(self, module, path, text, place, words):
        """Exactly one problem, at `place`, that names `words`."""
        found = self.messages(module, {path: text})
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(place + ":"), found[0])
        self.assertIn(words, found[0])
        (self.root / path).unlink()

    def assert_good(self, module, path, text):
        self.assertEqual(self.messages(module, {path: text}), [])
        (self.root / path).unlink()


class Layers(TreeTest):
    def test_an_include_against_the_arrows(self):
        for path, name in [
                ("raft/a.cc", "kv/server.h"), ("raft/a.cc", "app/sim/view.h"), ("kv/a.h", "storage/sim_disk.h"),
                ("storage/a.cc", "app/sim/cluster.h"), ("app/sim/a.cc", "app/check/check.h"),
                ("app/scenario/a.cc", "app/session/session.h"), ("app/check/a.cc", "app/scenario/parser.h"),
                ("app/lesson/a.cc", "app/ui/window.h"), ("app/scene/a.cc", "app/session/session.h"),
                ("app/export/a.cc", "app/ui/window.h"), ("app/ui/a.cc", "app/cli/main.h"),
                ("raft/a.cc", "tests/raft/cluster.h")]:
            with self.subTest(path=path, name=name):
                self.assert_bad(layers, path, f'// x\n#include "{name}"\n', f"{path}:2", name)

    def test_observers_see_values_not_the_cluster(self):
        for path in ("app/check/a.cc", "app/scene/a.cc"):
            self.assert_bad(layers, path, '#include "app/sim/cluster.h"\n', f"{path}:1", "app/sim/cluster.h")
            self.assert_good(layers, path, '#include "app/sim/view.h"\n')

    def test_the_command_line_sees_only_the_door_of_the_window(self):
        self.assert_bad(layers, "app/cli/a.cc", '#include "app/ui/panels/ring.h"\n', "app/cli/a.cc:1", "ring.h")
        self.assert_good(layers, "app/cli/a.cc", '#include "app/ui/window.h"\n')

    def test_libraries_have_one_owner(self):
        for path, name in [("app/cli/a.cc", "imgui.h"), ("app/scene/a.cc", "backends/imgui_impl_glfw.h"),
                           ("app/export/a.cc", "GLFW/glfw3.h"), ("app/scene/a.h", "glad/gl.h"),
                           ("app/sim/a.cc", "sqlite3.h"), ("raft/a.cc", "gtest/gtest.h")]:
            with self.subTest(path=path, name=name):
                self.assert_bad(layers, path, f"#include <{name}>\n", f"{path}:1", name)
        self.assert_good(layers, "app/ui/a.cc", "#include <imgui.h>\n#include <GLFW/glfw3.h>\n")
        self.assert_good(layers, "storage/a.cc", "#include <sqlite3.h>\n")

    def test_paths_start_at_the_root(self):
        self.assert_bad(layers, "app/sim/a.cc", '#include "view.h"\n', "app/sim/a.cc:1", "view.h")
        self.assert_bad(layers, "app/sim/a.cc", '#include "../sim/view.h"\n', "app/sim/a.cc:1", "root")

    def test_a_folder_that_the_picture_does_not_know(self):
        self.assert_bad(layers, "app/misc/a.cc", "\n", "app/misc/a.cc:1", "app/misc")

    def test_good_ones(self):
        for path, name in [("kv/a.cc", "raft/types.h"), ("storage/a.cc", "kv/store.h"), ("app/sim/a.cc", "storage/sim_disk.h"),
                           ("app/session/a.cc", "app/scenario/parser.h"), ("app/export/a.cc", "app/scene/display_list.h"),
                           ("tests/ui/a_test.cc", "app/sim/cluster.h"), ("app/cli/a.cc", "app/campaign/fuzz.h")]:
            with self.subTest(path=path, name=name):
                self.assert_good(layers, path, f'#include "{name}"\n')
        self.assert_good(layers, "raft/a.cc", '#include <sys/stat.h>\n// #include "kv/server.h"\n')


class Listed(TreeTest):
    def test_a_source_that_no_list_names(self):
        self.write("raft/CMakeLists.txt", "raftarium_library(raft a.cc\n  b.cc)  # c.cc is gone\n")
        self.write("raft/a.cc", "")
        self.write("raft/b.cc", "")
        self.assertEqual(listed.check(self.root), [])
        self.assert_bad(listed, "raft/c.cc", "", "raft/c.cc:1", "no CMakeLists.txt")

    def test_a_list_of_a_folder_above(self):
        self.write("app/ui/CMakeLists.txt", "raftarium_library(ui window.cc panels/ring.cc)\n")
        self.write("app/ui/panels/ring.cc", "")
        self.assertEqual(listed.check(self.root), [])
        self.assert_bad(listed, "app/ui/panels/window.cc", "", "app/ui/panels/window.cc:1", "no CMakeLists.txt")

    def test_generated_files_are_left_alone(self):
        self.assert_good(listed, "build/dev/generated/x.pb.cc", "")


class Determinism(TreeTest):
    def test_each_forbidden_thing(self):
        for line in [
                "#include <random>", "#include <chrono>", "#include <thread>", "#include <mutex>",
                "#include <unordered_map>", "#include <unordered_set>", "#include <locale>", "#include <cmath>",
                "#include <cctype>", "#include <sstream>", "#include <coroutine>", "#include <ranges>",
                "int x = rand();", "int x = std::rand();", "std::random_device d;", "auto t = time(nullptr);",
                "auto t = std::time(0);", "auto t = std::chrono::steady_clock::now();", "std::unordered_map<int, int> m;",
                "double x = 0;", "float f(int);", "std::locale l;", "thread_local int x;", "std::hash<int> h;",
                "const char* home = std::getenv(\"HOME\");", "std::ranges::sort(v);"]:
            with self.subTest(line=line):
                self.assert_bad(determinism, "raft/a.cc", f"\n{line}\n", "raft/a.cc:2", ":")

    def test_each_folder(self):
        for folder in determinism.FOLDERS:
            self.assert_bad(determinism, f"{folder}/a.h", "double x;\n", f"{folder}/a.h:1", "floating point")
        for folder in ("app/session", "app/ui", "app/cli", "tests/raft"):
            self.assert_good(determinism, f"{folder}/a.h", "double x;\n#include <chrono>\n")

    def test_comments_and_text_are_no_code(self):
        self.assert_good(determinism, "kv/a.cc",
                         '// double\n/* float\n double */ const char* s = "double rand()"; auto r = R"(double)";\n')

    def test_words_that_only_look_alike(self):
        self.assert_good(determinism, "kv/a.cc",
                         "doubled(x); Time time() const; view.time(); random_stream.below(3); runtime(0); int brand(int);\n")

    def test_an_exception_needs_a_reason(self):
        self.assert_good(determinism, "storage/a.cc", "int f(double*);  // tidy: allow double (SQLite's signature)\n")
        self.assert_bad(determinism, "storage/a.cc", "int f(double*);  // tidy: allow double\n", "storage/a.cc:1", "double")
        self.assert_bad(determinism, "storage/a.cc", "int f(double*);  // tidy: allow rand (another thing)\n",
                        "storage/a.cc:1", "double")

    def test_two_draws_in_one_expression(self):
        self.assert_bad(determinism, "app/sim/a.cc", "int f() {\n  return g(rng.below(3),\n           rng.below(4));\n}\n",
                        "app/sim/a.cc:2", "two random draws")
        self.assert_bad(determinism, "app/sim/a.cc", "x = rng_.between(1, 2) + streams.rng(3).next();\n",
                        "app/sim/a.cc:1", "two random draws")
        self.assert_good(determinism, "app/sim/a.cc", "auto a = rng.below(3);\nauto b = rng.below(4);\n")
        self.assert_good(determinism, "app/sim/a.cc", "progress.next(1); f(it.next(), it.next());\n")


class Places(TreeTest):
    def test_each_forbidden_thing(self):
        for line, words in [
                ("see /home/kim/raft", "/home/kim"), ("cd /root/x", "/root/x"), ("in /Users/kim", "/Users/kim"),
                ("/work/x", "/work/x"), ("https://packages.some-host.net/x", "packages.some-host.net"),
                ("https://user:secret@other-host.net", "other-host.net"), ("10.20.30.40", "10.20.30.40"),
                ("pypi.some-host.net/simple", "pypi.some-host.net"), ("build.corp:8080", "build.corp")]:
            with self.subTest(line=line):
                self.assert_bad(places, "docs/a.md", f"\n\n{line}\n", "docs/a.md:3", words)

    def test_good_ones(self):
        self.assert_good(places, "docs/a.md",
                         "https://raft.github.io/raft.pdf, /usr/share/fonts, ~/home/x, 127.0.0.1, version 3.21.12\n"
                         "$HOME/work/x; src/root/a; (https://github.com/etcd-io/raft).\n")


class Length(TreeTest):
    def test_one_line_too_many(self):
        self.assert_good(length, "raft/a.cc", "x\n" * 800)
        self.assert_bad(length, "raft/a.cc", "x\n" * 801, "raft/a.cc:801", "801 lines")
        self.assert_bad(length, "scripts/run", "x\n" * 900, "scripts/run:801", "900 lines")
        self.assert_good(length, "docs/a.md", "x\n" * 900)


class Steps(TreeTest):
    HEAD = "---\ntitle: T\ngoal: G\nminutes: 1\n---\n\n## One\n\n"

    def test_a_question_counts_with_its_options_and_a_comment(self):
        option = "- [ ] " + "o " * 40 + "| " + "c " * 60 + "| holds: leader n1\n"
        text = self.HEAD + "p " * 400 + "\n\n```predict\nQ: Why?\n" + option * 4 + "```\n"
        self.assert_bad(steps, "lessons/01-x.md", text, "lessons/01-x.md:4", "it says 1 minutes, and takes 3.6")
        self.assert_good(steps, "lessons/01-x.md", text.replace("minutes: 1", "minutes: 4"))

    def test_code_that_is_cut(self):
        self.assert_bad(steps, "lessons/01-x.md", f"{self.HEAD}```go\nshort\n{'x' * 41}\n```\n", "lessons/01-x.md:11", "cuts code")
        self.assert_good(steps, "lessons/01-x.md", f"{self.HEAD}```raft\nput x {'x' * 60}\n```\n")

    def test_minutes(self):
        self.assert_bad(steps, "lessons/01-x.md", self.HEAD.replace("minutes: 1", "minutes: 2") + "x\n", "lessons/01-x.md:4",
                        "it says 2 minutes, and takes 0.2")
        words = "\n\n## More\n\n".join(["w " * 90] * 6)
        self.assert_bad(steps, "lessons/01-x.md", self.HEAD + words, "lessons/01-x.md:4", "it says 1 minutes, and takes 4.0")
        self.write("lessons/02-y.md", self.HEAD + "x\n")
        self.assert_bad(steps, "lessons/zh/02-y.md", self.HEAD.replace("minutes: 1", "minutes: 9") + "x\n",
                        "lessons/zh/02-y.md:4", "it says 9 minutes, and in English 1")

    def test_good_ones(self):
        folded = "```hint\n" + "x\n" * 60 + "```\n\n```raft\n" + "tick\n" * 60 + "```\n"
        self.assert_good(steps, "lessons/01-x.md", self.HEAD + folded + "\n\n".join(["x" * 47] * 15))
        self.assert_good(steps, "lessons/README.md", "x\n" * 100)


class CodeOnly(unittest.TestCase):
    def test_lines_keep_their_numbers(self):
        text = 'a /* b\nc */ d "e // f" g // h\n#include "raft/x.h" // why\n\'"\' i'
        self.assertEqual([line.split() for line in code_only(text).split("\n")],
                         [["a"], ["d", "g"], ["#include", '"raft/x.h"'], ["i"]])


class Words(TreeTest):
    """A text of the window has its Chinese, with the same places for figures."""

    def found(self, source, table):
        return self.messages(words, {"app/ui/panels/a.cc": source, "app/scene/zh.txt": table})

    def test_every_text_has_its_chinese(self):
        self.assertEqual(self.found('f(tr("Cut off {1}", name));\n', "Cut off {1}\n\t隔离 {1}\n"), [])
        missing = self.found('f(tr("Cut off {1}", name));\nf(tr(one ? "{1} key" : "{1} keys", n));\n', "{1} key\n\t{1} 个键\n")
        self.assertEqual(len(missing), 2, missing)
        self.assertTrue(missing[0].startswith("app/ui/panels/a.cc:1:"), missing[0])
        self.assertIn("{1} keys", missing[1])

    def test_texts_of_several_lines_are_one(self):
        self.assertEqual(self.found('f(tr("What is "\n  "here"));\n', "What is here\n\t这是什么\n"), [])

    def test_texts_kept_for_later_count(self):
        self.assertIn("Later", self.found('f(tr_later("Later"));\n', "")[0])

    def test_places_agree(self):
        for chinese in ("{1} 个", "{1} {2} {3}", "没有"):
            with self.subTest(chinese=chinese):
                found = self.found("", "{1} of {2}\n\t" + chinese + "\n")
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith("app/scene/zh.txt:2:"), found[0])

    def test_a_table_that_is_out_of_step(self):
        self.assertIn("no Chinese for: one", self.found("", "one\ntwo\n\t二\n")[0])
        self.assertIn("a second time", self.found("", "one\n\t一\none\n\t一\n")[0])
        self.assertIn("without English", self.found("", "\t一\n")[0])

    def test_panels_draw_no_sentence_past_tr(self):
        self.assertEqual(self.found('s.list().text(x, y, "put x 1", mono);\n', ""), [])
        bare = self.found('s.list().text(x, y, "Nothing here", style);\n', "")
        self.assertEqual(len(bare), 1, bare)
        self.assertIn("past tr()", bare[0])


if __name__ == "__main__":
    unittest.main()
