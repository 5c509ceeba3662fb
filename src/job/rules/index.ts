/** The rules of `bpm job lint`, in the order in which they are listed. */
import { booleanText } from "./boolean-text.ts";
import { commentSwallows } from "./comment-swallows.ts";
import { defaultShadowed } from "./default-shadowed.ts";
import { duplicateDestination } from "./duplicate-destination.ts";
import { hook } from "./hook.ts";
import { parentAndChild } from "./parent-and-child.ts";
import { providesParent, providesUndeclared } from "./provides.ts";
import type { Rule } from "./rule.ts";
import { specProblems } from "./spec-problems.ts";
import { syntax } from "./syntax.ts";
import { templateNotListed } from "./template-not-listed.ts";
import { undeclaredIf } from "./undeclared-if.ts";
import { undeclaredLink } from "./undeclared-link.ts";
import { undeclaredProperty } from "./undeclared-property.ts";
import { undeclaredWithDefault } from "./undeclared-with-default.ts";
import { unknownKey } from "./unknown-key.ts";
import { unusedConsumes } from "./unused-consumes.ts";
import { unusedProperty } from "./unused-property.ts";

export const rules: readonly Rule[] = [
  specProblems,
  syntax,
  undeclaredProperty,
  undeclaredIf,
  undeclaredWithDefault,
  undeclaredLink,
  providesUndeclared,
  duplicateDestination,
  commentSwallows,
  hook,
  defaultShadowed,
  unusedProperty,
  unusedConsumes,
  providesParent,
  parentAndChild,
  unknownKey,
  templateNotListed,
  booleanText,
];
