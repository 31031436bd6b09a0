#!/usr/bin/env python3
"""A short run of tools/crash-test: the program killed, its disk cut off, full or failing. The long one is run by hand."""
import os
import subprocess
import unittest

from program import SOURCE, ZAITU, environment



class CrashTest(unittest.TestCase):
    def run_part(self, *options):
        done = subprocess.run([os.path.join(SOURCE, "tools", "crash-test"), "--zaitu", ZAITU, "--jobs", "1", *options],
                              env=environment(), capture_output=True, text=True, timeout=500)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_nothing_is_lost(self):
        said = self.run_part("--kills", "15", "--full", "13", "--writers", "16")
        self.assertIn("15 kills", said)
        self.assertIn("two writers: 0 lost", said)

    @unittest.skipIf(os.environ.get("ZAITU_SANITIZED") == "1", "its library must come first in a process")
    def test_power_cuts_and_failing_calls(self):
        said = self.run_part("--cuts", "900", "--fails", "15")
        self.assertIn("900 states", said)
        self.assertIn("15 points", said)


if __name__ == "__main__":
    unittest.main()
