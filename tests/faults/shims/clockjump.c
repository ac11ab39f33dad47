/* Moves a server's wall clock by the seconds in the file $CLOCKJUMP (eight bytes, signed), which may change while it
 * runs. Its monotonic clock stays as it is: that is what happens when a machine's time is set. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int64_t jump(void) {
  static volatile int64_t *seconds;
  static volatile int64_t none;
  if (!seconds) {
    const char *path = getenv("CLOCKJUMP");
    int file = path ? open(path, O_RDONLY) : -1;
    void *page = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *seconds, PROT_READ, MAP_SHARED, file, 0);
    if (file >= 0) close(file);
    seconds = page == MAP_FAILED ? &none : page;
  }
  return *seconds;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  static int (*next)(struct timeval *, void *);
  if (!next) next = (int (*)(struct timeval *, void *))dlsym(RTLD_NEXT, "gettimeofday");
  int answer = next(now, zone);
  now->tv_sec += jump();
  return answer;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  static int (*next)(clockid_t, struct timespec *);
  if (!next) next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int answer = next(clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec += jump();
  return answer;
}
