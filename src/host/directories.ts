/** Directories that a sandbox shows where the host has them. */

/** Those that exist on the host are bound; a link among them is shown as what it leads to. */
export const systemDirectories = ["/bin", "/etc", "/lib", "/lib64", "/sbin", "/usr"] as const;

/** Mount points in /dev. In a host's /dev as a volume, none is made that it has not got. */
export const deviceDirectories = ["/dev/mqueue", "/dev/pts", "/dev/shm"] as const;

/** Always bound when present, as resolvconf(8) and systemd-resolved(8) may come into use later. */
export const resolverDirectories = ["/run/resolvconf", "/run/systemd/resolve"] as const;
