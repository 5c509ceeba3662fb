/** A smaller input that fails in the same way. */

/** At most this many attempts, since each may be slow. */
const attemptsMax = 2000;

/** Leaves out pieces, from halves down to single characters, as long as `fails` holds. */
export async function shrink(
  input: string,
  fails: (candidate: string) => Promise<boolean>,
): Promise<string> {
  let attempts = 0;
  let small = input;
  for (let size = Math.ceil(small.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < small.length && attempts < attemptsMax; ) {
      const candidate = small.slice(0, at) + small.slice(at + size);
      attempts += 1;
      if (await fails(candidate)) small = candidate;
      else at += size;
    }
  }
  return small;
}
