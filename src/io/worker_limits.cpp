#include "io/worker_limits.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "io/read_worker.h"

namespace zaitu::io {

namespace {

// No network, no other program, no look into other processes, whatever a driver is brought to do. Calls of another
// architecture's numbers end the process.
void deny_system_calls() {
#if defined(__x86_64__) || defined(__aarch64__)
#ifdef __x86_64__
  constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#else
  constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#endif
  constexpr std::uint32_t denied = SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(EPERM);
  const std::uint32_t calls[] = {SYS_socket,           SYS_connect,        SYS_bind,       SYS_execve,     SYS_execveat,
                                 SYS_process_vm_readv, SYS_mount,          SYS_umount2,    SYS_bpf,        SYS_keyctl,
                                 SYS_perf_event_open,  SYS_io_uring_setup, SYS_kexec_load, SYS_init_module};
  std::vector<sock_filter> program;
  program.reserve(7 + 2 * std::size(calls));
  const auto load = [&](std::size_t offset) {
    program.push_back({BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)});
  };
  const auto answer = [&](std::uint32_t value) { program.push_back({BPF_RET | BPF_K, 0, 0, value}); };
  load(offsetof(seccomp_data, arch));
  program.push_back({BPF_JMP | BPF_JEQ | BPF_K, 1, 0, architecture});
  answer(SECCOMP_RET_KILL_PROCESS);
  load(offsetof(seccomp_data, nr));
  constexpr std::uint32_t other_numbers = 0x40000000;  // of x32, on the same processor
  program.push_back({BPF_JMP | BPF_JGE | BPF_K, 0, 1, other_numbers});
  answer(SECCOMP_RET_KILL_PROCESS);
  for (const std::uint32_t call : calls) {
    program.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, 1, call});
    answer(denied);
  }
  answer(SECCOMP_RET_ALLOW);
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  // Where the kernel has no filters, the other limits stand alone.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
#endif
}

}  // namespace

void limit_this_process(int cpu_seconds, int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // the parent went away before that
  signal(SIGPIPE, SIG_DFL);
  signal(SIGINT, SIG_IGN);  // the parent decides
  const auto limit = [](auto what, rlim_t soft, rlim_t hard) {
    const rlimit both{soft, hard};
    setrlimit(what, &both);
  };
  limit(RLIMIT_CORE, 0, 0);
  const auto seconds = static_cast<rlim_t>(cpu_seconds);
  limit(RLIMIT_CPU, seconds, seconds + 2);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  constexpr rlim_t memory = rlim_t{2} << 30;
  limit(RLIMIT_AS, memory, memory);
#endif
  // What was open when the program started this process is none of its business.
  close_range(worker_pipe + 1, ~0U, 0);
  constexpr rlim_t descriptors = 256;
  limit(RLIMIT_NOFILE, descriptors, descriptors);
  // A process without a network of its own; where the system does not allow it, the filter below stands alone.
  if (unshare(CLONE_NEWNET) != 0) unshare(CLONE_NEWUSER | CLONE_NEWNET);
  deny_system_calls();
}

}  // namespace zaitu::io
