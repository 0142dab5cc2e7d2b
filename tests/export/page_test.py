#!/usr/bin/env python3
"""The page in a real browser: it plays, scrubs, obeys the keyboard and its address, shows what --state says, and lets
no text of a stranger do anything. Ends with 77, skipped, where there is no Chromium or no selenium."""
import http.server
import json
import os
import shutil
import sys
import tempfile
import threading
import unittest

import export_case as case

try:
    from selenium import webdriver
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.support.ui import WebDriverWait
except ImportError:
    print("skipped: the package python3-selenium is not installed")
    sys.exit(77)
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
if not CHROMIUM or not DRIVER:
    print("skipped: the packages chromium and chromium-driver are not installed")
    sys.exit(77)


class Trap(http.server.BaseHTTPRequestHandler):
    """Whatever asks it was let out by a hostile text."""
    asked = []

    def do_GET(self):
        Trap.asked.append(self.path)
        self.send_response(204)
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *arguments):
        pass


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.trap = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Trap)
        threading.Thread(target=cls.trap.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.trap.shutdown)
        cls.recording = case.record(cls.folder.name)
        cls.page = cls.export(cls.recording, "tour.html")
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for word in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--disable-background-networking", "--disable-sync", "--no-first-run",
                     "--window-size=1400,1000", "--force-prefers-color-scheme=dark",
                     "--user-data-dir=" + os.path.join(cls.folder.name, "browser")):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        cls.browser = webdriver.Chrome(service=Service(DRIVER), options=options)
        cls.addClassCleanup(cls.browser.quit)

    @classmethod
    def export(cls, recording, name, *options):
        path = os.path.join(cls.folder.name, name)
        case.call("export", recording, "--html", path, *options)
        return "file://" + path

    def open(self, page, address=""):
        self.browser.get("about:blank")
        self.browser.get(page + address)
        self.wait("return document.body.dataset.ready === 'true'")

    def run_script(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def wait(self, script):
        WebDriverWait(self.browser, 60, 0.05).until(lambda _: self.run_script(script))

    def clock(self):
        """(tick, event) as the page shows them."""
        words = self.run_script("return document.getElementById('clock').textContent")
        _, tick, _, _, event = words.split(" ")
        return float(tick), int(event.replace("\u202f", ""))

    def rows(self):
        return self.run_script(
            "return [...document.querySelectorAll('#state tbody tr')].map(row => "
            "Object.fromEntries([...row.cells].map(cell => [cell.dataset.column, cell.textContent])))")

    def press(self, *keys):
        actions = ActionChains(self.browser)
        for key in keys:
            actions.send_keys(key)
        actions.perform()

    def pixels(self, name):
        return self.run_script(f"return document.getElementById('{name}').toDataURL()")

    def requests(self):
        """Every address that the browser was sent to since the last call."""
        out = []
        for entry in self.browser.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                out.append(message["params"]["request"]["url"])
        return out

    def test_shows_what_the_state_is_at_ten_moments(self):
        end = case.state(self.recording, "end")
        moments = [f"tick:{end['tick'] * i / 8:.3f}" for i in range(1, 8)]
        moments += ["event:1", f"event:{end['event'] // 2}", f"event:{end['event']}"]
        self.open(self.page)
        for moment in moments:
            kind, _, value = moment.partition(":")
            self.run_script(f"location.hash = '{'t' if kind == 'tick' else 'e'}={value}'")
            wanted = case.state(self.recording, moment)
            self.wait(f"return document.getElementById('clock').textContent.startsWith('tick {wanted['tick']:.3f}')")
            self.assertEqual(self.clock(), (wanted["tick"], wanted["event"]), moment)
            rows = self.rows()
            self.assertEqual(len(rows), len(wanted["nodes"]))
            for row, node in zip(rows, wanted["nodes"]):
                log = " ".join(f"{e['index']}:{e['term']}" for e in node["log"])
                if node["snapshot"]["index"]:
                    log = f"snapshot {node['snapshot']['index']}:{node['snapshot']['term']} | {log}".strip()
                name = lambda n: f"n{n}" if n else "none"
                self.assertEqual(
                    row,
                    {"Node": f"n{node['id']}", "Status": node["status"], "Role": node["role"],
                     "Term": str(node["term"]), "Vote": name(node["vote"]), "Leader": name(node["leader"]),
                     "Commit": str(node["commit"]), "Applied": str(node["applied"]),
                     "Durable": str(node["durable"]), "First": str(node["first"]), "Last": str(node["last"]),
                     "Log": log or "empty",
                     "Store": "  ".join(f"{k}={v if len(v) <= 32 else v[:32] + '…'}"
                                        for k, v in node["kv"].items()) or "empty"},
                    (moment, node["id"]))

    def test_plays_and_pauses(self):
        self.open(self.page, "#t=1")
        before = self.pixels("ring")
        self.run_script("document.getElementById('play').click()")
        self.wait("return parseFloat(document.getElementById('clock').textContent.slice(5)) > 1.5")
        self.run_script("document.getElementById('play').click()")
        stands = self.clock()
        self.assertEqual(self.run_script("return document.body.dataset.playing"), "false")
        self.assertNotEqual(self.pixels("ring"), before)
        self.run_script("return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        self.assertEqual(self.clock(), stands)
        self.assertEqual(self.run_script("return location.hash"), f"#t={stands[0]:g}")
        # At the end it stops by itself, behind the last event.
        end = case.state(self.recording, "end")
        self.run_script(f"location.hash = 't={end['tick'] - 0.3:.3f}'")
        self.wait(f"return document.getElementById('clock').textContent.startsWith('tick {end['tick'] - 0.3:.3f}')")
        self.press(" ")
        self.wait("return document.body.dataset.playing === 'false'")
        self.assertEqual(self.clock(), (end["tick"], end["event"]))

    def test_obeys_the_keyboard(self):
        end = case.state(self.recording, "end")
        self.open(self.page)
        self.press(Keys.HOME)
        self.assertEqual(self.clock(), (0, 0))
        self.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        self.assertEqual(self.clock()[1], 3)
        self.press(Keys.ARROW_LEFT)
        self.assertEqual(self.clock()[1], 2)
        ActionChains(self.browser).key_down(Keys.SHIFT).send_keys(Keys.ARROW_RIGHT).key_up(Keys.SHIFT).perform()
        tick, event = self.clock()
        wanted = case.state(self.recording, f"tick:{tick:g}")
        self.assertEqual((tick % 1, event), (0, wanted["event"]))
        self.press(Keys.END)
        self.assertEqual(self.clock(), (end["tick"], end["event"]))
        self.press(Keys.HOME, Keys.PAGE_DOWN)
        self.assertEqual(self.clock()[1], case.state(self.recording, "bookmark:n1 leads")["event"])

    def test_scrubs_and_steps(self):
        self.open(self.page)
        self.run_script("const s = document.getElementById('scrub'); s.value = '12000';"
                        "s.dispatchEvent(new Event('input', {bubbles: true}))")
        wanted = case.state(self.recording, "tick:12")
        self.assertEqual(self.clock(), (12, wanted["event"]))
        self.browser.find_element(By.ID, "step").click()
        self.assertEqual(self.clock()[1], wanted["event"] + 1)
        # The tape, by mouse: half way along it is half way in time.
        tape = self.browser.find_element(By.ID, "tape")
        ActionChains(self.browser).move_to_element(tape).click().perform()
        self.assertNotEqual(self.clock()[1], wanted["event"] + 1)
        # A line of the list leads to its event.
        line = self.run_script("const b = document.querySelector('#events button:not(.later)'); b.click();"
                               "return b.querySelector('time').textContent")
        self.assertEqual(f"{self.clock()[0]:.3f}", line)

    def test_can_be_read_without_eyes(self):
        self.open(self.page, "#t=12")
        self.assertEqual(self.run_script("return document.getElementById('told').getAttribute('aria-live')"), "polite")
        self.assertGreater(len(self.run_script("return document.getElementById('told').textContent")), 10)
        unnamed = self.run_script(
            "return [...document.querySelectorAll('button, input, select, canvas, section')].filter(e => "
            "!e.hidden && e.getAttribute('aria-hidden') !== 'true' && !e.getAttribute('aria-label') && "
            "!e.textContent.trim() && !e.closest('label')).map(e => e.id || e.outerHTML)")
        self.assertEqual(unnamed, [])
        self.assertIn("term", self.run_script("return document.getElementById('ring').getAttribute('aria-label')"))

    def test_stands_in_a_frame_and_where_it_was_told(self):
        page = self.export(self.recording, "part.html", "--from", "tick:5", "--to", "tick:20", "--at", "bookmark:partition",
                           "--theme", "light")
        frame = os.path.join(self.folder.name, "frame.html")
        with open(frame, "w", encoding="utf-8") as file:
            file.write(f'<iframe id="f" sandbox="allow-scripts" src="{page}" width="900" height="900"></iframe>')
        self.browser.get("file://" + frame)
        self.browser.switch_to.frame(self.browser.find_element(By.ID, "f"))
        self.addCleanup(self.browser.switch_to.default_content)
        self.wait("return document.body.dataset.ready === 'true'")
        wanted = case.state(self.recording, "bookmark:partition")
        self.assertEqual(self.clock(), (wanted["tick"], wanted["event"]))
        self.browser.find_element(By.ID, "first").click()
        self.assertEqual(self.clock(), (5, case.state(self.recording, "tick:5")["event"]))
        self.assertEqual(self.run_script("return getComputedStyle(document.documentElement).colorScheme"), "light")

    def test_no_text_does_anything(self):
        address = f"http://127.0.0.1:{self.trap.server_address[1]}"
        recording = case.hostile_recording(self.folder.name, address)
        page = self.export(recording, "hostile.html")
        self.requests()
        self.browser.get_log("browser")
        self.open(page)
        count = "return document.querySelectorAll('*').length"
        end = case.state(recording, "end")
        names = set()
        for i in range(0, 21):
            self.run_script(f"location.hash = 't={end['tick'] * i / 20:.3f}'")
            self.wait(f"return document.getElementById('clock').textContent.startsWith('tick {end['tick'] * i / 20:.3f}')")
            names |= set(self.run_script("return [...document.querySelectorAll('*')].map(e => e.localName)"))
            handlers = self.run_script("return [...document.querySelectorAll('*')].flatMap(e => [...e.attributes])"
                                       ".filter(a => /^on/i.test(a.name) || /^\\s*javascript:/i.test(a.value)).length")
            self.assertEqual(handlers, 0)
        self.assertEqual(names - {"html", "head", "meta", "title", "style", "b", "body", "header", "div", "h1", "p",
                                  "button", "main", "section", "canvas", "svg", "path", "span", "label", "select",
                                  "option", "a", "input", "h2", "ol", "li", "time", "table", "thead", "tbody", "tr",
                                  "th", "td", "footer", "script"}, set())
        self.assertEqual(self.run_script("return document.scripts.length"), 2)
        self.assertFalse(self.run_script("return 'hit' in window"))
        self.assertEqual(Trap.asked, [])
        self.assertEqual([url for url in self.requests() if url not in (page, "about:blank")
                          and not url.startswith(page + "#")], [])
        # They are there all the same, as text.
        self.assertIn("<script>", self.run_script("return document.getElementById('title').textContent"))
        self.assertIn("</script><script>", self.run_script("return document.getElementById('about').textContent"))
        self.assertEqual([entry for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"], [])
        self.assertGreater(self.run_script(count), 100)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
