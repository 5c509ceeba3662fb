/** Waiting for what a test expects, without asserting how long it takes. */

/** How much longer than elsewhere everything may take here. */
export const slowness = process.env["BPM_TEST_GUEST"] === undefined ? 1 : 5;

/** Where looking itself is slow, looking often would slow down what is waited for. */
const pollMilliseconds = 10 * slowness;

/** Polls until `probe` returns something truthy, and returns that. */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  seconds = 30,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + seconds * 1000 * slowness;
  for (;;) {
    const result = await probe();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await Bun.sleep(pollMilliseconds);
  }
}
