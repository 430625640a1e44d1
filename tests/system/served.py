"""One upstream and one weir for all tests of a class."""
import unittest

from weir_process import Mock, Weir


class Served(unittest.TestCase):
    """`mock` is the upstream, `weir` the program, with what config() says. Each test begins with a mock that has
    seen nothing."""

    @classmethod
    def config(cls):
        raise NotImplementedError

    @classmethod
    def setUpClass(cls):
        cls.mock = Mock()
        cls.weir = Weir(cls.config())

    @classmethod
    def tearDownClass(cls):
        try:
            cls.weir.stop()
        finally:
            cls.weir.discard()
            cls.mock.stop()

    def setUp(self):
        self.mock.reset()
