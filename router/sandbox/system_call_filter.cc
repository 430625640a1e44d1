#include "router/sandbox/system_call_filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace weir {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kMachine = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t kMachine = 0;
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Numbers that are the same on every processor, for headers that are older than they.
constexpr std::uint32_t kIoUringSetup = 425;
constexpr std::uint32_t kIoUringEnter = 426;
constexpr std::uint32_t kIoUringRegister = 427;
constexpr std::uint32_t kOpenTree = 428;
constexpr std::uint32_t kMoveMount = 429;
constexpr std::uint32_t kFsopen = 430;
constexpr std::uint32_t kFsconfig = 431;
constexpr std::uint32_t kFsmount = 432;
constexpr std::uint32_t kFspick = 433;
constexpr std::uint32_t kClone3 = 435;
constexpr std::uint32_t kPidfdGetfd = 438;
constexpr std::uint32_t kProcessMadvise = 440;
constexpr std::uint32_t kMountSetattr = 442;

constexpr std::uint32_t kDenied[] = {
    // other programs
    __NR_execve,
    __NR_execveat,
    // other processes
    __NR_process_vm_readv,
    __NR_process_vm_writev,
    kProcessMadvise,
    kPidfdGetfd,
    __NR_kcmp,
    __NR_personality,
    // the kernel at work on its own
    kIoUringSetup,
    kIoUringEnter,
    kIoUringRegister,
    __NR_bpf,
    __NR_perf_event_open,
    __NR_userfaultfd,
    __NR_fanotify_init,
    // its keys
    __NR_add_key,
    __NR_request_key,
    __NR_keyctl,
    // file systems
    __NR_mount,
    __NR_umount2,
    __NR_pivot_root,
    __NR_chroot,
    kOpenTree,
    kMoveMount,
    kFsopen,
    kFsconfig,
    kFsmount,
    kFspick,
    kMountSetattr,
    __NR_swapon,
    __NR_swapoff,
    __NR_quotactl,
    __NR_name_to_handle_at,
    __NR_open_by_handle_at,
    __NR_mknodat,
    // who it is, and where
    __NR_unshare,
    __NR_setns,
    __NR_capset,
    __NR_setuid,
    __NR_setgid,
    __NR_setreuid,
    __NR_setregid,
    __NR_setresuid,
    __NR_setresgid,
    __NR_setfsuid,
    __NR_setfsgid,
    __NR_setgroups,
    // the machine
    __NR_kexec_load,
    __NR_kexec_file_load,
    __NR_init_module,
    __NR_finit_module,
    __NR_delete_module,
    __NR_reboot,
    __NR_acct,
    __NR_syslog,
    __NR_vhangup,
    __NR_sethostname,
    __NR_setdomainname,
    __NR_settimeofday,
    __NR_clock_settime,
    __NR_clock_adjtime,
    __NR_adjtimex,
#if defined(__x86_64__)
    __NR_fork,
    __NR_vfork,
    __NR_mknod,
    __NR_iopl,
    __NR_ioperm,
    __NR_modify_ldt,
    __NR_uselib,
    __NR_ustat,
    __NR_sysfs,
#endif
};

constexpr std::uint32_t kNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                      CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
constexpr std::uint32_t kFamilies[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

constexpr std::uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr std::uint32_t fail_with(int error) {
  return SECCOMP_RET_ERRNO | (static_cast<std::uint32_t>(error) & SECCOMP_RET_DATA);
}

using Filter = std::vector<sock_filter>;

void load(Filter& filter, std::size_t offset) {
  filter.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset)));
}

void give(Filter& filter, std::uint32_t verdict) {
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, verdict));
}

// If `test` of what is loaded and `value` is true the next `count` statements run, else they
// are passed over.
void when(Filter& filter, unsigned test, std::uint32_t value, std::uint8_t count) {
  filter.push_back(BPF_JUMP(static_cast<std::uint16_t>(BPF_JMP | test | BPF_K), value, 0, count));
}

void deny(Filter& filter, std::uint32_t number, int error) {
  when(filter, BPF_JEQ, number, 1);
  give(filter, fail_with(error));
}

// Flags are the first argument's low half, which comes first on these processors.
constexpr std::size_t kFirstArgument = offsetof(seccomp_data, args);

Filter build_filter() {
  Filter filter;
  filter.reserve(2 * std::size(kDenied) + 32);
  load(filter, offsetof(seccomp_data, arch));
  filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMachine, 1, 0));
  give(filter, SECCOMP_RET_KILL_PROCESS);  // another ABI has other numbers
  load(filter, offsetof(seccomp_data, nr));
#if defined(__x86_64__)
  constexpr std::uint32_t kX32 = 0x40000000;
  when(filter, BPF_JGE, kX32, 1);
  give(filter, SECCOMP_RET_KILL_PROCESS);
#endif
  for (const std::uint32_t number : kDenied) deny(filter, number, EPERM);
  // The leak checker of AddressSanitizer stops its own threads this way.
  if (!kSanitized) deny(filter, __NR_ptrace, EPERM);
  // Its flags cannot be looked at, and the C library falls back to clone().
  deny(filter, kClone3, ENOSYS);

  when(filter, BPF_JEQ, __NR_clone, 4);
  load(filter, kFirstArgument);
  when(filter, BPF_JSET, kNamespaces, 1);
  give(filter, fail_with(EPERM));
  give(filter, kAllow);

  when(filter, BPF_JEQ, __NR_socket, static_cast<std::uint8_t>(2 + 2 * std::size(kFamilies)));
  load(filter, kFirstArgument);
  for (const std::uint32_t family : kFamilies) {
    when(filter, BPF_JEQ, family, 1);
    give(filter, kAllow);
  }
  give(filter, fail_with(EAFNOSUPPORT));
  give(filter, kAllow);
  return filter;
}

}  // namespace

Result<void> enter_system_call_filter() {
  if (kMachine == 0) {
    return Error{ErrorCode::kInternal, "seccomp: the system calls of this processor are not known"};
  }
  Filter filter = build_filter();
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0) {
    return {};
  }
  // NOLINTNEXTLINE(concurrency-mt-unsafe): at start
  return Error{ErrorCode::kInternal, std::string("seccomp: ") + std::strerror(errno)};
}

}  // namespace weir
