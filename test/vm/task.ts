/** What passes between the machine and a guest, as files on the project's disk. */

export interface GuestTask {
  readonly layout: string;
  /** Test files to run. */
  readonly files: readonly string[];
}

export const guestFiles = { task: "guest-task.json", tally: "guest-tally.json" } as const;
