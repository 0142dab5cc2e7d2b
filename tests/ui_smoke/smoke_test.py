#!/usr/bin/env python3
"""Drives the real window as a person does: smoke_test.py PROGRAM [FOLDER_FOR_FAILURES].

Time runs and somebody is elected; play and pause; a write through the console; the leader crashes and
another one leads; the window closes. Each step waits for the state that it must lead to.
"""

import sys
import time
from pathlib import Path

from window import Display, Failure, Window, keep, scratch


def leaders(dump):
    """Ids of the nodes that are up and lead, those of the highest term."""
    up = [node for node in dump["state"]["nodes"] if node["status"] == "up" and node["role"] == "leader"]
    term = max((node["term"] for node in up), default=0)
    return [node["id"] for node in up if node["term"] == term]


def node(dump, number):
    return next(n for n in dump["state"]["nodes"] if n["id"] == number)


def expect(what, holds):
    if not holds:
        raise Failure(what)


def first_start(window):
    """With no arguments: five nodes, time running, no empty window."""
    dump = window.wait_for("five nodes and running time",
                           lambda dump: len(dump["state"]["nodes"]) == 5 and dump["playing"])
    tick = dump["state"]["tick"]
    window.wait_for("time to pass", lambda dump: dump["state"]["tick"] > tick)
    expect("every node is on the stage", all(f"node:n{i}" in dump["widgets"] for i in range(1, 6)))
    window.key("Escape")  # the card of the first start


def play_and_pause(window):
    window.click("play")
    tick = window.wait_for("the button to stop time", lambda dump: not dump["playing"])["state"]["tick"]
    window.act("mousemove", 700, 300)
    expect("while time stands the tick does not change", window.dump()["state"]["tick"] == tick)

    # Nothing changes, so nothing is drawn.
    time.sleep(1)
    frame = window.dump()["frame"]
    time.sleep(1)
    expect("a window that stands still draws no frame", window.dump()["frame"] == frame)

    event = window.dump()["state"]["event"]
    window.key("Right")
    window.wait_for("one event by the arrow key", lambda dump: dump["state"]["event"] == event + 1)
    window.click("tick")
    window.wait_for("one tick by its button", lambda dump: dump["state"]["tick"] >= tick + 1)

    for _ in range(6):
        window.key("equal")  # faster, so that the test need not wait for real elections
    window.key("space")
    window.wait_for("the space bar to start time", lambda dump: dump["playing"])


def propose(window):
    """A write through the console, opened with its key."""
    window.wait_for("a leader", leaders)
    window.key("slash")
    window.type("put colour blue")
    window.key("Return")
    window.wait_for("the write on every node",
                    lambda dump: all(n["kv"].get("colour") == "blue" for n in dump["state"]["nodes"]))
    window.key("Escape")  # leaves the console: letters are commands again


def crash_the_leader(window):
    leader = leaders(window.wait_for("a leader", leaders))[0]
    window.click(f"node:n{leader}")
    window.key("c")
    dump = window.wait_for(f"n{leader} to be down", lambda dump: node(dump, leader)["status"] == "down")
    expect("its disk still has the write", node(dump, leader)["kv"].get("colour") == "blue")
    after = window.wait_for("another leader", lambda dump: leaders(dump) and leaders(dump) != [leader])
    expect("another node leads, in a higher term",
           node(after, leaders(after)[0])["term"] > node(dump, leader)["term"])

    # It comes back the other way: right click, menu.
    window.click(f"node:n{leader}", button=3)
    window.click("node.crash")
    window.wait_for(f"n{leader} to follow", lambda dump: node(dump, leader)["role"] == "follower"
                    and node(dump, leader)["commit"] == node(dump, leaders(dump)[0] if leaders(dump) else leader)["commit"])
    expect("no property was violated", window.state()["violations"] == [])


def close_the_window(window):
    window.act("keydown", "ctrl")
    window.xdotool("keydown", "q")  # no frame answers this one
    status = window.wait_for_end()
    expect(f"the program ends with 0, not {status}", status == 0)


STEPS = [first_start, play_and_pause, propose, crash_the_leader, close_the_window]


def main(program, failures):
    with Display() as display, scratch() as folder:
        window = Window(str(Path(program).resolve()), [], display, folder)
        try:
            for step in STEPS:
                step(window)
                print(f"ok  {step.__name__.replace('_', ' ')}", flush=True)
            return 0
        except Failure as failure:
            print(f"smoke test, {step.__name__.replace('_', ' ')}: {failure}", file=sys.stderr)
            print(f"what was to be seen: {keep(window, failures)}", file=sys.stderr)
            return 1
        finally:
            window.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "smoke-failure"))
