/** What the common error numbers say to an operator. */

/** errno(3)'s words for the failures that bpm meets, so that a message needs no manual. */
const sentences: Readonly<Record<string, string>> = {
  E2BIG: "argument list too long",
  EACCES: "permission denied",
  EAGAIN: "resource temporarily unavailable",
  EBADF: "bad file descriptor",
  EBUSY: "device or resource busy",
  ECHILD: "no child processes",
  EDQUOT: "disk quota exceeded",
  EEXIST: "file exists",
  EFBIG: "file too large",
  EINTR: "interrupted system call",
  EINVAL: "invalid argument",
  EIO: "input/output error",
  EISDIR: "is a directory",
  ELOOP: "too many levels of symbolic links",
  EMFILE: "too many open files",
  ENAMETOOLONG: "file name too long",
  ENFILE: "too many open files in system",
  ENODEV: "no such device",
  ENOENT: "no such file or directory",
  ENOEXEC: "exec format error",
  ENOMEM: "cannot allocate memory",
  ENOSPC: "no space left on device",
  ENOSYS: "function not implemented",
  ENOTDIR: "not a directory",
  ENOTEMPTY: "directory not empty",
  ENOTSUP: "operation not supported",
  ENXIO: "no such device or address",
  EOPNOTSUPP: "operation not supported",
  EOVERFLOW: "value too large for defined data type",
  EPERM: "operation not permitted",
  EPIPE: "broken pipe",
  EROFS: "read-only file system",
  ESRCH: "no such process",
  ESTALE: "stale file handle",
  ETIMEDOUT: "not done in time",
  ETXTBSY: "text file busy",
  EXDEV: "invalid cross-device link",
};

/** `no such file or directory (ENOENT)`; the bare name where there is no sentence for it. */
export function errnoSentence(name: string): string {
  const sentence = sentences[name];
  return sentence === undefined ? name : `${sentence} (${name})`;
}
