/* Remembers, for each file a server syncs, how long it certainly was on the disk.
 *
 * Preloaded into the server. For every regular file the length it had before its last completed fsync or fdatasync is
 * kept, as eight bytes, in $POWERCUT_DIR/<inode>. A power cut is then: SIGKILL, and truncate each file to that length.
 * SIGKILL alone loses nothing whatever `appendfsync` says, for the page cache survives it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct { ino_t inode; uint64_t *durable; } known[1024];
static int count;

static void hold(void) { pthread_mutex_lock(&lock); }
static void let_go(void) { pthread_mutex_unlock(&lock); }

/* The server forks to rewrite its log while another thread may sync: the child must not inherit a held lock. */
__attribute__((constructor)) static void survive_fork(void) { pthread_atfork(hold, let_go, let_go); }

static uint64_t *durable(ino_t inode) {
  for (int i = 0; i < count; i++)
    if (known[i].inode == inode) return known[i].durable;
  const char *directory = getenv("POWERCUT_DIR");
  if (!directory || count == 1024) return NULL;
  char path[4096];
  snprintf(path, sizeof path, "%s/%llu", directory, (unsigned long long)inode);
  int file = open(path, O_RDWR | O_CREAT, 0600);
  if (file < 0) return NULL;
  uint64_t *page = MAP_FAILED;
  if (ftruncate(file, sizeof *page) == 0)
    page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (page == MAP_FAILED) return NULL;
  known[count].inode = inode;
  known[count++].durable = page;
  return page;
}

/* One sync at a time, so that the length stored last is the length of the sync that ended last. A file that got the
 * inode of a deleted one starts over with its own, smaller length. */
static int sync_and_note(int file, const char *name) {
  int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  struct stat before;
  hold();
  int regular = fstat(file, &before) == 0 && S_ISREG(before.st_mode);
  int answer = sync(file);
  if (regular && answer == 0) {
    uint64_t *length = durable(before.st_ino);
    if (length) *length = (uint64_t)before.st_size;
  }
  let_go();
  return answer;
}

int fsync(int file) { return sync_and_note(file, "fsync"); }
int fdatasync(int file) { return sync_and_note(file, "fdatasync"); }
