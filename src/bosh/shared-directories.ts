/** Directories of all jobs: a volume that names one may show it, but not take it over. */
export const sharedDirectories: readonly string[] = [
  "", "/bosh", "/data", "/data/jobs", "/data/packages", "/data/sys", "/data/sys/log",
  "/data/sys/run", "/jobs", "/monit", "/packages", "/store", "/sys", "/sys/log", "/sys/run",
].map((directory) => `/var/vcap${directory}`);
