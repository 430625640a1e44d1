"""Batches made ahead of time by processes of their own: a GPU asks for them faster than one makes them."""

import multiprocessing
import queue

from . import vocabulary
from .dataset import Stream

AHEAD = 6  # batches that each process may be ahead
PATIENCE_SECONDS = 60


def echo_share(index, first, later, batches):
    """Copying tasks beside the skills: many at first, few later."""
    return first + (later - first) * min(1.0, index / batches)


def _make(out, tokenizer_path, stream_arguments, echo, begin, stride):
    stream = Stream(vocabulary.load(tokenizer_path), *stream_arguments)
    index = begin
    while True:
        batch = stream.packed(index, echo_share(index, *echo))
        out.put((batch.tokens.numpy(), batch.weights.numpy(), batch.starts.numpy()))
        index += stride


class Pipeline:
    """The packed batches from index `begin` on, in order, whatever the number of processes."""

    def __init__(self, tokenizer_path, stream_arguments, echo, begin, processes):
        context = multiprocessing.get_context("spawn")
        self.queues = [context.Queue(AHEAD) for _ in range(processes)]
        self.processes = [
            context.Process(
                target=_make,
                args=(queue, tokenizer_path, stream_arguments, echo, begin + i, processes),
                daemon=True,
            )
            for i, queue in enumerate(self.queues)
        ]
        for process in self.processes:
            process.start()

    def __iter__(self):
        while True:
            for waiting, process in zip(self.queues, self.processes):
                yield self._next(waiting, process)

    @staticmethod
    def _next(waiting, process):
        while True:
            try:
                return waiting.get(timeout=PATIENCE_SECONDS)
            except queue.Empty:
                if not process.is_alive():
                    raise RuntimeError(f"a process that makes batches has ended ({process.exitcode})") from None

    def close(self):
        for process in self.processes:
            process.terminate()
