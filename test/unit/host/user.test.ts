import { expect, test } from "bun:test";
import { lookupUser } from "../../../src/host/user.ts";

const passwd =
  "root:x:0:0:root:/root:/bin/bash\nvcapx:x:1:1::/:/bin/sh\n" +
  "vcap:x:1000:1001:V:/home/vcap:/bin/sh\n";

test("finds the ids of a user by its whole name", () => {
  expect(lookupUser(passwd, "vcap")).toEqual({ uid: 1000, gid: 1001 });
});

test("says clearly that the user does not exist", () => {
  expect(() => lookupUser("root:x:0:0::/root:/bin/sh\n", "vcap")).toThrow(
    "user vcap does not exist in /etc/passwd",
  );
});

test.each(["vcap:x::1::/:/bin/sh", "vcap:x:1:-1::/:/bin/sh", "vcap", "vcap:x:4294967295:1::/:"])(
  "refuses the line %p instead of guessing an id",
  (line) => {
    expect(() => lookupUser(line, "vcap")).toThrow("has no valid ids");
  },
);
