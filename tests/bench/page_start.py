#!/usr/bin/env python3
"""How long a page of a run takes to start in Chromium: page_start.py PROGRAM [SCENARIO].

Exports a run of 2,000 ticks with three clients, a partition and snapshots (or SCENARIO) as a page, opens it seven times
in a new tab without a display and prints a JSON object a line: the size in bytes, the time from the beginning of the
navigation until the page can be played ("ready", milliseconds of the wall), and the CPU time of the page's
process in between (TaskDuration), each as median and worst. Needs chromium, chromium-driver and python3-selenium."""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

RUN = """seed 7
set log-gc-count 40
until leader any within 60
clients 3 keys=4 think=4..14
tick 600
partition {n1 n2} {n3 n4 n5}
tick 200
heal
tick 400
crash n1
tick 200
restart n1
tick 580
"""


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        scenario = os.path.join(folder, "run.scenario")
        with open(scenario, "w", encoding="utf-8") as file:
            file.write(RUN if len(sys.argv) == 2 else open(sys.argv[2], encoding="utf-8").read())
        recording, page = os.path.join(folder, "run.raftrec"), os.path.join(folder, "run.html")
        subprocess.run([program, "run", scenario, "--record", recording, "--json"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([program, "export", recording, "--html", page], check=True)
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for word in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1400,1000"):
            options.add_argument(word)
        browser = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        try:
            browser.execute_cdp_cmd("Performance.enable", {"timeDomain": "timeTicks"})
            ready, task = [], []
            for _ in range(7):
                browser.get("about:blank")
                before = task_seconds(browser)
                browser.get("file://" + page)
                WebDriverWait(browser, 60).until(
                    lambda b: b.execute_script("return document.body.dataset.ready === 'true'"))
                # What the page has drawn by then was seen one frame later.
                ready.append(browser.execute_async_script(
                    "const done = arguments[0]; requestAnimationFrame(() => done(performance.now()));"))
                task.append((task_seconds(browser) - before) * 1000)
        finally:
            browser.quit()
        print(json.dumps({"case": "page-bytes", "value": os.path.getsize(page)}))
        for name, values in (("page-ready-ms", ready), ("page-cpu-ms", task)):
            print(json.dumps({"case": name, "median": round(statistics.median(values)), "worst": round(max(values))}))


def task_seconds(browser):
    metrics = browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


main()
