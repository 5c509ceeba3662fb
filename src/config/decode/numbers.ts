/**
 * How Go turns a float into an integer on amd64. The language leaves out what happens to values out
 * of range, the machine does not: a bpm.yml that says `1e20` has worked one way, and keeps to it.
 */
const two63 = 2 ** 63;
const int64Min = -(1n << 63n);

/** The fraction is cut off; whatever does not fit is -2^63. */
export function floatToInt64(float: number): bigint {
  return float >= -two63 && float < two63 ? BigInt(Math.trunc(float)) : int64Min;
}

/** Negative numbers wrap around; everything from 2^64 up is 2^63, beyond any real limit. */
export function floatToUint64(float: number): bigint {
  if (float >= two63) return float < 2 * two63 ? BigInt(float) : 1n << 63n;
  return BigInt.asUintN(64, floatToInt64(float));
}
