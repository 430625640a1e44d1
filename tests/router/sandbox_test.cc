// A process that enters the sandbox of a server and then tries what a server never does.
//
// No Catch2: nothing takes a sandbox back, so all of it happens in one small program.
#include "router/sandbox/sandbox.h"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "metrics/sqlite.h"
#include "tests/support/temp_dir.h"

namespace {

namespace fs = std::filesystem;

int failures = 0;

void check(bool good, const std::string& what) {
  std::printf("%s  %s\n", good ? "ok    " : "FAILED", what.c_str());
  if (!good) ++failures;
}

// The call failed, and for that reason.
void refused(long result, int wanted, const std::string& what) {
  const int error = errno;
  check(result < 0 && error == wanted, what + (result < 0 ? std::string(": ") + std::strerror(error)
                                                          : std::string(": succeeded")));
}

int open_new(const std::string& path) { return ::open(path.c_str(), O_WRONLY | O_CREAT, 0600); }

struct Folders {
  explicit Folders(const std::string& root)
      : state(root + "/state"), models(root + "/models"), other(root + "/other") {
    for (const std::string& folder : {state, models, other}) {
      fs::create_directory(folder);
      std::ofstream(folder + "/there") << "text";
    }
  }
  std::string state;
  std::string models;
  std::string other;
};

void try_files(const Folders& folders) {
  check(open_new(folders.state + "/new") >= 0, "a file is made in state_dir");
  check(::rename((folders.state + "/new").c_str(), (folders.state + "/renamed").c_str()) == 0,
        "and renamed there");
  check(::truncate((folders.state + "/renamed").c_str(), 0) == 0, "and made shorter");
  check(::unlink((folders.state + "/renamed").c_str()) == 0, "and deleted");
  const auto database =
      weir::sqlite::Database::open(folders.state + "/x.db", weir::sqlite::Mode::kReadWrite);
  check(database && database->execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)").has_value(),
        "SQLite writes in state_dir");
  check(::open((folders.models + "/there").c_str(), O_RDONLY) >= 0, "a model is read");
  check(::open("/etc/hosts", O_RDONLY) >= 0, "the resolver's files are read");

  refused(open_new(folders.models + "/new"), EACCES, "a file is made beside a model");
  refused(::open((folders.models + "/there").c_str(), O_WRONLY), EACCES, "a model is written");
  refused(::truncate((folders.models + "/there").c_str(), 0), EACCES, "a model is made shorter");
  refused(::unlink((folders.models + "/there").c_str()), EACCES, "a model is deleted");
  refused(open_new("/tmp/weir-sandbox-test"), EACCES, "a file is made in /tmp");
  refused(::open((folders.other + "/there").c_str(), O_RDONLY), EACCES, "another folder is read");
  refused(::symlink("/", (folders.state + "/link").c_str()), EACCES, "a link is made");
}

void try_processes() {
  char program[] = "/bin/true";
  char* const arguments[] = {program, nullptr};
  refused(::execve(program, arguments, nullptr), EPERM, "another program is run");
  refused(::syscall(SYS_execveat, AT_FDCWD, program, arguments, nullptr, 0), EPERM,
          "the same with execveat");
#if defined(__x86_64__)
  refused(::syscall(SYS_fork), EPERM, "a process is made with fork");
#endif
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  refused(::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr), EPERM, "a process is traced");
#endif
  char byte = 0;
  const iovec here{&byte, 1};
  refused(::process_vm_readv(::getppid(), &here, 1, &here, 1, 0), EPERM,
          "the memory of another process is read");
  refused(::unshare(CLONE_NEWUSER), EPERM, "a namespace is made");
  refused(::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr), EPERM,
          "the same with clone");
}

void try_the_kernel() {
  char parameters[256] = {};
  refused(::syscall(425, 1, parameters), EPERM, "an io_uring is made");
  refused(::syscall(SYS_bpf, 0, parameters, sizeof parameters), EPERM, "bpf");
  refused(::syscall(SYS_perf_event_open, parameters, 0, -1, -1, 0), EPERM, "perf_event_open");
  refused(::syscall(SYS_userfaultfd, 0), EPERM, "userfaultfd");
  refused(::syscall(SYS_keyctl, 0, 0, 0, 0, 0), EPERM, "keyctl");
  refused(::syscall(SYS_mount, "none", "/tmp", "tmpfs", 0, nullptr), EPERM, "mount");
  refused(::socket(AF_PACKET, SOCK_RAW, 0), EAFNOSUPPORT, "a packet socket is made");
  check(::socket(AF_INET, SOCK_STREAM, 0) >= 0, "a TCP socket is made");
  check(::socket(AF_INET6, SOCK_DGRAM, 0) >= 0, "and a UDP socket");
}

int run(const std::string& root) {
  const Folders folders(root);
  weir::Config config;
  config.state_dir = folders.state;
  config.ledger.path = folders.state + "/ledger.db";
  config.local.model = folders.models + "/there";
  const auto state = weir::enter_sandbox(config, {});
  if (!state) {
    check(false, state.error().message);
    return 1;
  }
  std::printf("%s\n", weir::to_text(*state).c_str());
  if (state->landlock_abi > 0) try_files(folders);
  if (state->system_calls) {
    try_processes();
    try_the_kernel();
    bool done = false;
    std::thread([&] { done = ::syscall(SYS_bpf, 0, nullptr, 0) < 0 && errno == EPERM; }).join();
    check(done, "a thread is made, and has the same filter");
  }
  if (state->landlock_abi == 0 || !state->system_calls)
    std::printf("1 skipped: not all is there\n");
  return failures == 0 ? 0 : 1;
}

}  // namespace

// In a process of its own, so that somebody is left who may tidy up.
int main() {
  const weir::TempDir dir;
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    const int code = run(dir.path());
    std::fflush(stdout);
    ::_exit(code);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) return 1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
