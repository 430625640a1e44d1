"""The closing line of every system test: "N passed, N failed, N skipped"."""
import sys
import unittest

import weir_process


class CountingResult(unittest.TextTestResult):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.passed = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1


def main():
    """Runs the tests of the calling file. Exit code 1 if any failed."""
    if not weir_process.BINARY.exists():
        sys.exit(f"no program at {weir_process.BINARY}: build it (./dev build) or set WEIR_BINARY")
    runner = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=CountingResult)
    result = unittest.main(module="__main__", testRunner=runner, exit=False).result
    failed = len(result.failures) + len(result.errors)
    print(f"{result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    sys.exit(1 if failed else 0)
