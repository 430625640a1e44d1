// The threads that share the arithmetic of one engine.
//
// Tasks that are neighbours work on neighbouring memory, so each thread has a row of them of its
// own, the same of equally many tasks in every round: what it wrote in one it finds in its own
// cache in the next. Who is done helps the others.
//
// run() is called by one thread at a time, the scheduler; it takes part in the
// work. An idle worker spins for some microseconds, because the next layer is
// near, and then sleeps: a quiet engine costs nothing. Joined on destruction.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

namespace weir::kernels {

class WorkerPool {
 public:
  // `threads` counts the caller of run(): 1 starts no thread at all.
  explicit WorkerPool(std::size_t threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // `wanted`, or one for each processor if that is 0.
  static std::size_t threads_for(std::size_t wanted) {
    return wanted != 0 ? wanted : std::max(1u, std::thread::hardware_concurrency());
  }

  std::size_t threads() const { return workers_.size() + 1; }

  struct Load {
    std::size_t tasks = 0;
    std::size_t scratch_floats = 0;  // that a task works in
    bool share = true;               // false: too little to be worth handing over
  };

  // Calls work(i, scratch) once for every i in [0, tasks), on any thread, though if it is not
  // late i * threads / tasks is the same thread's in every round, and
  // returns when all are done. `scratch` is a float* that no other thread uses
  // meanwhile, at a multiple of 64 bytes, with anything in it. `work` must not
  // throw, so must not allocate, and must not call run(). Throws std::bad_alloc,
  // before any work, if there is no memory for the scratch.
  template <class Work>
  void run(Load load, const Work& work) {
    if (load.tasks <= 1 || workers_.empty() || !load.share) {
      reserve_floats(&scratch_.front(), load.scratch_floats);
      for (std::size_t i = 0; i < load.tasks; ++i) work(i, floats_of(scratch_.front()));
      return;
    }
    for (Memory& scratch : scratch_) reserve_floats(&scratch, load.scratch_floats);
    run_shared({[](const void* self, std::size_t i, float* scratch) {
                  (*static_cast<const Work*>(self))(i, scratch);
                },
                &work, load.tasks});
  }

  // Memory at a multiple of 64 bytes that the work of run() may share, for whoever calls
  // run(), kept until the next call of this. May throw std::bad_alloc.
  void* shared_memory(std::size_t bytes) {
    reserve(&shared_, bytes);
    return shared_.data();
  }

 private:
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  using Memory = std::vector<Line>;

  // The tasks that a thread does before it helps others.
  struct alignas(64) Part {
    std::atomic<std::size_t> next = 0;  // first that nobody has taken
    std::size_t end = 0;
  };

  struct Job {
    void (*call)(const void* work, std::size_t index, float* scratch) = nullptr;
    const void* work = nullptr;
    std::size_t tasks = 0;
  };

  void run_shared(Job job);
  void take_tasks(const Job& job, std::size_t thread);
  void worker_main(std::size_t thread);
  bool join(std::uint32_t seen);
  void leave();
  std::uint32_t wait_for_round(std::uint32_t seen) const;
  // Grows *memory to at least that much.
  static void reserve(Memory* memory, std::size_t bytes);
  static void reserve_floats(Memory* memory, std::size_t floats);
  static float* floats_of(Memory& memory) { return reinterpret_cast<float*>(memory.data()); }

  // job_ is written while no worker is inside, and read by those who are.
  Job job_;
  std::atomic<std::uint32_t> round_ = 0;   // counts jobs, and the order to stop
  std::atomic<std::uint32_t> inside_ = 0;  // workers at job_; kOpen: more may join
  std::atomic<bool> stopping_ = false;
  std::vector<Part> parts_;      // by thread
  std::vector<Memory> scratch_;  // by thread, the caller's first; grown between jobs
  Memory shared_;
  std::vector<std::thread> workers_;
};

}  // namespace weir::kernels
