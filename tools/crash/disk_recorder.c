/* Loaded before the C library (LD_PRELOAD): tells what a program does to the files of one folder, in the order in which
   it does it, and lets a call fail when it is asked to. tools/crash-test builds, uses and explains it.

   ZAITU_DISK_FOLDER  the folder that is watched, absolute and without links
   ZAITU_DISK_LOG     the records are appended here: "KIND SERIAL NUMBER LENGTH NAME\n", then LENGTH bytes
                      O serial 0 - name    an open handle got this serial
                      W serial offset n    n bytes written, which follow
                      T serial length 0    cut or grown to this length
                      S serial 0 0         made durable
                      C 0 0 0 name         a file was made; U removed; R renamed, the new name follows as bytes; L linked
                      A 0 0 n              n bytes were given to standard output
   ZAITU_DISK_FAIL    KIND:N:ERRNO:MODE    the N-th call of the kind (write, sync, open, truncate, remove) fails once,
                      "from" there on, or "short": half of it is written first
   ZAITU_DISK_COUNT   at the end "KIND=N" of each kind is appended here */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { most_handles = 4096 };
enum kind { WRITE, SYNC, OPEN, TRUNCATE, REMOVE, KINDS };
static const char* const kind_names[KINDS] = {"write", "sync", "open", "truncate", "remove"};

static int (*real_open)(const char*, int, ...);
static ssize_t (*real_write)(int, const void*, size_t);
static ssize_t (*real_pwrite)(int, const void*, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_unlink)(const char*);
static int (*real_rename)(const char*, const char*);
static int (*real_link)(const char*, const char*);
static int (*real_close)(int);
static size_t (*real_fwrite)(const void*, size_t, size_t, FILE*);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[4096];
static int log_handle = -1;
static long serials[most_handles]; /* of a watched file's open handle; 0: another file */
static long last_serial;
static long counts[KINDS];
static int fail_kind = -1, fail_errno, fail_from, fail_short;
static long fail_at;

static void report_counts(void) {
  const char* name = getenv("ZAITU_DISK_COUNT");
  if (name == NULL) return;
  const int file = real_open(name, O_WRONLY | O_CREAT | O_APPEND, 0644);
  for (int kind = 0; kind < KINDS && file >= 0; ++kind) dprintf(file, "%s=%ld\n", kind_names[kind], counts[kind]);
  if (file >= 0) real_close(file);
}

__attribute__((constructor)) static void begin(void) {
  if (real_open != NULL) return;
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_rename = dlsym(RTLD_NEXT, "rename");
  real_link = dlsym(RTLD_NEXT, "link");
  real_close = dlsym(RTLD_NEXT, "close");
  real_fwrite = dlsym(RTLD_NEXT, "fwrite");
  real_open = dlsym(RTLD_NEXT, "open");
  const char* text = getenv("ZAITU_DISK_FOLDER");
  if (text != NULL) snprintf(folder, sizeof folder, "%s/", text);
  if ((text = getenv("ZAITU_DISK_LOG")) != NULL)
    log_handle = fcntl(real_open(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644), F_DUPFD_CLOEXEC, 1000);
  char kind[16] = "", mode[16] = "";
  if ((text = getenv("ZAITU_DISK_FAIL")) != NULL &&
      sscanf(text, "%15[a-z]:%ld:%d:%15s", kind, &fail_at, &fail_errno, mode) == 4) {
    for (int i = 0; i < KINDS; ++i)
      if (strcmp(kind, kind_names[i]) == 0) fail_kind = i;
    fail_from = strcmp(mode, "from") == 0;
    fail_short = strcmp(mode, "short") == 0;
  }
  atexit(report_counts);
}

/* Its name below the watched folder; NULL: it is elsewhere. The shared-memory index of a log is no part of the disk. */
static const char* watched(const char* path, char* room, size_t size) {
  if (folder[0] == '\0') return NULL;
  if (path[0] != '/') {
    char here[4096];
    if (getcwd(here, sizeof here) == NULL) return NULL;
    snprintf(room, size, "%s/%s", here, path);
  } else {
    snprintf(room, size, "%s", path);
  }
  const size_t length = strlen(folder);
  if (strncmp(room, folder, length) == 0) {
    const char* name = room + length;
    const size_t end = strlen(name);
    return end > 4 && strcmp(name + end - 4, "-shm") == 0 ? NULL : name;
  }
  return strncmp(room, folder, length - 1) == 0 && room[length - 1] == '\0' ? "." : NULL;
}

static void record(char kind, long serial, long long number, const char* name, const void* bytes, size_t length) {
  if (log_handle < 0) return;
  char head[4400];
  const int head_length =
      snprintf(head, sizeof head, "%c %d.%ld %lld %zu %s\n", kind, getpid(), serial, number, length, name);
  struct iovec parts[2] = {{head, (size_t)head_length}, {(void*)bytes, length}};
  pthread_mutex_lock(&lock);
  if (writev(log_handle, parts, length > 0 ? 2 : 1) < 0) abort();
  pthread_mutex_unlock(&lock);
}

