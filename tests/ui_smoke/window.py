"""The real program in a display in memory, its mouse and its keyboard."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

WIDTH, HEIGHT = 1600, 1000
SECONDS = 60  # to wait for a state: generous, since a loaded machine draws slowly


class Failure(Exception):
    """What was expected and did not come."""


class Display:
    """An X server of our own, on a number that it chooses."""

    def __enter__(self):
        read, write = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"],
            pass_fds=[write], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            self.process.wait()
            raise Failure("Xvfb did not start")
        self.name = f":{number}"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Window:
    """The program. What it says about itself it writes to a file after each frame."""

    def __init__(self, program, arguments, display, folder):
        self.folder = Path(folder)
        self.dump_file = self.folder / "dump.json"
        self.environment = {
            **os.environ, "DISPLAY": display.name, "RAFTARIUM_UI_DUMP": str(self.dump_file),
            # Nothing of the user's: settings and journals go to the test's folder.
            "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder), "XDG_STATE_HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder), "LIBGL_ALWAYS_SOFTWARE": "1"}
        self.messages = open(self.folder / "messages.txt", "w", encoding="utf-8")
        self.process = subprocess.Popen([program, *arguments], env=self.environment, cwd=self.folder,
                                        stdin=subprocess.DEVNULL, stdout=self.messages, stderr=self.messages)

    def dump(self):
        """What the last frame said, or None before the first."""
        try:
            return json.loads(self.dump_file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def state(self):
        return self.dump()["state"]

    def wait_for(self, what, holds, seconds=SECONDS):
        """Waits until `holds(dump)`, and returns the dump."""
        end = time.monotonic() + seconds
        while True:
            dump = self.dump()
            if dump and holds(dump):
                return dump
            if self.process.poll() is not None:
                raise Failure(f"the program ended with {self.process.returncode} while waiting for: {what}")
            if time.monotonic() > end:
                raise Failure(f"not within {seconds} s: {what}")
            time.sleep(0.05)

    def xdotool(self, *arguments):
        subprocess.run(["xdotool", *map(str, arguments)], env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def act(self, *arguments):
        """One action of mouse or keyboard, and the frames that answer it."""
        frame = self.dump()["frame"]
        self.xdotool(*arguments)
        # A frame that was under way may not have seen it, the one behind that has. A window that draws only
        # what changes may draw a single one; then a while without any must do.
        self.wait_for("a frame after " + " ".join(map(str, arguments)), lambda dump: dump["frame"] > frame)
        end = time.monotonic() + 0.4
        while self.dump()["frame"] < frame + 2 and time.monotonic() < end:
            time.sleep(0.02)

    def move_to(self, name):
        x, y, width, height, enabled = self.wait_for(
            f"a widget {name}", lambda dump: name in dump["widgets"])["widgets"][name]
        if not enabled:
            raise Failure(f"the widget {name} is disabled")
        x, y = x + width // 2, y + height // 2
        # Two moves: the second makes sure that there is a motion even where the pointer was.
        self.xdotool("mousemove", x + 1, y + 1)
        self.act("mousemove", x, y)

    def click(self, name, button=1):
        self.move_to(name)
        self.act("mousedown", button)
        self.act("mouseup", button)

    def key(self, name):
        self.act("keydown", name)
        self.act("keyup", name)

    def type(self, text):
        for character in text:
            self.act("type", "--delay", 0, character)

    def picture(self, path):
        """Where ImageMagick is there."""
        if shutil.which("import"):
            subprocess.run(["import", "-window", "root", str(path)], env=self.environment, check=False,
                           timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait_for_end(self, seconds=SECONDS):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"the program did not end within {seconds} s") from error

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.messages.close()


def keep(window, folder):
    """Leaves what helps to understand a failure in `folder`."""
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    window.picture(folder / "window.png")
    for name in ("dump.json", "messages.txt"):
        if (window.folder / name).exists():
            shutil.copy(window.folder / name, folder / name)
    return folder


def scratch():
    return tempfile.TemporaryDirectory(prefix="raftarium-smoke-")