static int fails(enum kind kind) {
  const long count = __sync_add_and_fetch(&counts[kind], 1);
  if ((int)kind != fail_kind) return 0;
  return fail_from ? count >= fail_at : count == fail_at;
}

static long serial_of(int handle) { return handle >= 0 && handle < most_handles ? serials[handle] : 0; }

static int open_watched(const char* path, int flags, mode_t mode) {
  begin();
  char room[4096];
  const char* name = watched(path, room, sizeof room);
  if (name == NULL) return real_open(path, flags, mode);
  const int writes = (flags & O_ACCMODE) != O_RDONLY;
  if (writes && fails(OPEN)) {
    errno = fail_errno;
    return -1;
  }
  struct stat facts;
  const int was_there = stat(path, &facts) == 0;
  const int handle = real_open(path, flags, mode);
  if (handle < 0 || handle >= most_handles) return handle;
  const long serial = __sync_add_and_fetch(&last_serial, 1);
  serials[handle] = serial;
  if (!was_there) record('C', 0, 0, name, NULL, 0);
  record('O', serial, 0, name, NULL, 0);
  if (was_there && writes && (flags & O_TRUNC) != 0) record('T', serial, 0, "-", NULL, 0);
  return handle;
}

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = va_arg(more, mode_t);
  va_end(more);
  return open_watched(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = va_arg(more, mode_t);
  va_end(more);
  return open_watched(path, flags, mode);
}

int close(int handle) {
  begin();
  if (serial_of(handle) != 0) serials[handle] = 0;
  return real_close(handle);
}

/* offset < 0: where the handle stands. */
static ssize_t write_watched(int handle, const void* bytes, size_t length, off_t offset) {
  begin();
  const long serial = serial_of(handle);
  const int fail = serial != 0 && fails(WRITE);
  const int at_handle = offset < 0;
  if (serial != 0 && at_handle)
    offset = lseek(handle, 0, (fcntl(handle, F_GETFL) & O_APPEND) != 0 ? SEEK_END : SEEK_CUR);
  if (fail && !fail_short) {
    errno = fail_errno;
    return -1;
  }
  if (fail) length /= 2;
  const ssize_t written = at_handle ? real_write(handle, bytes, length) : real_pwrite(handle, bytes, length, offset);
  if (serial != 0 && written > 0) record('W', serial, offset, "-", bytes, (size_t)written);
  return written;
}

ssize_t write(int handle, const void* bytes, size_t length) { return write_watched(handle, bytes, length, -1); }
ssize_t pwrite(int handle, const void* bytes, size_t length, off_t at) { return write_watched(handle, bytes, length, at); }
ssize_t pwrite64(int handle, const void* bytes, size_t length, off64_t at) {
  return write_watched(handle, bytes, length, at);
}

/* The C library's own way from here to write() cannot be watched. */
size_t fwrite(const void* bytes, size_t size, size_t count, FILE* stream) {
  begin();
  if (stream == stdout) record('A', 0, 0, "-", bytes, size * count);
  return real_fwrite(bytes, size, count, stream);
}

static int sync_watched(int handle, int (*real)(int)) {
  const long serial = serial_of(handle);
  if (serial == 0) return real(handle);
  if (fails(SYNC)) {
    errno = fail_errno;
    return -1;
  }
  const int result = real(handle);
  if (result == 0) record('S', serial, 0, "-", NULL, 0);
  return result;
}
int fsync(int handle) {
  begin();
  return sync_watched(handle, real_fsync);
}
int fdatasync(int handle) {
  begin();
  return sync_watched(handle, real_fdatasync);
}

static int truncate_watched(int handle, off_t length) {
  begin();
  const long serial = serial_of(handle);
  if (serial != 0 && fails(TRUNCATE)) {
    errno = fail_errno;
    return -1;
  }
  const int result = real_ftruncate(handle, length);
  if (serial != 0 && result == 0) record('T', serial, length, "-", NULL, 0);
  return result;
}
int ftruncate(int handle, off_t length) { return truncate_watched(handle, length); }
int ftruncate64(int handle, off64_t length) { return truncate_watched(handle, length); }

int unlink(const char* path) {
  begin();
  char room[4096];
  const char* name = watched(path, room, sizeof room);
  if (name != NULL && fails(REMOVE)) {
    errno = fail_errno;
    return -1;
  }
  const int result = real_unlink(path);
  if (name != NULL && result == 0) record('U', 0, 0, name, NULL, 0);
  return result;
}

static int move_watched(char kind, const char* from, const char* to, int (*real)(const char*, const char*)) {
  begin();
  char room[4096], other_room[4096];
  const char* name = watched(from, room, sizeof room);
  const char* other = watched(to, other_room, sizeof other_room);
  const int result = real(from, to);
  if (name != NULL && other != NULL && result == 0) record(kind, 0, 0, name, other, strlen(other));
  return result;
}
int rename(const char* from, const char* to) { return move_watched('R', from, to, real_rename); }
int link(const char* from, const char* to) { return move_watched('L', from, to, real_link); }
